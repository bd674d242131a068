import { currencyExponent, proportionOf } from '../../lib/money.ts';

/**
 * Stripe's own decimals, where they are not 2 (https://docs.stripe.com/currencies#minor-units). They are not always
 * those of ISO 4217: MGA has none here, and ISK and UGX have two for the sake of old integrations, always 00. UGX also
 * stands in Stripe's list of currencies without decimals; its special case, with an example, says how it is meant.
 */
const DECIMALS = new Map([
  ...decimals(0, 'BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF'),
  ...decimals(3, 'BHD JOD KWD OMR TND'),
]);

/** The parts of an order as we count them, out of what Stripe says of it in its own minor units; none is more than the whole. */
export function amountsOf(currency: string, paid: Record<'total' | 'tax' | 'shipping', number>) {
  const tax = between(0, paid.tax, paid.total);
  const shipping = between(0, paid.shipping, paid.total - tax);
  const units = (amount: number) => minorUnits(currency, amount);
  return { currency, subtotal: units(paid.total - tax - shipping), tax: units(tax), shipping: units(shipping) };
}

/** From Stripe's minor units to those of ISO 4217, half up where Stripe's are finer. */
export function minorUnits(currency: string, amount: number): number {
  return proportionOf(amount, 10 ** currencyExponent(currency), 10 ** (DECIMALS.get(currency) ?? 2));
}

function decimals(count: number, codes: string) {
  return codes.split(' ').map((code) => [code, count] as const);
}

function between(least: number, amount: number, most: number): number {
  return Math.min(Math.max(least, amount), most);
}

/** Amounts are integers in minor units beside an ISO 4217 code; a share of an amount is rounded half up. */

/**
 * The ISO 4217 codes a store can sell in, by their number of decimals, with the few that were withdrawn lately.
 * Written out because the exponent is part of what a stored amount means, and `Intl` is no source for it: it gives
 * CLDR's habits of display (HUF 0 where ISO and every payment provider say 2), which differ between engines.
 */
const CODES_BY_EXPONENT: [exponent: number, codes: string][] = [
  [0, 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF'],
  [
    2,
    `AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP CRC
     CUC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HRK HTG HUF IDR ILS INR IRR
     JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO
     NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SLL SOS SRD SSP STN SVC SYP SZL
     THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG ZWL`,
  ],
  [3, 'BHD IQD JOD KWD LYD OMR TND'],
];

const EXPONENTS = new Map(
  CODES_BY_EXPONENT.flatMap(([exponent, codes]) => codes.split(/\s+/).map((code) => [code, exponent] as const)),
);

export function isCurrency(code: string): boolean {
  return EXPONENTS.has(code);
}

/** How many decimals the currency has. Throws a RangeError for a code that is no currency. */
export function currencyExponent(code: string): number {
  const exponent = EXPONENTS.get(code);
  if (exponent === undefined) throw new RangeError('Unknown currency');
  return exponent;
}

/** Throws a RangeError unless both are safe integers from 0 up. */
export function percentOf(amount: number, basisPoints: number): number {
  return proportionOf(amount, basisPoints, 10_000);
}

/** `amount × part ÷ whole`, 0 of nothing. Throws a RangeError unless all three are safe integers from 0 up. */
export function proportionOf(amount: number, part: number, whole: number): number {
  const [a, p, w] = [exact(amount), exact(part), exact(whole)];
  if (w === 0n) return 0;
  const share = Number((2n * a * p + w) / (2n * w));
  if (!Number.isSafeInteger(share)) throw new RangeError('The share is too large');
  return share;
}

function exact(value: number): bigint {
  if (!Number.isSafeInteger(value) || value < 0) throw new RangeError('Expected a safe integer from 0 up');
  return BigInt(value);
}

/** E.g. `12.30 USD`. Throws a RangeError for an unsafe amount or a code that is no currency. */
export function formatMoney(amount: number, currency: string): string {
  const exponent = currencyExponent(currency);
  const digits = exact(Math.abs(amount))
    .toString()
    .padStart(exponent + 1, '0');
  const point = digits.length - exponent;
  const decimals = exponent === 0 ? '' : `.${digits.slice(point)}`;
  return `${amount < 0 ? '-' : ''}${digits.slice(0, point)}${decimals} ${currency}`;
}

import { currencyExponent, isCurrency } from './money.ts';

/** Money as platforms write it, exactly: `digits / 10 ** scale`. `225.0000` and lines of `0.125` lose nothing before the end. */
export interface Decimal {
  digits: bigint;
  scale: number;
}

/** JSON's own grammar of a number (RFC 8259 §6) without the exponent. */
const DECIMAL = /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/;
const MAX_LENGTH = 30;

/** null unless the text is a plain decimal number of at most 30 characters. */
export function parseDecimal(text: string): Decimal | null {
  if (text.length > MAX_LENGTH || !DECIMAL.test(text)) return null;
  const [whole = '', fraction = ''] = text.split('.');
  return { digits: BigInt(whole + fraction), scale: fraction.length };
}

/** 0 of nothing. */
export function sumOf(decimals: readonly Decimal[]): Decimal {
  const scale = decimals.reduce((most, decimal) => Math.max(most, decimal.scale), 0);
  const digits = decimals.reduce((sum, decimal) => sum + decimal.digits * powerOfTen(scale - decimal.scale), 0n);
  return { digits, scale };
}

export function minus(from: Decimal, amount: Decimal): Decimal {
  return sumOf([from, negate(amount)]);
}

export function negate({ digits, scale }: Decimal): Decimal {
  return { digits: -digits, scale };
}

/**
 * In minor units of the currency. What is finer is rounded half up, a half of a negative amount away from zero, so that
 * a refund of everything is the whole order; so sum first, and convert the sum once. null when the currency is unknown
 * or the amount is not a safe integer.
 */
export function toMinorUnits({ digits, scale }: Decimal, currency: string): number | null {
  if (!isCurrency(currency)) return null;
  const unit = powerOfTen(scale);
  const doubled = 2n * digits * powerOfTen(currencyExponent(currency));
  const rounded = (doubled + (digits < 0n ? -unit : unit)) / (2n * unit);
  // Rounding cannot hide an excess: all that lies above the safe integers is read as an unsafe one.
  const amount = Number(rounded);
  return Number.isSafeInteger(amount) ? amount : null;
}

function powerOfTen(exponent: number): bigint {
  return 10n ** BigInt(exponent);
}

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseDecimal, toMinorUnits } from '../../src/lib/decimal.ts';
import { currencyExponent, formatMoney, isCurrency, percentOf, proportionOf } from '../../src/lib/money.ts';

const NOTHING = { digits: -1n, scale: 0 };
const anyAmount = fc.maxSafeNat();
const anyCurrency = fc.constantFrom('JPY', 'USD', 'EUR', 'HUF', 'KWD');

describe('currencies', () => {
  test.each(['usd', 'US', 'USDX', 'XXX', 'XTS', 'XAU', 'ZZZ', '', 'U$D', ' USD', '__proto__'])('%j is none', (code) => {
    expect(isCurrency(code)).toBe(false);
    expect(() => currencyExponent(code)).toThrow(RangeError);
  });

  test('every currency that Intl knows is one, but for the two units of account', () => {
    const strangers = Intl.supportedValuesOf('currency').filter((code) => !isCurrency(code));
    expect(strangers).toEqual(['XDR', 'XSU']);
  });

  test.each([
    ['JPY', 0],
    ['KRW', 0],
    ['USD', 2],
    ['KWD', 3],
    ['TND', 3],
  ])('%s has %i decimals', (code, exponent) => {
    expect(currencyExponent(code)).toBe(exponent);
  });

  test.each([
    ['HUF', 2],
    ['IDR', 2],
    ['COP', 2],
    ['PKR', 2],
    ['RSD', 2],
    ['IQD', 3],
  ])('%s has the %i decimals of ISO 4217, whatever the engine displays', (code, exponent) => {
    expect(currencyExponent(code)).toBe(exponent);
  });
});

describe('shares of an amount', () => {
  test.each([
    [1000, 1000, 100],
    [5, 1000, 1],
    [4, 1000, 0],
    [15, 1000, 2],
    [14, 1000, 1],
    [1, 5000, 1],
    [1, 4999, 0],
    [0, 10_000, 0],
    [Number.MAX_SAFE_INTEGER, 10_000, Number.MAX_SAFE_INTEGER],
    [Number.MAX_SAFE_INTEGER, 9_999, 9_006_298_534_815_517],
  ])('of %i, %i basis points are %i', (amount, basisPoints, expected) => {
    expect(percentOf(amount, basisPoints)).toBe(expected);
  });

  test('the share is the nearest integer, and the higher of two as near', () => {
    fc.assert(
      fc.property(anyAmount, anyAmount, fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }), (amount, part, whole) => {
        fc.pre(part <= whole);
        const share = BigInt(proportionOf(amount, part, whole));
        const twiceOff = 2n * (share * BigInt(whole) - BigInt(amount) * BigInt(part));
        expect(twiceOff > -BigInt(whole) && twiceOff <= BigInt(whole)).toBe(true);
      }),
    );
  });

  test('the whole of the whole is the amount, and no part gives more', () => {
    fc.assert(
      fc.property(
        anyAmount,
        fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
        fc.maxSafeNat(),
        (amount, whole, part) => {
          expect(proportionOf(amount, whole, whole)).toBe(amount);
          expect(proportionOf(amount, part % whole, whole)).toBeLessThanOrEqual(amount);
        },
      ),
    );
  });

  test('a larger part never gives a smaller share', () => {
    fc.assert(
      fc.property(anyAmount, fc.nat(9_999), (amount, basisPoints) => {
        expect(percentOf(amount, basisPoints)).toBeLessThanOrEqual(percentOf(amount, basisPoints + 1));
      }),
    );
  });

  test('the share of nothing is nothing', () => {
    expect(proportionOf(500, 100, 0)).toBe(0);
  });

  test.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])('%d is refused in any place', (wrong) => {
    expect(() => percentOf(wrong, 100)).toThrow(RangeError);
    expect(() => percentOf(100, wrong)).toThrow(RangeError);
    expect(() => proportionOf(wrong, 1, 2)).toThrow(RangeError);
    expect(() => proportionOf(1, wrong, 2)).toThrow(RangeError);
    expect(() => proportionOf(1, 2, wrong)).toThrow(RangeError);
  });

  test('a share too large to be exact is refused', () => {
    expect(() => percentOf(Number.MAX_SAFE_INTEGER, 10_001)).toThrow(RangeError);
  });
});

describe('amounts as texts', () => {
  test('an amount comes back from the text it is written as', () => {
    fc.assert(
      fc.property(anyAmount, anyCurrency, (amount, currency) => {
        const [text = '', code] = formatMoney(amount, currency).split(' ');
        expect(toMinorUnits(parseDecimal(text) ?? NOTHING, currency)).toBe(amount);
        expect(code).toBe(currency);
        expect(formatMoney(-amount, currency)).toBe(amount === 0 ? `${text} ${code}` : `-${text} ${code}`);
      }),
    );
  });

  test.each([
    [1230, 'USD', '12.30 USD'],
    [1230, 'JPY', '1230 JPY'],
    [1234, 'KWD', '1.234 KWD'],
    [7, 'KWD', '0.007 KWD'],
    [0, 'EUR', '0.00 EUR'],
    [-5, 'EUR', '-0.05 EUR'],
    [-1230, 'JPY', '-1230 JPY'],
  ])('%i of %s is written %s', (amount, currency, text) => {
    expect(formatMoney(amount, currency)).toBe(text);
  });

  test('an inexact amount is not written', () => {
    expect(() => formatMoney(0.5, 'USD')).toThrow(RangeError);
    expect(() => formatMoney(Number.NaN, 'USD')).toThrow(RangeError);
  });
});

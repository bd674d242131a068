import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Decimal, minus, negate, parseDecimal, sumOf, toMinorUnits } from '../../src/lib/decimal.ts';

function decimal(text: string): Decimal {
  const parsed = parseDecimal(text);
  if (parsed === null) throw new Error(`${text} is no decimal`);
  return parsed;
}

function minor(text: string, currency = 'USD') {
  return toMinorUnits(decimal(text), currency);
}

const DIGITS = fc.stringMatching(/^[0-9]{1,12}$/);
const anyText = fc
  .record({ negative: fc.boolean(), whole: fc.bigInt(0n, 10n ** 14n), fraction: fc.option(DIGITS) })
  .map(({ negative, whole, fraction }) => `${negative ? '-' : ''}${whole}${fraction === null ? '' : `.${fraction}`}`);
const anyCurrency = fc.constantFrom(['JPY', 0], ['USD', 2], ['KWD', 3]) as fc.Arbitrary<[string, number]>;

/** Another way to count: everything in units of 10^-12, the finest that `anyText` writes. */
function trillionths(text: string): bigint {
  const [whole = '', fraction = ''] = text.replace('-', '').split('.');
  const size = BigInt(whole) * 10n ** 12n + BigInt(fraction.padEnd(12, '0'));
  return text.startsWith('-') ? -size : size;
}

/** Another way to round: by looking at what is left over. */
function rounded(amount: bigint, exponent: number): bigint {
  const unit = 10n ** BigInt(12 - exponent);
  const size = amount < 0n ? -amount : amount;
  const up = (size % unit) * 2n >= unit ? 1n : 0n;
  return (size / unit + up) * (amount < 0n ? -1n : 1n);
}

/** null where a number could not hold it. */
function expected(amount: bigint, exponent: number): number | null {
  const units = rounded(amount, exponent);
  return units === BigInt(Number(units)) && Number.isSafeInteger(Number(units)) ? Number(units) : null;
}

describe('parseDecimal', () => {
  test.each([
    ['a plus', '+1'],
    ['an exponent', '1e3'],
    ['a small exponent', '1E-2'],
    ['a blank before', ' 1'],
    ['a blank after', '1 '],
    ['a line feed after', '1\n'],
    ['a blank after the sign', '- 1'],
    ['a leading point', '.5'],
    ['a trailing point', '5.'],
    ['a point alone', '.'],
    ['two points', '1.2.3'],
    ['a comma', '1,50'],
    ['thousands', '1,000.00'],
    ['grouping by apostrophes', "1'000"],
    ['an underscore', '1_000'],
    ['a leading zero', '01'],
    ['leading zeros before a point', '00.5'],
    ['a negative leading zero', '-01.5'],
    ['a sign alone', '-'],
    ['two signs', '--1'],
    ['nothing', ''],
    ['hexadecimal', '0x10'],
    ['a BigInt literal', '10n'],
    ['a currency sign', '$10'],
    ['a currency code', '10 USD'],
    ['Infinity', 'Infinity'],
    ['NaN', 'NaN'],
    ['Arabic digits', '١٢'],
    ['full-width digits', '１２'],
    ['a minus that is none', '−1'],
  ])('refuses %s', (_, text) => {
    expect(parseDecimal(text)).toBeNull();
  });

  test('takes 30 characters, and not one more', () => {
    expect(parseDecimal(`0.${'9'.repeat(28)}`)).not.toBeNull();
    expect(parseDecimal(`0.${'9'.repeat(29)}`)).toBeNull();
    expect(parseDecimal(`-${'9'.repeat(29)}`)).not.toBeNull();
    expect(parseDecimal('9'.repeat(31))).toBeNull();
  });

  test('any text at all is answered, never thrown at', () => {
    const near = fc.string({ unit: fc.constantFrom('-', '.', '0', '1', '9', '+', 'e', ' ', '\n') });
    fc.assert(
      fc.property(fc.oneof(near, fc.string({ unit: 'binary' })), (text) => {
        const parsed = parseDecimal(text);
        expect(parsed !== null).toBe(/^(-?(0|[1-9][0-9]*)([.][0-9]+)?)$/u.test(text) && text.length <= 30);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('arithmetic', () => {
  test('a sum is exact, whatever the scales, the signs and the order', () => {
    fc.assert(
      fc.property(fc.array(anyText), anyCurrency, (texts, [currency, exponent]) => {
        const total = texts.reduce((sum, text) => sum + trillionths(text), 0n);
        const decimals = texts.map(decimal);
        expect(toMinorUnits(sumOf(decimals), currency)).toBe(expected(total, exponent));
        expect(toMinorUnits(sumOf(decimals.toReversed()), currency)).toBe(expected(total, exponent));
      }),
      { numRuns: 500 },
    );
  });

  test('a difference is exact', () => {
    fc.assert(
      fc.property(anyText, anyText, anyCurrency, (from, amount, [currency, exponent]) => {
        const left = trillionths(from) - trillionths(amount);
        expect(toMinorUnits(minus(decimal(from), decimal(amount)), currency)).toBe(expected(left, exponent));
      }),
      { numRuns: 500 },
    );
  });

  test('what floats get wrong', () => {
    expect(minor('1.005')).toBe(101);
    expect(toMinorUnits(sumOf(['0.1', '0.2'].map(decimal)), 'USD')).toBe(30);
    expect(toMinorUnits(sumOf(Array(8).fill(decimal('0.125'))), 'USD')).toBe(100);
  });

  test('nothing sums to nothing', () => {
    expect(toMinorUnits(sumOf([]), 'USD')).toBe(0);
  });

  test('an amount less itself is nothing, and never minus zero', () => {
    expect(toMinorUnits(minus(decimal('19.990'), decimal('19.99')), 'USD')).toBe(0);
    expect(toMinorUnits(negate(decimal('0.00')), 'USD')).toBe(0);
    expect(minor('-0.004')).toBe(0);
    expect(minor('-0')).toBe(0);
  });
});

describe('toMinorUnits', () => {
  test.each([
    ['10.00', 'USD', 1000],
    ['225.0000', 'USD', 22_500],
    ['225.0000', 'JPY', 225],
    ['1500', 'JPY', 1500],
    ['1.5', 'KWD', 1500],
    ['0.125', 'USD', 13],
    ['0.124999', 'USD', 12],
    ['-0.125', 'USD', -13],
    ['-0.124999', 'USD', -12],
    ['0.5', 'JPY', 1],
    ['-0.5', 'JPY', -1],
    ['0.0005', 'KWD', 1],
    ['1234.5', 'HUF', 123_450],
  ])('%s %s is %i', (text, currency, amount) => {
    expect(minor(text, currency)).toBe(amount);
  });

  test('rounds as a careful clerk does', () => {
    fc.assert(
      fc.property(anyText, anyCurrency, (text, [currency, exponent]) => {
        expect(minor(text, currency)).toBe(expected(trillionths(text), exponent));
      }),
      { numRuns: 500 },
    );
  });

  test('a refund of everything is the whole order, halves and all', () => {
    fc.assert(
      fc.property(anyText, anyCurrency, (text, [currency]) => {
        const [amount, refund] = [minor(text, currency), toMinorUnits(negate(decimal(text)), currency)];
        expect(amount === null ? refund : amount + (refund ?? Number.NaN)).toBe(amount === null ? null : 0);
      }),
    );
  });

  test('the largest safe integer is the last', () => {
    expect(minor('90071992547409.91')).toBe(Number.MAX_SAFE_INTEGER);
    expect(minor('-90071992547409.91')).toBe(Number.MIN_SAFE_INTEGER);
    expect(minor('90071992547409.914')).toBe(Number.MAX_SAFE_INTEGER);
    expect(minor('90071992547409.915')).toBeNull();
    expect(minor('90071992547409.93')).toBeNull();
    expect(minor('-90071992547409.92')).toBeNull();
    expect(minor('9'.repeat(30))).toBeNull();
  });

  test('a sum may pass through what no number holds', () => {
    const huge = decimal('9'.repeat(30));
    expect(toMinorUnits(sumOf([huge, decimal('0.01'), negate(huge)]), 'USD')).toBe(1);
  });

  test.each(['usd', 'XXX', '', 'toString', '__proto__'])('%j is no currency', (currency) => {
    expect(minor('1.00', currency)).toBeNull();
  });
});

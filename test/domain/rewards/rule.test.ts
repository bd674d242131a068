import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { earningOf, type Purchase, type Rule } from '../../../src/domain/rewards/rule.ts';

function rule(changes: Partial<Rule> = {}): Rule {
  return {
    id: 'rul_1',
    version: 1,
    programId: 'prg_1',
    side: 'advocate',
    trigger: 'purchase',
    kind: 'coupon',
    amounts: null,
    basisPoints: null,
    maxAmounts: null,
    includeTax: false,
    includeShipping: false,
    minOrder: {},
    holdDays: 14,
    approval: 'automatic',
    newFriendsOnly: true,
    limitPerAdvocate: null,
    refundThresholdBasisPoints: 5000,
    priority: 0,
    ...changes,
  };
}

function purchase(subtotal: number, currency = 'USD', tax = 0, shipping = 0): Purchase {
  return { currency, subtotal, tax, shipping };
}

function amountOf(...args: Parameters<typeof earningOf>) {
  const earning = earningOf(...args);
  return earning.earned ? earning.amount : earning.reason;
}

describe('a fixed reward', () => {
  const fixed = rule({ amounts: { USD: 1000, JPY: 1500, KWD: 3000 } });

  test.each([
    ['USD', 1000, 'fixed 10.00 USD'],
    ['JPY', 1500, 'fixed 1500 JPY'],
    ['KWD', 3000, 'fixed 3.000 KWD'],
  ])('is that of the currency of the order: %s', (currency, amount, calculation) => {
    expect(earningOf(fixed, purchase(1, currency), null)).toEqual({
      earned: true,
      amount,
      currency,
      base: 1,
      calculation,
    });
  });

  test('is never converted into a currency that has none', () => {
    expect(amountOf(fixed, purchase(100_000, 'EUR'), null)).toBe('currency_not_configured');
  });

  test('of 0 is no reward', () => {
    expect(amountOf(rule({ amounts: { USD: 0 } }), purchase(5000), null)).toBe('zero_amount');
  });

  test('is not paid for goods that cost nothing, whatever their shipping did', () => {
    expect(amountOf(rule({ amounts: { USD: 500 }, includeShipping: true }), purchase(0, 'USD', 0, 490), null)).toBe(
      'zero_amount',
    );
  });
});

describe('a percentage', () => {
  test.each([
    { subtotal: 5000, basisPoints: 1000, currency: 'USD', amount: 500 },
    { subtotal: 1005, basisPoints: 1000, currency: 'USD', amount: 101 },
    { subtotal: 1004, basisPoints: 1000, currency: 'USD', amount: 100 },
    { subtotal: 1999, basisPoints: 1000, currency: 'JPY', amount: 200 },
    { subtotal: 12_345, basisPoints: 250, currency: 'KWD', amount: 309 },
    { subtotal: 9_007_199_254_740_991, basisPoints: 10_000, currency: 'USD', amount: 9_007_199_254_740_991 },
    { subtotal: 3, basisPoints: 1000, currency: 'USD', amount: 'zero_amount' },
    { subtotal: 0, basisPoints: 1000, currency: 'USD', amount: 'zero_amount' },
  ])(
    'of $subtotal $currency at $basisPoints basis points is $amount',
    ({ subtotal, basisPoints, currency, amount }) => {
      expect(amountOf(rule({ basisPoints }), purchase(subtotal, currency), null)).toBe(amount);
    },
  );

  test.each([
    [false, false, 1000],
    [true, false, 1200],
    [false, true, 1050],
    [true, true, 1250],
  ])('with tax %s and shipping %s is taken of what the rule says', (includeTax, includeShipping, amount) => {
    const all = rule({ basisPoints: 1000, includeTax, includeShipping });
    expect(earningOf(all, purchase(10_000, 'USD', 2000, 500), null)).toMatchObject({ amount, base: amount * 10 });
  });

  test('stops at its maximum, and says so', () => {
    const capped = rule({ basisPoints: 1000, maxAmounts: { USD: 2000 } });
    expect(amountOf(capped, purchase(20_000), null)).toBe(2000);
    expect(amountOf(capped, purchase(20_004), null)).toBe(2000);
    expect(earningOf(capped, purchase(50_000), null)).toMatchObject({
      amount: 2000,
      base: 50_000,
      calculation: '10 % of 500.00 USD = 50.00 USD, at most 20.00 USD',
    });
  });

  test('with maxima pays nothing in a currency that has none, for there it would have no end', () => {
    const capped = rule({ basisPoints: 1000, maxAmounts: { USD: 2000 } });
    expect(amountOf(capped, purchase(9_000_000, 'JPY'), null)).toBe('currency_not_configured');
  });

  test('is nothing for a sign-up, of which there is no part', () => {
    expect(amountOf(rule({ trigger: 'sign_up', basisPoints: 1000 }), null, 'USD')).toBe('no_rule');
  });

  test('is never more than the maximum, nor than the base', () => {
    fc.assert(
      fc.property(
        fc.maxSafeNat(),
        fc.integer({ min: 1, max: 10_000 }),
        fc.maxSafeNat(),
        (subtotal, basisPoints, most) => {
          const earning = earningOf(rule({ basisPoints, maxAmounts: { JPY: most } }), purchase(subtotal, 'JPY'), null);
          if (!earning.earned) return;
          expect(earning.amount).toBeGreaterThan(0);
          expect(earning.amount).toBeLessThanOrEqual(Math.min(most, subtotal));
        },
      ),
    );
  });
});

describe('the smallest order', () => {
  const least = rule({ amounts: { USD: 500, JPY: 500 }, minOrder: { USD: 3000 }, includeTax: true });

  test.each([
    [3000, 500],
    [2999, 'below_min_order'],
  ])('%i earns %s', (subtotal, expected) => {
    expect(amountOf(least, purchase(subtotal, 'USD', 5000), null)).toBe(expected);
  });

  test('is asked of its own currency only', () => {
    expect(amountOf(least, purchase(1, 'JPY'), null)).toBe(500);
  });
});

describe('a sign-up', () => {
  const both = rule({ trigger: 'sign_up', amounts: { USD: 500, EUR: 400 } });

  test('earns in the currency that it names', () => {
    expect(earningOf(both, null, 'EUR')).toMatchObject({ earned: true, amount: 400, currency: 'EUR', base: null });
    expect(amountOf(both, null, 'GBP')).toBe('currency_not_configured');
  });

  test('that names none earns where the rule has one currency, and nothing where it would have to guess', () => {
    expect(amountOf(rule({ trigger: 'sign_up', amounts: { JPY: 900 } }), null, null)).toBe(900);
    expect(amountOf(both, null, null)).toBe('currency_not_configured');
  });
});

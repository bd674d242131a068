import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { OrderChange, RefundableReward } from '../../../src/domain/rewards/reversal.ts';
import { reverseFor, reverseForAll, stillParked, targetOf } from '../../../src/domain/rewards/reversal.ts';

const DAYS_30 = 30 * 24 * 60 * 60 * 1000;

function reward(changes: Partial<RefundableReward> = {}): RefundableReward {
  return {
    id: 'rwd_1',
    state: 'held',
    amount: 1000,
    reversed: 0,
    version: 1,
    currency: 'USD',
    base: 10_000,
    basisPoints: 1000,
    minOrder: {},
    refundThresholdBasisPoints: 5000,
    ...changes,
  };
}

function refund(amount: number, externalId = 'r1'): OrderChange {
  return { kind: 'refund', externalId, amount };
}

const cancellation: OrderChange = { kind: 'cancellation', externalId: 'o1', amount: 0 };

function reversedBy(one: RefundableReward, changes: OrderChange[]): number {
  return reverseForAll(one, changes, 'src_1').at(-1)?.reversed ?? 0;
}

describe('a percentage of an order', () => {
  test.each([
    { refunded: 0, target: 0 },
    { refunded: 1, target: 0 },
    { refunded: 4, target: 0 },
    { refunded: 5, target: 1 },
    { refunded: 2500, target: 250 },
    { refunded: 9999, target: 1000 },
    { refunded: 10_000, target: 1000 },
    { refunded: 25_000, target: 1000 },
  ])('loses $target of 1000 once $refunded of 10000 is refunded', ({ refunded, target }) => {
    expect(targetOf(reward(), refunded)).toBe(target);
  });

  test('that stopped at its maximum loses its part of that maximum', () => {
    expect(targetOf(reward({ amount: 300, base: 10_000, basisPoints: 1000 }), 5000)).toBe(150);
  });
});

describe('a fixed reward', () => {
  const fixed = reward({ basisPoints: null, amount: 500, base: 9999 });

  test.each([
    { refunded: 4999, target: 0 },
    { refunded: 5000, target: 500 },
    { refunded: 9999, target: 500 },
  ])('with $refunded of 9999 refunded loses $target: the whole from half of the order on', ({ refunded, target }) => {
    expect(targetOf(fixed, refunded)).toBe(target);
  });

  test.each([
    { threshold: 1, refunded: 1, target: 500 },
    { threshold: 10_000, refunded: 9998, target: 0 },
    { threshold: 10_000, refunded: 9999, target: 500 },
    { threshold: 3333, refunded: 3332, target: 0 },
    { threshold: 3333, refunded: 3333, target: 500 },
  ])('with a threshold of $threshold and $refunded refunded loses $target', ({ threshold, refunded, target }) => {
    expect(targetOf({ ...fixed, refundThresholdBasisPoints: threshold }, refunded)).toBe(target);
  });

  test('goes when the rest of the order falls below the smallest order', () => {
    const least = { ...fixed, minOrder: { USD: 9000 } };
    expect(targetOf(least, 999)).toBe(0);
    expect(targetOf(least, 1000)).toBe(500);
    expect(targetOf({ ...least, currency: 'JPY' }, 1000)).toBe(0);
  });

  test('of a sum beyond the safe product is still compared exactly', () => {
    const huge = { ...fixed, base: Number.MAX_SAFE_INTEGER, refundThresholdBasisPoints: 10_000 };
    expect(targetOf(huge, Number.MAX_SAFE_INTEGER - 1)).toBe(0);
    expect(targetOf(huge, Number.MAX_SAFE_INTEGER)).toBe(500);
  });
});

test('a reward for a sign-up is touched by no refund, but by a cancellation', () => {
  const signUp = reward({ base: null, basisPoints: null });
  expect(reverseFor(signUp, refund(10_000), 0, 'src_1')).toBeNull();
  expect(reverseFor(signUp, cancellation, 0, 'src_1')).toMatchObject({ to: 'voided', reversed: 1000 });
});

test('a cancellation takes back what refunds have left', () => {
  const moves = reverseForAll(reward(), [refund(2500), cancellation], 'src_1');
  expect(moves).toMatchObject([
    { from: 'held', to: 'held', seq: 2, reversed: 250, reason: 'refunded', entries: [{ pending: -250 }] },
    { from: 'held', to: 'voided', seq: 3, reversed: 1000, reason: 'order_cancelled', entries: [{ pending: -750 }] },
  ]);
});

test('every refund has its own cause in the ledger, so that none can be written twice', () => {
  const moves = reverseForAll(reward(), [refund(2500, 'r1'), refund(2500, 'r2'), cancellation], 'src_1');
  const causes = moves.flatMap((move) => move.entries.map((entry) => entry.cause));
  expect(causes).toEqual(['refund:r1', 'refund:r2', 'cancellation:o1']);
});

test('a change is parked for exactly 30 days', () => {
  const now = Date.UTC(2026, 10, 21);
  const changes = [{ receivedAt: now - DAYS_30 }, { receivedAt: now - DAYS_30 - 1 }];
  expect(stillParked(changes, now)).toEqual([{ receivedAt: now - DAYS_30 }]);
});

describe('always', () => {
  const anyReward = fc
    .record({
      currency: fc.constantFrom('USD', 'JPY', 'KWD'),
      state: fc.constantFrom('held', 'approved', 'issued', 'redeemed'),
      base: fc.integer({ min: 1, max: 1_000_000 }),
      amount: fc.integer({ min: 1, max: 1_000_000 }),
      basisPoints: fc.option(fc.integer({ min: 1, max: 10_000 })),
      minOrder: fc.dictionary(fc.constantFrom('USD', 'JPY', 'KWD'), fc.nat(1_000_000)),
      refundThresholdBasisPoints: fc.integer({ min: 1, max: 10_000 }),
    })
    .map((changes) => reward(changes as Partial<RefundableReward>));
  const parts = fc.array(fc.integer({ min: 1, max: 400_000 }), { minLength: 1, maxLength: 8 });
  const refunds = (amounts: number[]) => amounts.map((amount, index) => refund(amount, `r${index}`));
  const sum = (amounts: number[]) => amounts.reduce((a, b) => a + b, 0);

  test('many refunds take back what one refund of their sum would', () => {
    fc.assert(
      fc.property(anyReward, parts, (one, amounts) => {
        expect(reversedBy(one, refunds(amounts))).toBe(reversedBy(one, [refund(sum(amounts))]));
      }),
    );
  });

  test('no refunds take back more than was granted, and each only adds', () => {
    fc.assert(
      fc.property(anyReward, parts, (one, amounts) => {
        const moves = reverseForAll(one, refunds(amounts), 'src_1');
        const taken = moves.map(({ entries }) => -sum(entries.map((e) => e.pending + e.approved + e.issued)));
        expect(taken.every((amount) => amount > 0)).toBe(true);
        expect(sum(taken)).toBeLessThanOrEqual(one.amount);
        expect(sum(taken)).toBe(moves.at(-1)?.reversed ?? 0);
      }),
    );
  });

  test('a reward whose whole order is refunded is gone', () => {
    fc.assert(
      fc.property(anyReward, fc.double({ min: 0, max: 1, noNaN: true }), (one, share) => {
        const base = one.base ?? 0;
        const first = Math.floor(base * share);
        const amounts = [first, base - first].filter((amount) => amount > 0);
        const last = reverseForAll(one, refunds(amounts), 'src_1').at(-1);
        expect(last?.reversed).toBe(one.amount);
        expect(['voided', 'reversed']).toContain(last?.to);
      }),
    );
  });
});

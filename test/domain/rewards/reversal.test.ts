import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { movesFor, type RefundableReward, targetOf } from '../../../src/domain/rewards/reversal.ts';
import { applicable, type OrderChange, standingOf } from '../../../src/domain/rewards/standing.ts';

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
    includeTax: false,
    includeShipping: false,
    ...changes,
  };
}

const plain = { tax: null, shipping: null };

function refund(amount: number, externalId = 'r1'): OrderChange {
  return { ...plain, kind: 'refund', externalId, amount };
}

const cancellation: OrderChange = { ...plain, kind: 'cancellation', externalId: 'o1', amount: 0 };

function movesOf(one: RefundableReward, changes: OrderChange[]) {
  return movesFor(one, [], changes, 'src_1');
}

function reversedBy(one: RefundableReward, changes: OrderChange[]): number {
  return movesOf(one, changes).at(-1)?.reversed ?? 0;
}

function targetAfter(one: RefundableReward, refunded: number): number {
  return targetOf(one, standingOf([refund(refunded)], one.currency));
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
    expect(targetAfter(reward(), refunded)).toBe(target);
  });

  test('that stopped at its maximum loses its part of that maximum', () => {
    expect(targetAfter(reward({ amount: 300, base: 10_000, basisPoints: 1000 }), 5000)).toBe(150);
  });
});

describe('a fixed reward', () => {
  const fixed = reward({ basisPoints: null, amount: 500, base: 9999 });

  test.each([
    { refunded: 4999, target: 0 },
    { refunded: 5000, target: 500 },
    { refunded: 9999, target: 500 },
  ])('with $refunded of 9999 refunded loses $target: the whole from half of the order on', ({ refunded, target }) => {
    expect(targetAfter(fixed, refunded)).toBe(target);
  });

  test.each([
    { threshold: 1, refunded: 1, target: 500 },
    { threshold: 10_000, refunded: 9998, target: 0 },
    { threshold: 10_000, refunded: 9999, target: 500 },
    { threshold: 3333, refunded: 3332, target: 0 },
    { threshold: 3333, refunded: 3333, target: 500 },
  ])('with a threshold of $threshold and $refunded refunded loses $target', ({ threshold, refunded, target }) => {
    expect(targetAfter({ ...fixed, refundThresholdBasisPoints: threshold }, refunded)).toBe(target);
  });

  test('goes when the rest of the order falls below the smallest order', () => {
    const least = { ...fixed, minOrder: { USD: 9000 } };
    expect(targetAfter(least, 999)).toBe(0);
    expect(targetAfter(least, 1000)).toBe(500);
    expect(targetAfter({ ...least, currency: 'JPY' }, 1000)).toBe(0);
  });

  test('of a sum beyond the safe product is still compared exactly', () => {
    const huge = { ...fixed, base: Number.MAX_SAFE_INTEGER, refundThresholdBasisPoints: 10_000 };
    expect(targetAfter(huge, Number.MAX_SAFE_INTEGER - 1)).toBe(0);
    expect(targetAfter(huge, Number.MAX_SAFE_INTEGER)).toBe(500);
  });
});

test('a reward for a sign-up is touched by no refund, but by a cancellation', () => {
  const signUp = reward({ base: null, basisPoints: null });
  expect(movesOf(signUp, [refund(10_000)])).toEqual([]);
  expect(movesOf(signUp, [cancellation])).toMatchObject([{ to: 'voided', reversed: 1000 }]);
});

test('a cancellation takes back what refunds have left', () => {
  const moves = movesOf(reward(), [refund(2500), cancellation]);
  expect(moves).toMatchObject([
    { from: 'held', to: 'held', seq: 2, reversed: 250, reason: 'refunded', entries: [{ pending: -250 }] },
    { from: 'held', to: 'voided', seq: 3, reversed: 1000, reason: 'order_cancelled', entries: [{ pending: -750 }] },
  ]);
});

test('every refund has its own cause in the ledger, so that none can be written twice', () => {
  const moves = movesOf(reward(), [refund(2500, 'r1'), refund(2500, 'r2'), cancellation]);
  const causes = moves.flatMap((move) => move.entries.map((entry) => entry.cause));
  expect(causes).toEqual(['refund:r1', 'refund:r2', 'cancellation:o1']);
});

test('a change that came before its order waits for exactly 30 days, and any later one touches it', () => {
  const order = { currency: 'USD', receivedAt: Date.UTC(2026, 10, 21) };
  const changes = [-DAYS_30 - 1, -DAYS_30, 5 * DAYS_30].map((after) => ({
    currency: 'USD',
    receivedAt: order.receivedAt + after,
  }));
  expect(applicable(changes, order)).toEqual(changes.slice(1));
});

test('a change in another currency cannot be of the money of the order', () => {
  const order = { currency: 'USD', receivedAt: 0 };
  const changes = ['EUR', 'USD', null].map((currency) => ({ currency, receivedAt: 0 }));
  expect(applicable(changes, order)).toEqual(changes.slice(1));
});

describe('an edit', () => {
  const edit = (amount: number, externalId: string, more = {}): OrderChange => ({
    ...{ kind: 'edit', externalId, amount, tax: 300, shipping: 200 },
    ...more,
  });

  test('takes back what the order is worth less', () => {
    expect(movesOf(reward(), [edit(7500, 'e1')])).toMatchObject([{ reversed: 250, reason: 'order_edited' }]);
  });

  test('upwards earns nothing, and brings nothing back', () => {
    expect(movesOf(reward(), [edit(12_000, 'e1')])).toEqual([]);
    expect(reversedBy(reward(), [edit(7500, 'e1'), edit(10_000, 'e2')])).toBe(250);
  });

  test('and the refund of what it took away count once', () => {
    expect(reversedBy(reward(), [edit(7500, 'e1'), refund(2500)])).toBe(250);
    expect(reversedBy(reward(), [refund(2500), edit(5000, 'e1')])).toBe(500);
  });

  test('is measured as the rule was: with tax and shipping where they earned', () => {
    const whole = reward({ base: 10_500, includeTax: true, includeShipping: true, amount: 1050 });
    expect(movesOf(whole, [edit(10_000, 'e1')])).toEqual([]);
    expect(reversedBy(whole, [edit(10_000, 'e1', { tax: 0, shipping: 0 })])).toBe(50);
  });
});

describe('a dispute', () => {
  const dispute = (stage: 'opened' | 'won' | 'lost', amount = 10_000): OrderChange => ({
    ...{ ...plain, kind: `dispute_${stage}`, externalId: 'dp1', amount },
  });

  test('holds what was approved, with the ledger to match', () => {
    expect(movesOf(reward({ state: 'approved' }), [dispute('opened')])).toMatchObject([
      {
        from: 'approved',
        to: 'held',
        reversed: 0,
        reason: 'order_disputed',
        entries: [{ approved: -1000, pending: 1000 }],
      },
    ]);
  });

  test('of a held reward is a row of its audit, so that nobody approves it at the same moment', () => {
    expect(movesOf(reward(), [dispute('opened')])).toMatchObject([{ from: 'held', to: 'held', seq: 2, entries: [] }]);
  });

  test.each(['issued', 'redeemed', 'voided', 'blocked'] as const)('does not hold a reward that is %s', (state) => {
    expect(movesOf(reward({ state }), [dispute('opened')])).toEqual([]);
  });

  test.each(['held', 'approved', 'issued'] as const)(
    'that is lost takes back as a refund does, of a reward that is %s',
    (state) => {
      expect(reversedBy(reward({ state }), [dispute('opened'), dispute('lost', 2500)])).toBe(250);
    },
  );

  test('that is over already when we hear of its beginning holds nothing', () => {
    expect(movesOf(reward({ state: 'approved' }), [dispute('won'), dispute('opened')])).toEqual([]);
  });
});

describe('totals of refunds', () => {
  const total = (charge: string, amount: number): OrderChange => ({
    ...{ ...plain, kind: 'refund_total', externalId: `${charge}:${amount}`, amount },
  });

  test('replace the ones before, in whatever order they come', () => {
    expect(reversedBy(reward(), [total('ch_1', 1000), total('ch_1', 2500)])).toBe(250);
    expect(reversedBy(reward(), [total('ch_1', 2500), total('ch_1', 1000)])).toBe(250);
  });

  test('of two payments of one order add up', () => {
    expect(reversedBy(reward(), [total('ch_1', 1000), total('ch_2', 2500), total('ch_1', 1500)])).toBe(400);
  });
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
        const moves = movesOf(one, refunds(amounts));
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
        const last = movesOf(one, refunds(amounts)).at(-1);
        expect(last?.reversed).toBe(one.amount);
        expect(['voided', 'reversed']).toContain(last?.to);
      }),
    );
  });

  test('the end is the same for every order in which changes become known', () => {
    const change = fc.oneof(
      fc.record({ kind: fc.constant('refund' as const), amount: fc.nat(400_000) }),
      fc.record({ kind: fc.constant('refund_total' as const), amount: fc.nat(400_000) }),
      fc.record({ kind: fc.constant('edit' as const), amount: fc.nat(1_000_000) }),
      fc.record({ kind: fc.constant('dispute_lost' as const), amount: fc.nat(400_000) }),
      fc.record({ kind: fc.constant('cancellation' as const), amount: fc.constant(0) }),
    );
    const shuffled = fc
      .array(change, { minLength: 1, maxLength: 6 })
      .map((all) => all.map((one, index) => ({ ...plain, ...one, externalId: `x:${index}` })))
      .chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })));
    fc.assert(
      fc.property(anyReward, shuffled, (one, [told, otherwise]) => {
        expect(reversedBy(one, otherwise)).toBe(reversedBy(one, told));
      }),
    );
  });
});

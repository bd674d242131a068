import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { movesFor, type RefundableReward, targetOf } from '../../../src/domain/rewards/reversal.ts';
import type { Purchase } from '../../../src/domain/rewards/rule.ts';
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

/** Of goods alone: what the reward is measured by is all of the order. */
function goodsOf({ base, currency }: RefundableReward): Purchase {
  return { currency, subtotal: base ?? 10_000, tax: 0, shipping: 0 };
}

function movesOf(one: RefundableReward, changes: OrderChange[], order = goodsOf(one)) {
  return movesFor(one, order, [], changes, 'src_1');
}

function reversedBy(one: RefundableReward, changes: OrderChange[], order = goodsOf(one)): number {
  return movesOf(one, changes, order).at(-1)?.reversed ?? 0;
}

function targetAfter(one: RefundableReward, refunded: number, order = goodsOf(one)): number {
  return targetOf(one, standingOf([refund(refunded)], order));
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

describe('a refund with tax and shipping in it', () => {
  const order = { currency: 'USD', subtotal: 10_000, tax: 1900, shipping: 1100 };

  test.each([
    [0, 0],
    [6500, 500],
    [12_999, 1000],
    [13_000, 1000],
    [26_000, 1000],
  ])('of %i of 13000 takes %i of the 1000 that the goods alone earned', (refunded, target) => {
    expect(targetAfter(reward(), refunded, order)).toBe(target);
  });

  test('takes a fixed reward once half of all that was paid went back', () => {
    const fixed = reward({ basisPoints: null, amount: 500 });
    expect(targetAfter(fixed, 6498, order)).toBe(0);
    expect(targetAfter(fixed, 6500, order)).toBe(500);
  });

  test('leaves of the goods what the smallest order is asked of, whatever the reward was measured by', () => {
    const least = { basisPoints: null, base: 13_000, includeTax: true, includeShipping: true, minOrder: { USD: 9000 } };
    expect(targetAfter(reward(least), 1300, order)).toBe(0);
    expect(targetAfter(reward(least), 1302, order)).toBe(1000);
  });

  test('takes nothing of an order of nothing', () => {
    const nothing = { ...order, subtotal: 0, tax: 0, shipping: 0 };
    expect(targetAfter(reward({ base: 0 }), 500, nothing)).toBe(0);
  });

  test('is no more than the order ever came to', () => {
    expect(standingOf([refund(9000, 'r1'), refund(9000, 'o1:rest')], order).refunded).toBe(13_000);
    const edit = { ...plain, kind: 'edit', externalId: 'e1', amount: 15_000 } as const;
    expect(standingOf([refund(9000, 'r1'), refund(9000, 'o1:rest'), edit], order).refunded).toBe(15_000);
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
  const order = { ...goodsOf(reward()), receivedAt: Date.UTC(2026, 10, 21) };
  const changes = [-DAYS_30 - 1, -DAYS_30, 5 * DAYS_30].map((after) => ({
    ...refund(1),
    currency: 'USD',
    receivedAt: order.receivedAt + after,
  }));
  expect(applicable(changes, order)).toEqual(changes.slice(1));
});

test('a change in another currency cannot be of the money of the order', () => {
  const order = { ...goodsOf(reward()), receivedAt: 0 };
  const changes = ['EUR', 'USD', null].map((currency) => ({ ...refund(1), currency, receivedAt: 0 }));
  expect(applicable(changes, order)).toEqual(changes.slice(1));
});

test('a dispute that was lost in another currency is of the whole order', () => {
  const order = { currency: 'USD', subtotal: 10_000, tax: 1900, shipping: 1100, receivedAt: 0 };
  const lost = { ...plain, kind: 'dispute_lost', externalId: 'd1', amount: 77, receivedAt: 0 } as const;
  expect(applicable([{ ...lost, currency: 'EUR' }], order)).toMatchObject([{ amount: 13_000 }]);
  expect(applicable([{ ...lost, currency: 'USD' }], order)).toMatchObject([{ amount: 77 }]);
});

describe('an edit', () => {
  const edit = (amount: number, externalId: string, more = {}): OrderChange => ({
    ...{ kind: 'edit', externalId, amount, tax: 300, shipping: 200 },
    ...more,
  });

  const order = { currency: 'USD', subtotal: 10_000, tax: 300, shipping: 200 };

  test('takes back what the order is worth less', () => {
    expect(movesOf(reward(), [edit(7500, 'e1')], order)).toMatchObject([{ reversed: 250, reason: 'order_edited' }]);
  });

  test('upwards earns nothing, and brings nothing back', () => {
    expect(movesOf(reward(), [edit(12_000, 'e1')], order)).toEqual([]);
    expect(reversedBy(reward(), [edit(7500, 'e1'), edit(10_000, 'e2')], order)).toBe(250);
  });

  test('and the refund of what it took away count once', () => {
    expect(reversedBy(reward(), [edit(7500, 'e1'), refund(2500)], order)).toBe(250);
    expect(reversedBy(reward(), [refund(2500), edit(5000, 'e1')], order)).toBe(500);
  });

  test('upwards is what refunds take first, for it had earned nothing', () => {
    const grown = edit(20_000, 'e1');
    expect(reversedBy(reward(), [grown, refund(10_000)], order)).toBe(0);
    expect(targetOf(reward(), standingOf([refund(15_250), grown], order))).toBe(500);
    expect(reversedBy(reward(), [grown, refund(15_250)], order)).toBe(500);
    expect(reversedBy(reward(), [grown, refund(20_500)], order)).toBe(1000);
  });

  test('is measured as the rule was: with tax and shipping where they earned', () => {
    const whole = reward({ base: 10_500, includeTax: true, includeShipping: true, amount: 1050 });
    expect(movesOf(whole, [edit(10_000, 'e1')], order)).toEqual([]);
    expect(reversedBy(whole, [edit(10_000, 'e1', { tax: 0, shipping: 0 })], order)).toBe(50);
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
      fc.property(anyReward, fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(9000), (one, share, tax) => {
        const order = { ...goodsOf(one), tax };
        const total = order.subtotal + tax;
        const first = Math.floor(total * share);
        const amounts = [first, total - first].filter((amount) => amount > 0);
        const last = movesOf(one, refunds(amounts), order).at(-1);
        expect(last?.reversed).toBe(one.amount);
        expect(['voided', 'reversed']).toContain(last?.to);
      }),
    );
  });

  describe('of changes', () => {
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
    const isEdit = ({ kind }: OrderChange) => kind === 'edit';

    test('the end is the same for every order in which they become known, where no edit adds to the order', () => {
      fc.assert(
        fc.property(anyReward, fc.nat(9000), shuffled, (one, tax, tellings) => {
          const order = { ...goodsOf(one), tax };
          const [told, otherwise] = tellings.map((changes) =>
            changes.map((each) => (isEdit(each) ? { ...each, amount: Math.min(each.amount, order.subtotal) } : each)),
          );
          expect(reversedBy(one, otherwise ?? [], order)).toBe(reversedBy(one, told ?? [], order));
        }),
      );
    });

    test('all that they come to is taken back in any order, and no more where edits are known before refunds', () => {
      fc.assert(
        fc.property(anyReward, fc.nat(9000), shuffled, (one, tax, [told]) => {
          const order = { ...goodsOf(one), tax };
          const target = targetOf(one, standingOf(told, order));
          expect(reversedBy(one, told, order)).toBeGreaterThanOrEqual(target);
          const editsFirst = told.toSorted((a, b) => Number(isEdit(b)) - Number(isEdit(a)));
          expect(reversedBy(one, editsFirst, order)).toBe(target);
        }),
      );
    });
  });
});

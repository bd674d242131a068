import fc from 'fast-check';

/** All that happens to one order. Amounts in cents. */
export interface History {
  subtotal: number;
  tax: number;
  refunds: number[];
  /** What remained of the order after each. */
  edits: { subtotal: number; tax: number }[];
  disputes: { amount: number; stages: Stage[] }[];
  cancelled: boolean;
}

type Stage = 'opened' | 'won' | 'lost';

/** Something that the store tells, or a fortnight that goes by, or an operator who hands out whatever is approved. */
export type Step = { told: string; data: object } | 'fortnight' | 'issue';

const cents = fc.integer({ min: 1, max: 9000 });

const history: fc.Arbitrary<History> = fc.record({
  subtotal: fc.integer({ min: 2000, max: 20_000 }),
  tax: fc.nat(3000),
  refunds: fc.array(cents, { maxLength: 4 }),
  edits: fc.array(fc.record({ subtotal: fc.nat(25_000), tax: fc.nat(3000) }), { maxLength: 2 }),
  disputes: fc.array(
    fc.record({ amount: cents, stages: fc.subarray<Stage>(['opened', 'won', 'lost'], { minLength: 1 }) }),
    { maxLength: 2 },
  ),
  cancelled: fc.nat(5).map((chance) => chance === 0),
});

/** A history, and its events in any order, some of them told again. A fortnight at most goes by: nothing is parked too long. */
export const toldHistory: fc.Arbitrary<{ history: History; steps: Step[] }> = history.chain((one) => {
  const events = eventsOf(one);
  return fc
    .record({
      repeats: fc.subarray(events),
      others: fc.subarray<Step>(['fortnight', 'issue', 'issue']),
    })
    .chain(({ repeats, others }) => {
      const all = [...events, ...repeats, ...others];
      return fc.record({
        history: fc.constant(one),
        steps: fc.shuffledSubarray(all, { minLength: all.length, maxLength: all.length }),
      });
    });
});

function eventsOf({ subtotal, tax, refunds, edits, disputes, cancelled }: History): Step[] {
  const disputed = disputes.flatMap(({ amount, stages }, index) =>
    stages.map((stage) => ({
      told: 'order.disputed',
      data: { disputeId: `${index}`, stage, amount, currency: 'USD' },
    })),
  );
  return [
    { told: 'order.paid', data: { subtotal, tax, currency: 'USD' } },
    ...refunds.map((amount, index) => ({
      told: 'order.refunded',
      data: { refundId: `${index}`, amount, currency: 'USD' },
    })),
    ...edits.map((edit, index) => ({ told: 'order.edited', data: { editId: `${index}`, ...edit, currency: 'USD' } })),
    ...disputed,
    ...(cancelled ? [{ told: 'order.cancelled', data: {} }] : []),
  ];
}

/**
 * What a history should come to, reckoned from the whole of it, for 10 % of the goods with tax and 5.00 from 20.00 of goods on.
 * What was taken back is gone: a reward ends with the least that was left of it as the history became known.
 */
export function reckon(history: History, steps: Step[]) {
  const { subtotal, tax, disputes, cancelled } = history;
  const share = percent(subtotal + tax);
  const worths = steps.map((_, index) => worthOf(toldBy(history, steps.slice(0, index + 1))));
  const least = (left: (worth: ReturnType<typeof worthOf>) => number) => Math.min(...worths.map(left));
  return {
    refunded: worthOf(history).refunded,
    disputed: disputes.some(({ stages }) => stages.length === 1 && stages[0] === 'opened'),
    /** What is left of each reward. */
    advocate: {
      amount: share,
      left: cancelled
        ? 0
        : least(({ withTax }) => share - roundHalfUp(share * (subtotal + tax - withTax), subtotal + tax)),
    },
    friend: { amount: 500, left: cancelled ? 0 : least(({ goods }) => (stands(subtotal, goods) ? 500 : 0)) },
  };
}

function stands(subtotal: number, goods: number): boolean {
  return goods === subtotal || (goods > subtotal / 2 && goods >= 2000);
}

/** A refund is of goods and tax alike, and first of what an edit had added. */
function worthOf({ subtotal, tax, refunds, edits, disputes }: History) {
  const total = subtotal + tax;
  const most = Math.max(total, ...edits.map((edit) => edit.subtotal + edit.tax));
  const lost = disputes.filter(({ stages }) => stages.includes('lost'));
  const refunded = Math.min(most, sum(refunds) + sum(lost.map(({ amount }) => amount)));
  const gone = Math.max(0, refunded - (most - total));
  return {
    refunded,
    withTax: Math.min(total - gone, ...edits.map((edit) => edit.subtotal + edit.tax)),
    goods: Math.min(subtotal - roundHalfUp(subtotal * gone, total), ...edits.map((edit) => edit.subtotal)),
  };
}

/** As much of the history as these steps have told. */
function toldBy(history: History, steps: Step[]): History {
  const told = (kind: string, fields: object) =>
    steps.some(
      (step) =>
        typeof step === 'object' &&
        step.told === kind &&
        Object.entries(fields).every(([name, value]) => Reflect.get(step.data, name) === value),
    );
  return {
    ...history,
    refunds: history.refunds.filter((_, index) => told('order.refunded', { refundId: `${index}` })),
    edits: history.edits.filter((_, index) => told('order.edited', { editId: `${index}` })),
    disputes: history.disputes.filter((_, index) => told('order.disputed', { disputeId: `${index}`, stage: 'lost' })),
  };
}

function percent(base: number): number {
  return roundHalfUp(base, 10);
}

function roundHalfUp(numerator: number, denominator: number): number {
  return Math.floor((2 * numerator + denominator) / (2 * denominator));
}

function sum(amounts: number[]): number {
  return amounts.reduce((total, amount) => total + amount, 0);
}

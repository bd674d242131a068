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

/** What a history should come to, reckoned from the whole of it, for 10 % of the goods with tax and 5.00 from 20.00 of goods on. */
export function reckon({ subtotal, tax, refunds, edits, disputes, cancelled }: History) {
  const lost = disputes.filter(({ stages }) => stages.includes('lost'));
  const refunded = sum(refunds) + sum(lost.map(({ amount }) => amount));
  const worthWithTax = Math.min(subtotal + tax - refunded, ...edits.map((edit) => edit.subtotal + edit.tax));
  const worth = Math.min(subtotal - refunded, ...edits.map((edit) => edit.subtotal));
  const share = percent(subtotal + tax);
  const kept = Math.max(0, Math.min(worthWithTax, subtotal + tax));
  const stands = worth >= subtotal || (worth > subtotal / 2 && worth >= 2000);
  return {
    refunded,
    disputed: disputes.some(({ stages }) => stages.length === 1 && stages[0] === 'opened'),
    /** What is left of each reward. */
    advocate: {
      amount: share,
      left: cancelled ? 0 : share - roundHalfUp(share * (subtotal + tax - kept), subtotal + tax),
    },
    friend: { amount: 500, left: cancelled || !stands ? 0 : 500 },
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

import { DAY } from '../calendar.ts';
import type { OrderChangeKind } from '../terms.ts';
import { baseOf, type Purchase } from './rule.ts';

/** What became of an order after it was paid, as one source told it. Minor units of the order's currency. */
export interface OrderChange {
  kind: OrderChangeKind;
  externalId: string;
  /** Of a refund or a dispute; of an edit what remains of the subtotal. */
  amount: number;
  /** Of an edit what remains; else null. */
  tax: number | null;
  shipping: number | null;
}

/** What all changes of an order add up to. It depends on their set alone: they come in any order. */
export interface Standing {
  cancelled: boolean;
  /** A dispute is open. */
  disputed: boolean;
  /** All that was given back, lost disputes included. */
  refunded: number;
  /** What remained of the order after each edit. */
  edits: Purchase[];
}

const PARKED_FOR = 30 * DAY;

/**
 * Those of an order's changes that touch it: one that came before its order waits for it for 30 days, and one in another
 * currency cannot be of this order's money.
 */
export function applicable<Change extends { currency: string | null; receivedAt: number }>(
  changes: readonly Change[],
  order: { currency: string; receivedAt: number },
): Change[] {
  return changes.filter(
    ({ currency, receivedAt }) =>
      order.receivedAt - receivedAt <= PARKED_FOR && (currency === null || currency === order.currency),
  );
}

export function standingOf(changes: readonly OrderChange[], currency: string): Standing {
  const of = (kind: OrderChangeKind) => changes.filter((change) => change.kind === kind);
  const closed = new Set([...of('dispute_won'), ...of('dispute_lost')].map(({ externalId }) => externalId));
  const totals = Map.groupBy(of('refund_total'), ({ externalId }) => seriesOf(externalId));
  return {
    cancelled: of('cancellation').length > 0,
    disputed: of('dispute_opened').some(({ externalId }) => !closed.has(externalId)),
    refunded:
      sum([...of('refund'), ...of('dispute_lost')].map(({ amount }) => amount)) +
      sum([...totals.values()].map((series) => Math.max(...series.map(({ amount }) => amount)))),
    edits: of('edit').map(({ amount, tax, shipping }) => ({
      currency,
      subtotal: amount,
      tax: tax ?? 0,
      shipping: shipping ?? 0,
    })),
  };
}

/** Each total of a series has an id of its own, so that a later one is no repeat of it. */
export function totalId(series: string, amount: number): string {
  return `${series}:${amount}`;
}

function seriesOf(totalId: string): string {
  return totalId.slice(0, totalId.lastIndexOf(':'));
}

/**
 * How much of what a reward was measured by is gone. What was edited away is often refunded as well: the greater of the two
 * counts, not their sum, and an edit upwards brings nothing back.
 */
export function lossOf(
  base: number,
  rule: { includeTax: boolean; includeShipping: boolean },
  { refunded, edits }: Standing,
): number {
  return Math.max(refunded, ...edits.map((remaining) => base - baseOf(rule, remaining)));
}

function sum(amounts: number[]): number {
  return amounts.reduce((total, amount) => total + amount, 0);
}

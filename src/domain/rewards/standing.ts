import { proportionOf } from '../../lib/money.ts';
import { DAY } from '../calendar.ts';
import type { OrderChangeKind } from '../terms.ts';
import { baseOf, type Purchase, totalOf } from './rule.ts';

/** What became of an order after it was paid, as one source told it. Minor units of the order's currency. */
export interface OrderChange {
  kind: OrderChangeKind;
  externalId: string;
  /** Of a refund or a dispute, tax and shipping included; of an edit what remains of the subtotal. */
  amount: number;
  /** Of an edit what remains; else null. */
  tax: number | null;
  shipping: number | null;
}

/** What all changes of an order add up to. It depends on their set alone: they come in any order. */
export interface Standing {
  /** As it was paid. */
  order: Purchase;
  cancelled: boolean;
  /** A dispute is open. */
  disputed: boolean;
  /** All that was given back, lost disputes included; no more than the order ever came to. */
  refunded: number;
  /** What remained of the order after each edit. */
  edits: Purchase[];
}

const PARKED_FOR = 30 * DAY;

/**
 * Those of an order's changes that touch it, in its own money: one that came before its order waits for it for 30 days, and
 * one in another currency cannot be of this order. But a bank may take the money in the customer's currency: that is the whole.
 */
export function applicable<Change extends OrderChange & { currency: string | null; receivedAt: number }>(
  changes: readonly Change[],
  order: Purchase & { receivedAt: number },
): Change[] {
  return changes
    .filter(({ receivedAt }) => order.receivedAt - receivedAt <= PARKED_FOR)
    .flatMap((change) => {
      if (change.currency === null || change.currency === order.currency) return [change];
      return change.kind === 'dispute_lost' ? [{ ...change, amount: totalOf(order) }] : [];
    });
}

export function standingOf(changes: readonly OrderChange[], order: Purchase): Standing {
  const of = (kind: OrderChangeKind) => changes.filter((change) => change.kind === kind);
  const closed = new Set([...of('dispute_won'), ...of('dispute_lost')].map(({ externalId }) => externalId));
  const totals = Map.groupBy(of('refund_total'), ({ externalId }) => seriesOf(externalId));
  const edits = of('edit').map(({ amount, tax, shipping }) => ({
    currency: order.currency,
    subtotal: amount,
    tax: tax ?? 0,
    shipping: shipping ?? 0,
  }));
  const refunded =
    sum([...of('refund'), ...of('dispute_lost')].map(({ amount }) => amount)) +
    sum([...totals.values()].map((series) => Math.max(...series.map(({ amount }) => amount))));
  return {
    order,
    cancelled: of('cancellation').length > 0,
    disputed: of('dispute_opened').some(({ externalId }) => !closed.has(externalId)),
    // One refund may be told in two ways: as itself, and as all that was left.
    refunded: Math.min(refunded, mostOf(order, edits)),
    edits,
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
 * How much of `base`, which is measured as `rule` says, is gone. A refund is of the goods, the tax and the shipping alike, and
 * first of what an edit had added, for that earned nothing. What was edited away is often refunded as well: the greater of
 * the two counts, not their sum, and an edit upwards brings nothing back.
 */
export function lossOf(
  base: number,
  rule: { includeTax: boolean; includeShipping: boolean },
  { order, refunded, edits }: Standing,
): number {
  const total = totalOf(order);
  const added = mostOf(order, edits) - total;
  const lost = proportionOf(base, Math.max(0, refunded - added), total);
  return Math.max(lost, ...edits.map((remaining) => base - baseOf(rule, remaining)));
}

function mostOf(order: Purchase, edits: readonly Purchase[]): number {
  return Math.max(totalOf(order), ...edits.map(totalOf));
}

function sum(amounts: number[]): number {
  return amounts.reduce((total, amount) => total + amount, 0);
}

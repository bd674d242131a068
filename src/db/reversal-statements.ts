import { and, eq, sql } from 'drizzle-orm';
import type { CallbackAnswer, VerifiedCallback } from '../domain/callback.ts';
import type { ToldChange } from '../domain/order-change.ts';
import type { Move } from '../domain/rewards/moves.ts';
import { type OrderChange, standingOf } from '../domain/rewards/standing.ts';
import type { NewId } from '../lib/ids.ts';
import { keepAlone } from './callback-statements.ts';
import type { Database, Statement } from './client.ts';
import type { KnownOrder, ReversalFacts, ReversalKey } from './reversal-facts.ts';
import { moveReward } from './reward-statements.ts';
import { events, locks, orderChanges, orders } from './schema.ts';
import { lastSeq } from './seen.ts';

export interface Reversal {
  callback: VerifiedCallback;
  key: ReversalKey;
  change: ToldChange & { occurredAt: number };
  facts: ReversalFacts;
  /** Those changes before it that touch the order. */
  before: OrderChange[];
  /** The change itself, in the money of the order; none while the order has not arrived. */
  touching: OrderChange[];
  moves: Move[];
  answer: CallbackAnswer;
}

const EVENTS: Partial<Record<OrderChange['kind'], string>> = {
  refund: 'order.refunded',
  refund_total: 'order.refunded',
  cancellation: 'order.cancelled',
  edit: 'order.edited',
  dispute_opened: 'order.disputed',
  dispute_won: 'order.dispute_won',
  dispute_lost: 'order.dispute_lost',
};

/** A change of an order for one write batch. Its number in the order's history makes it collide with any other change. */
export function insertReversal(db: Database, reversal: Reversal, newId: NewId): Statement[] {
  const { callback, key, change, facts, before, touching, moves, answer } = reversal;
  const { storeId, account } = key;
  const { order, name, history } = facts;
  const { receivedAt } = callback;
  return [
    db.query
      .insert(orderChanges)
      .values({ storeId, account, orderExternalId: name, seq: lastSeq(history, name) + 1, ...change, receivedAt }),
    ...(order === null ? [] : orderRows(db, storeId, order, [...before, ...touching], receivedAt)),
    ...(order === null ? [] : touching.map((one) => orderEvent(db, storeId, order, one, receivedAt, newId))),
    ...moves.flatMap((move) => moveReward(storeId, move, receivedAt, newId)),
    ...keepAlone(db, callback, answer),
  ];
}

/** The order as all of its changes leave it. */
export function orderRows(
  db: Database,
  storeId: string,
  order: KnownOrder,
  changes: readonly OrderChange[],
  now: number,
): Statement[] {
  const { refunded, cancelled, disputed } = standingOf(changes, order);
  const since = (column: typeof orders.cancelledAt | typeof orders.disputedAt, holds: boolean) =>
    holds ? sql`coalesce(${column}, ${now})` : null;
  return [
    db.query
      .update(orders)
      .set({
        refunded,
        cancelledAt: since(orders.cancelledAt, cancelled),
        disputedAt: since(orders.disputedAt, disputed),
      })
      .where(and(eq(orders.storeId, storeId), eq(orders.id, order.id))),
    // A purchase that was undone binds nobody: the friend's next one may be the first.
    ...(cancelled
      ? [
          db.query
            .delete(locks)
            .where(and(eq(locks.storeId, storeId), eq(locks.conversionId, order.conversionId ?? ''))),
        ]
      : []),
  ];
}

function orderEvent(
  db: Database,
  storeId: string,
  { id: orderId, conversionId, currency }: KnownOrder,
  { kind, amount }: OrderChange,
  createdAt: number,
  newId: NewId,
): Statement {
  const data = { orderId, conversionId, amount, currency };
  return db.query
    .insert(events)
    .values({ storeId, id: newId('evt'), type: EVENTS[kind] ?? `order.${kind}`, data, createdAt });
}

import { and, eq, sql } from 'drizzle-orm';
import type { VerifiedCallback } from '../domain/callback.ts';
import type { Move } from '../domain/rewards/moves.ts';
import type { OrderChange } from '../domain/rewards/reversal.ts';
import type { NewId } from '../lib/ids.ts';
import { insertCallback } from './callback-statements.ts';
import type { Database, Statement } from './client.ts';
import type { ReversalFacts, ReversalKey } from './reversal-facts.ts';
import { moveReward } from './reward-statements.ts';
import { events, locks, orderChanges, orders } from './schema.ts';

export interface Reversal {
  callback: VerifiedCallback;
  key: ReversalKey;
  change: OrderChange & { currency: string | null; occurredAt: number };
  facts: ReversalFacts;
  moves: Move[];
}

/** A refund or cancellation for one write batch. Its number in the order's history makes it collide with any other change. */
export function insertReversal(db: Database, reversal: Reversal, newId: NewId): Statement[] {
  const { callback, key, change, facts, moves } = reversal;
  const { storeId, account, orderExternalId, kind } = key;
  const { order } = facts;
  const receivedAt = callback.receivedAt;
  const { externalId, amount, currency, occurredAt } = change;
  const history = { storeId, account, orderExternalId, seq: facts.lastSeq + 1, kind, externalId };
  const answer = {
    status: order === null ? 'parked' : 'recorded',
    reason: null,
    conversionId: order?.conversionId ?? null,
  } as const;
  return [
    db.query.insert(orderChanges).values({ ...history, amount, currency, occurredAt, receivedAt }),
    ...(order === null ? [] : orderRows(db, storeId, order, change, receivedAt, newId)),
    ...moves.flatMap((move) => moveReward(storeId, move, receivedAt, newId)),
    insertCallback(db, callback, answer, newId),
  ];
}

function orderRows(
  db: Database,
  storeId: string,
  order: NonNullable<ReversalFacts['order']>,
  change: OrderChange,
  now: number,
  newId: NewId,
): Statement[] {
  const theOrder = and(eq(orders.storeId, storeId), eq(orders.id, order.id));
  const data = { orderId: order.id, conversionId: order.conversionId, amount: change.amount, currency: order.currency };
  const event = { storeId, id: newId('evt'), data, createdAt: now };
  if (change.kind === 'refund') {
    return [
      db.query
        .update(orders)
        .set({ refunded: sql`${orders.refunded} + ${change.amount}` })
        .where(theOrder),
      db.query.insert(events).values({ ...event, type: 'order.refunded' }),
    ];
  }
  return [
    db.query.update(orders).set({ cancelledAt: now }).where(theOrder),
    // A purchase that was undone binds nobody: the friend's next one may be the first.
    db.query.delete(locks).where(and(eq(locks.storeId, storeId), eq(locks.conversionId, order.conversionId ?? ''))),
    db.query.insert(events).values({ ...event, type: 'order.cancelled' }),
  ];
}

import { and, eq, inArray } from 'drizzle-orm';
import type { RefundableReward } from '../domain/rewards/reversal.ts';
import type { OrderChangeKind } from '../domain/terms.ts';
import type { Database } from './client.ts';
import { conversions, orderChanges, orders, rewards, rules } from './schema.ts';
import { callbackSeen, historyOf } from './seen.ts';

export interface ReversalKey {
  storeId: string;
  sourceId: string;
  account: string;
  messageId: string | null;
  orderExternalId: string;
  kind: OrderChangeKind;
  /** The refund's own id; of a cancellation the order's. */
  externalId: string;
}

export interface ReversalFacts {
  seen: boolean;
  /** null: the order has not arrived. */
  order: { id: string; currency: string; refunded: number; conversionId: string | null } | null;
  rewards: RefundableReward[];
  lastSeq: number;
}

/** One batch, one trip: the order, its history so far, and the rewards it earned with what their rules said when they were granted. */
export async function reversalFacts(db: Database, key: ReversalKey): Promise<ReversalFacts> {
  const { query } = db;
  const { storeId, account } = key;
  const theOrder = and(
    eq(orders.storeId, storeId),
    eq(orders.account, account),
    eq(orders.externalId, key.orderExternalId),
  );
  const ofOrder = and(eq(conversions.storeId, orders.storeId), eq(conversions.orderId, orders.id));
  const ofTheOrder = query.select({ id: conversions.id }).from(orders).innerJoin(conversions, ofOrder).where(theOrder);
  const [messages, same, history, found, earned] = await query.batch([
    callbackSeen(db, key),
    query
      .select({ seq: orderChanges.seq })
      .from(orderChanges)
      .where(
        and(
          eq(orderChanges.storeId, storeId),
          eq(orderChanges.account, account),
          eq(orderChanges.kind, key.kind),
          eq(orderChanges.externalId, key.externalId),
        ),
      ),
    historyOf(db, storeId, account, key.orderExternalId),
    query
      .select({ id: orders.id, currency: orders.currency, refunded: orders.refunded, conversionId: conversions.id })
      .from(orders)
      .leftJoin(conversions, ofOrder)
      .where(theOrder),
    query
      .select({
        id: rewards.id,
        state: rewards.state,
        amount: rewards.amount,
        reversed: rewards.reversed,
        version: rewards.version,
        currency: rewards.currency,
        base: rewards.base,
        basisPoints: rules.basisPoints,
        minOrder: rules.minOrder,
        refundThresholdBasisPoints: rules.refundThresholdBasisPoints,
      })
      .from(rewards)
      .innerJoin(
        rules,
        and(eq(rules.storeId, rewards.storeId), eq(rules.id, rewards.ruleId), eq(rules.version, rewards.ruleVersion)),
      )
      .where(and(eq(rewards.storeId, storeId), inArray(rewards.conversionId, ofTheOrder))),
  ]);
  return {
    seen: messages.length + same.length > 0,
    order: found[0] ?? null,
    rewards: earned,
    lastSeq: history.at(-1)?.seq ?? 0,
  };
}

import { and, eq, inArray, sql } from 'drizzle-orm';
import type { RefundableReward } from '../domain/rewards/reversal.ts';
import type { Purchase } from '../domain/rewards/rule.ts';
import type { OrderChangeKind } from '../domain/terms.ts';
import type { Database } from './client.ts';
import { conversions, orderChanges, orders, rewards, rules } from './schema.ts';
import { callbackSeen, historyOf, type OrderKey, realName } from './seen.ts';

export interface ReversalKey extends OrderKey {
  sourceId: string;
  messageId: string | null;
  kind: OrderChangeKind;
  /** The sender's own id of the change. */
  externalId: string;
}

export interface ReversalFacts {
  seen: boolean;
  /** null: the order has not arrived. */
  order: KnownOrder | null;
  /** All that was told of it before, under any of its names. */
  history: (typeof orderChanges.$inferSelect)[];
  rewards: RefundableReward[];
  /** The name under which the change is kept: the order's own, or the one that was used while no other is known. */
  name: string;
}

export interface KnownOrder extends Purchase {
  id: string;
  conversionId: string | null;
  /** When it arrived. */
  receivedAt: number;
}

/** One batch, one trip: the order, its history so far, also under `more` names, and the rewards it earned with what their rules said when they were granted. */
export async function reversalFacts(
  db: Database,
  key: ReversalKey,
  more: readonly string[] = [],
): Promise<ReversalFacts> {
  const { query } = db;
  const { storeId, account } = key;
  const ownName = sql`coalesce(${realName(db, key)}, ${key.orderExternalId})`;
  const theOrder = and(eq(orders.storeId, storeId), eq(orders.account, account), eq(orders.externalId, ownName));
  const ofOrder = and(eq(conversions.storeId, orders.storeId), eq(conversions.orderId, orders.id));
  const ofTheOrder = query.select({ id: conversions.id }).from(orders).innerJoin(conversions, ofOrder).where(theOrder);
  const [messages, same, names, history, found, earned] = await query.batch([
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
    realName(db, key),
    historyOf(db, key, more),
    query
      .select({
        id: orders.id,
        currency: orders.currency,
        subtotal: orders.subtotal,
        tax: orders.tax,
        shipping: orders.shipping,
        conversionId: conversions.id,
        receivedAt: orders.createdAt,
      })
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
        includeTax: rules.includeTax,
        includeShipping: rules.includeShipping,
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
    history,
    rewards: earned,
    name: names[0]?.orderExternalId ?? key.orderExternalId,
  };
}

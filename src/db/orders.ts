import { and, asc, eq, inArray, ne, or, sql } from 'drizzle-orm';
import type { OrderChangeKind } from '../domain/terms.ts';
import type { Database } from './client.ts';
import { newestFirst, type PageOf } from './matching.ts';
import { conversions, orderChanges, orderNames, orders, sources } from './schema.ts';

/** Money in minor units. */
export interface Order {
  id: string;
  account: string;
  externalId: string;
  sourceId: string;
  currency: string;
  subtotal: number;
  tax: number;
  shipping: number;
  refunded: number;
  test: boolean;
  placedAt: number;
  cancelledAt: number | null;
  /** While a dispute is open. */
  disputedAt: number | null;
  conversionId: string | null;
  createdAt: number;
}

export interface OrderChange {
  kind: OrderChangeKind;
  externalId: string;
  amount: number;
  currency: string | null;
  occurredAt: number;
  receivedAt: number;
}

export interface OrderWithHistory extends Order {
  /** As we learnt of it. */
  history: OrderChange[];
}

export const ORDER = {
  id: orders.id,
  account: orders.account,
  externalId: orders.externalId,
  sourceId: orders.sourceId,
  currency: orders.currency,
  subtotal: orders.subtotal,
  tax: orders.tax,
  shipping: orders.shipping,
  refunded: orders.refunded,
  test: orders.test,
  placedAt: orders.placedAt,
  cancelledAt: orders.cancelledAt,
  disputedAt: orders.disputedAt,
  conversionId: conversions.id,
  createdAt: orders.createdAt,
};

export const ORDER_CHANGE = {
  kind: orderChanges.kind,
  externalId: orderChanges.externalId,
  amount: orderChanges.amount,
  currency: orderChanges.currency,
  occurredAt: orderChanges.occurredAt,
  receivedAt: orderChanges.receivedAt,
};

/** Joins what was judged to its order. */
export const JUDGED = and(eq(conversions.storeId, orders.storeId), eq(conversions.orderId, orders.id));

/** Joins an order to its history, by the names that its sender gave it. */
export const CHANGED = and(
  eq(orderChanges.storeId, orders.storeId),
  eq(orderChanges.account, orders.account),
  ne(orderChanges.kind, 'named'),
  or(
    eq(orderChanges.orderExternalId, orders.externalId),
    sql`${orderChanges.orderExternalId} in (select ${orderNames.name} from ${orderNames} where ${orderNames.storeId} = ${orders.storeId}
      and ${orderNames.account} = ${orders.account} and ${orderNames.orderExternalId} = ${orders.externalId})`,
  ),
);

export async function orderById(db: Database, storeId: string, id: string): Promise<OrderWithHistory | null> {
  const isOrder = and(eq(orders.storeId, storeId), eq(orders.id, id));
  const [[order], history] = await db.query.batch([
    db.query.select(ORDER).from(orders).leftJoin(conversions, JUDGED).where(isOrder),
    db.query
      .select(ORDER_CHANGE)
      .from(orders)
      .innerJoin(orderChanges, CHANGED)
      .where(isOrder)
      .orderBy(asc(orderChanges.seq)),
  ]);
  return order === undefined ? null : { ...order, history };
}

export async function ordersOf(
  db: Database,
  storeId: string,
  { limit, cursor, externalId }: PageOf & { externalId?: string | undefined },
): Promise<Order[]> {
  const { after, order } = newestFirst(orders.id, cursor, externalId);
  // The accounts are named so that the unique key of orders, which has them before the external id, is an index for it.
  const accounts = db.query.select({ account: sources.account }).from(sources).where(eq(sources.storeId, storeId));
  return db.query
    .select(ORDER)
    .from(orders)
    .leftJoin(conversions, JUDGED)
    .where(
      and(
        eq(orders.storeId, storeId),
        after,
        externalId === undefined
          ? undefined
          : and(inArray(orders.account, accounts), eq(orders.externalId, externalId)),
      ),
    )
    .orderBy(order)
    .limit(limit + 1);
}

import { and, eq, inArray, sql } from 'drizzle-orm';
import type { Database } from './client.ts';
import { callbacks, orderChanges, orderNames } from './schema.ts';

/** The callback that came under this message id before; a source that signs no id has none. */
export function callbackSeen(
  { query }: Database,
  { storeId, sourceId, messageId }: { storeId: string; sourceId: string; messageId: string | null },
) {
  return query
    .select({ conversionId: callbacks.conversionId })
    .from(callbacks)
    .where(
      and(eq(callbacks.storeId, storeId), eq(callbacks.sourceId, sourceId), eq(callbacks.messageId, messageId ?? '')),
    );
}

/** An order within the account of a source, by any id that the sender has for it. */
export interface OrderKey {
  storeId: string;
  account: string;
  orderExternalId: string;
}

/** The order's own id, where the one that is used is another name of it. */
export function realName({ query }: Database, key: OrderKey, more: readonly string[] = []) {
  return query.select({ orderExternalId: orderNames.orderExternalId }).from(orderNames).where(isOneOf(key, more));
}

/** Those of the names that are known already, and whose they are. */
export function knownNames({ query }: Database, key: OrderKey, more: readonly string[]) {
  const { name, orderExternalId } = orderNames;
  return query.select({ name, orderExternalId }).from(orderNames).where(isOneOf(key, more));
}

function isOneOf({ storeId, account, orderExternalId }: OrderKey, more: readonly string[]) {
  return and(
    eq(orderNames.storeId, storeId),
    eq(orderNames.account, account),
    inArray(orderNames.name, [orderExternalId, ...more]),
  );
}

/** Every name under which changes of the order may have been told, that which is used among them. */
function allNames(key: OrderKey, more: readonly string[] = []) {
  const { storeId, account, orderExternalId } = key;
  const isOf = sql`${orderNames.storeId} = ${storeId} and ${orderNames.account} = ${account}`;
  const real = sql`coalesce((select ${orderNames.orderExternalId} from ${orderNames} where ${isOf} and ${orderNames.name} = ${orderExternalId}), ${orderExternalId})`;
  return sql`(select ${real} union select ${orderNames.name} from ${orderNames} where ${isOf} and ${orderNames.orderExternalId} = ${real}${sql.join(
    [orderExternalId, ...more].map((name) => sql` union select ${name}`),
  )})`;
}

/** What is known of an order, whether it has arrived or not, under all of its names, in the order of its learning. */
export function historyOf({ query }: Database, key: OrderKey, more: readonly string[] = []) {
  const { storeId, account } = key;
  return query
    .select()
    .from(orderChanges)
    .where(
      and(
        eq(orderChanges.storeId, storeId),
        eq(orderChanges.account, account),
        sql`${orderChanges.orderExternalId} in ${allNames(key, more)}`,
      ),
    )
    .orderBy(orderChanges.receivedAt, orderChanges.seq);
}

/** The last number in the history that was told under this one name. */
export function lastSeq(history: readonly { orderExternalId: string; seq: number }[], name: string): number {
  return Math.max(0, ...history.filter((row) => row.orderExternalId === name).map(({ seq }) => seq));
}

import { and, eq } from 'drizzle-orm';
import type { Database } from './client.ts';
import { callbacks, orderChanges } from './schema.ts';

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

/** What is known of an order, whether it has arrived or not, in the order of its learning. */
export function historyOf({ query }: Database, storeId: string, account: string, orderExternalId: string) {
  return query
    .select()
    .from(orderChanges)
    .where(
      and(
        eq(orderChanges.storeId, storeId),
        eq(orderChanges.account, account),
        eq(orderChanges.orderExternalId, orderExternalId),
      ),
    )
    .orderBy(orderChanges.seq);
}

import type { Database, Statement } from './client.ts';
import { orderChanges, orderNames } from './schema.ts';
import { lastSeq } from './seen.ts';

export interface NamedOrder {
  storeId: string;
  account: string;
  /** The order's own id. */
  externalId: string;
}

/**
 * One more name of an order. The row in the history under that name collides with a change that is parked there at this
 * moment and would not know that the order is another.
 */
export function insertName(
  db: Database,
  { storeId, account, externalId }: NamedOrder,
  name: string,
  history: readonly { orderExternalId: string; seq: number }[],
  now: number,
): Statement[] {
  const row = { storeId, account, kind: 'named', amount: 0, occurredAt: now, receivedAt: now } as const;
  const named = db.query.insert(orderNames).values({ storeId, account, name, orderExternalId: externalId });
  if (name === externalId) return [named];
  const seq = lastSeq(history, name) + 1;
  return [named, db.query.insert(orderChanges).values({ ...row, orderExternalId: name, seq, externalId: name })];
}

import type { CallbackAnswer, VerifiedCallback } from '../domain/callback.ts';
import type { NewId } from '../lib/ids.ts';
import type { Database, Statement } from './client.ts';
import { callbacks } from './schema.ts';

export function insertCallback(
  db: Database,
  callback: VerifiedCallback,
  answer: CallbackAnswer,
  newId: NewId,
): Statement {
  const { source, messageId, type, receivedAt } = callback;
  const of = { storeId: source.storeId, sourceId: source.id, messageId, type, receivedAt };
  return db.query.insert(callbacks).values({ ...of, id: newId('cbk'), ...answer });
}

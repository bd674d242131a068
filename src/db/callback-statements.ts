import { and, eq, inArray, sql } from 'drizzle-orm';
import type { KeptAnswer, VerifiedCallback } from '../domain/callback.ts';
import type { CallbackStatus } from '../domain/terms.ts';
import type { Database, Statement } from './client.ts';
import { callbacks } from './schema.ts';

type Kept = Pick<VerifiedCallback, 'id' | 'messageId' | 'type' | 'sealed' | 'receivedAt' | 'replayedAt'> & {
  source: { storeId: string; id: string };
};

/** In which an attempt to carry a callback out may have left it, and another may end it. */
const UNDONE: CallbackStatus[] = ['held', 'queued', 'unusable'];

/** The inbox row of a callback with what came of it; carried out once more, it has one already. */
export function keepCallback(db: Database, callback: Kept, answer: KeptAnswer): Statement {
  const { source, id, messageId, type, sealed, receivedAt, replayedAt } = callback;
  const { status, reason, conversionId, errors = null } = answer;
  const outcome = { type, status, reason, conversionId, errors };
  if (replayedAt !== null) {
    return db.query
      .update(callbacks)
      .set({ ...(status === 'duplicate' ? repeated(conversionId) : outcome), replayedAt })
      .where(and(eq(callbacks.storeId, source.storeId), eq(callbacks.id, id)));
  }
  // Of what is a repeat, the request lies there already.
  const row = { messageId, ...outcome, sealed: status === 'duplicate' ? null : sealed };
  return db.query
    .insert(callbacks)
    .values({ storeId: source.storeId, id, sourceId: source.id, receivedAt, ...row })
    .onConflictDoUpdate({
      target: [callbacks.storeId, callbacks.id],
      set: row,
      setWhere: inArray(callbacks.status, UNDONE),
    });
}

/** That it had done its work before is no other outcome of it; but of one that could do none it is. */
function repeated(conversionId: string | null) {
  return {
    status: sql`iif(${inArray(callbacks.status, UNDONE)}, 'duplicate', ${callbacks.status})`,
    conversionId: sql`coalesce(${callbacks.conversionId}, ${conversionId})`,
    errors: null,
  };
}

/**
 * For the batch of a notice: the row too where it is the only one. A callback with several gets its row after the last, so
 * that one which broke off in the middle is carried out again when it is repeated.
 */
export function keepAlone(db: Database, callback: VerifiedCallback, answer: KeptAnswer): Statement[] {
  return callback.notices.length === 1 ? [keepCallback(db, callback, answer)] : [];
}

import type { Context } from '../context.ts';
import { insertCallback } from '../db/callback-statements.ts';
import { commit } from '../db/client.ts';
import type { CallbackAnswer, VerifiedCallback } from '../domain/callback.ts';

/** The store told us something that is not our business: note that it came, once. */
export async function ignoreCallback(context: Context, callback: VerifiedCallback): Promise<CallbackAnswer> {
  const answer = { status: 'ignored', reason: null, conversionId: null } as const;
  const written = await commit(context.db, [insertCallback(context.db, callback, answer, context.newId)]);
  return written.outcome === 'committed' ? answer : { ...answer, status: 'duplicate' };
}

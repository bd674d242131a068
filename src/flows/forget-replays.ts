import type { Context } from '../context.ts';
import { commit } from '../db/client.ts';
import { deleteOldReplays } from '../db/replays.ts';

/** First answers by Idempotency-Key are kept for 7 days. */
export async function forgetReplays({ db, now }: Context): Promise<void> {
  await commit(db, [deleteOldReplays(db, now())]);
}

import type { Context } from '../context.ts';
import { forgetRequestsBefore } from '../db/callbacks.ts';
import { commit } from '../db/client.ts';
import { DAY } from '../domain/calendar.ts';

const KEPT = 30 * DAY;
/** Requests are large, and other writers get their turn after each chunk. */
const CHUNK = 200;
const MOST_CHUNKS = 20;

/** What stores posted is kept for 30 days, to be looked at and carried out once more; what came of it stays. */
export async function forgetCallbacks({ db, now }: Context): Promise<void> {
  const before = now() - KEPT;
  for (let chunk = 0; chunk < MOST_CHUNKS; chunk += 1) {
    const done = await commit(db, [forgetRequestsBefore(db, before, CHUNK)]);
    if (done.outcome === 'conflict' || (done.results[0]?.rowsAffected ?? 0) < CHUNK) return;
  }
}

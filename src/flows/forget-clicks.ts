import type { Context } from '../context.ts';
import { deleteAuditsBefore } from '../db/click-audits.ts';
import { deleteOldClicks, retentionsInUse } from '../db/click-retention.ts';
import { commit } from '../db/client.ts';
import { deleteReplayedBefore } from '../db/dead-deliveries.ts';
import { DAY } from '../domain/calendar.ts';

/** Other writers get their turn after each. */
const CHUNK = 1000;
const MOST_CHUNKS = 10;
const AUDITS_KEPT = 7 * DAY;
const REPLAYED_KEPT = 7 * DAY;

/** Deletes clicks that their stores keep no longer, some in every run, and what else was noted of the pipeline for a while. */
export async function forgetClicks({ db, now }: Context): Promise<void> {
  const at = now();
  const retentions = await retentionsInUse(db);
  await commit(db, [deleteAuditsBefore(db, at - AUDITS_KEPT), deleteReplayedBefore(db, at - REPLAYED_KEPT)]);
  for (let chunk = 0; chunk < MOST_CHUNKS; chunk += 1) {
    const done = await commit(db, [deleteOldClicks(retentions, at, CHUNK)]);
    if (done.outcome === 'conflict' || (done.results[0]?.rowsAffected ?? 0) < CHUNK) return;
  }
}

import type { Context } from '../context.ts';
import { commit } from '../db/client.ts';
import { type DeadDelivery, insertDeadDeliveries } from '../db/dead-deliveries.ts';

/** The queue gave up on deliveries of clicks: keep them until somebody replays them. One that comes again is kept once. */
export async function keepDeadDeliveries({ db, now }: Context, deliveries: readonly DeadDelivery[]): Promise<void> {
  const written = await commit(db, [insertDeadDeliveries(db, deliveries, now())]);
  if (written.outcome === 'conflict') throw new Error(`The database refused dead deliveries: ${written.constraint}`);
}

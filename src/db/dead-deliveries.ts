import { and, asc, gt, inArray, isNull, lt, sql } from 'drizzle-orm';
import type { Database, Statement } from './client.ts';
import { deadDeliveries } from './schema.ts';

export interface DeadDelivery {
  id: string;
  body: unknown;
}

/** Whatever a message holds: Drizzle would write a null body as none. */
export function insertDeadDeliveries(db: Database, deliveries: readonly DeadDelivery[], now: number): Statement {
  return db.query
    .insert(deadDeliveries)
    .values(deliveries.map(({ id, body }) => ({ id, body: sql`${JSON.stringify(body ?? null)}`, diedAt: now })))
    .onConflictDoNothing();
}

/** Those that nobody replayed, in the order of their ids. */
export async function openDeadDeliveries(db: Database, after: string, limit: number): Promise<DeadDelivery[]> {
  return db.query
    .select({ id: deadDeliveries.id, body: deadDeliveries.body })
    .from(deadDeliveries)
    .where(and(isNull(deadDeliveries.replayedAt), gt(deadDeliveries.id, after)))
    .orderBy(asc(deadDeliveries.id))
    .limit(limit);
}

export function markReplayed(db: Database, ids: readonly string[], now: number): Statement {
  return db.query
    .update(deadDeliveries)
    .set({ replayedAt: now })
    .where(and(inArray(deadDeliveries.id, [...ids]), isNull(deadDeliveries.replayedAt)));
}

export function deleteReplayedBefore(db: Database, at: number): Statement {
  return db.query.delete(deadDeliveries).where(lt(deadDeliveries.replayedAt, at));
}

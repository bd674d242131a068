import { and, desc, eq, gt, isNull, notInArray, or } from 'drizzle-orm';
import type { Database, Statement } from './client.ts';
import { sourceSecrets } from './schema.ts';

/** Of the secrets of a source that are in force, all but the newest end now. */
export function endSurplusSecrets(
  db: Database,
  storeId: string,
  sourceId: string,
  { most, now }: { most: number; now: number },
): Statement {
  const inForce = and(
    eq(sourceSecrets.storeId, storeId),
    eq(sourceSecrets.sourceId, sourceId),
    or(isNull(sourceSecrets.expiresAt), gt(sourceSecrets.expiresAt, now)),
  );
  const newest = db.query
    .select({ id: sourceSecrets.id })
    .from(sourceSecrets)
    .where(inForce)
    .orderBy(desc(sourceSecrets.id))
    .limit(most);
  return db.query
    .update(sourceSecrets)
    .set({ expiresAt: now })
    .where(and(inForce, notInArray(sourceSecrets.id, newest)));
}

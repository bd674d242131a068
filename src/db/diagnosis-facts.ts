import { and, desc, eq, ne } from 'drizzle-orm';
import type { FoundSource } from '../domain/callback.ts';
import type { SchemeName } from '../domain/sources/schemes.ts';
import type { Database } from './client.ts';
import { sourceSecrets, sources, stores } from './schema.ts';

export interface DiagnosisFacts {
  /** With its newest secrets, the ended ones too; newest first. */
  source: FoundSource & { enabled: boolean; archivedAt: number | null };
  /** Of other sources of the store that have the same scheme, the ended ones too. */
  foreignSecrets: { sourceId: string; id: string; sealed: string }[];
}

const MOST_OWN = 20;
const MOST_FOREIGN = 100;

/** What may explain why a callback of a source is refused; null: there is no such source. */
export async function diagnosisFacts(db: Database, storeId: string, id: string): Promise<DiagnosisFacts | null> {
  const secret = { id: sourceSecrets.id, sealed: sourceSecrets.sealed, expiresAt: sourceSecrets.expiresAt };
  const [[source], own, others] = await db.query.batch([
    db.query
      .select({
        storeId: sources.storeId,
        id: sources.id,
        account: sources.account,
        scheme: sources.scheme,
        config: sources.config,
        sealedAccessToken: sources.sealedAccessToken,
        ownCustomers: sources.ownCustomers,
        mode: stores.mode,
        digestKey: stores.digestKey,
        enabled: sources.enabled,
        archivedAt: sources.archivedAt,
      })
      .from(sources)
      .innerJoin(stores, eq(stores.id, sources.storeId))
      .where(and(eq(sources.storeId, storeId), eq(sources.id, id))),
    db.query
      .select(secret)
      .from(sourceSecrets)
      .where(and(eq(sourceSecrets.storeId, storeId), eq(sourceSecrets.sourceId, id)))
      .orderBy(desc(sourceSecrets.id))
      .limit(MOST_OWN),
    db.query
      .select({ ...secret, sourceId: sourceSecrets.sourceId, scheme: sources.scheme })
      .from(sourceSecrets)
      .innerJoin(sources, and(eq(sources.storeId, sourceSecrets.storeId), eq(sources.id, sourceSecrets.sourceId)))
      .where(and(eq(sourceSecrets.storeId, storeId), ne(sourceSecrets.sourceId, id)))
      .orderBy(desc(sourceSecrets.id))
      .limit(MOST_FOREIGN),
  ]);
  if (source === undefined) return null;
  return {
    source: { ...source, scheme: source.scheme as SchemeName, secrets: own },
    foreignSecrets: others.filter(({ scheme }) => scheme === source.scheme),
  };
}

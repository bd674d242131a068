import { and, desc, eq, gt, isNull, or } from 'drizzle-orm';
import type { Mode } from '../domain/terms.ts';
import type { Database } from './client.ts';
import { sourceSecrets, sources, stores } from './schema.ts';

export interface CallbackSource {
  storeId: string;
  id: string;
  account: string;
  scheme: string;
  config: unknown;
  mode: Mode;
  /** Sealed. */
  digestKey: string;
  /** Those in force, newest first. */
  secrets: { id: string; sealed: string }[];
}

/** One trip; null: no callback may come in under this id. */
export async function sourceForCallback(db: Database, sourceId: string, now: number): Promise<CallbackSource | null> {
  const { query } = db;
  const [found, secrets] = await query.batch([
    query
      .select({
        storeId: sources.storeId,
        id: sources.id,
        account: sources.account,
        scheme: sources.scheme,
        config: sources.config,
        mode: stores.mode,
        digestKey: stores.digestKey,
      })
      .from(sources)
      .innerJoin(stores, eq(stores.id, sources.storeId))
      .where(
        and(eq(sources.id, sourceId), eq(sources.enabled, true), isNull(sources.archivedAt), isNull(stores.archivedAt)),
      ),
    query
      .select({ id: sourceSecrets.id, sealed: sourceSecrets.sealed })
      .from(sourceSecrets)
      .where(
        and(
          eq(sourceSecrets.sourceId, sourceId),
          or(isNull(sourceSecrets.expiresAt), gt(sourceSecrets.expiresAt, now)),
        ),
      )
      .orderBy(desc(sourceSecrets.id)),
  ]);
  const source = found[0];
  return source === undefined ? null : { ...source, secrets };
}

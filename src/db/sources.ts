import { and, desc, eq, gt, inArray, isNull, lt, ne, or, type SQL, sql } from 'drizzle-orm';
import type { FoundSource } from '../domain/callback.ts';
import type { SchemeName } from '../domain/sources/schemes.ts';
import type { Database, Statement } from './client.ts';
import { sourceSecrets, sources, stores } from './schema.ts';

export interface Source {
  id: string;
  name: string;
  account: string;
  scheme: SchemeName;
  /** As the scheme's own schema made it. */
  config: Record<string, unknown>;
  /** Opens the platform's API; null: none was given. */
  sealedAccessToken: string | null;
  ownCustomers: boolean;
  enabled: boolean;
  createdAt: number;
  updatedAt: number;
  archivedAt: number | null;
}

export interface SourceSecret {
  id: string;
  sealed: string;
  /** The last four characters. */
  hint: string;
  createdAt: number;
  /** null: in force until it is rotated. */
  expiresAt: number | null;
}

/** With the secrets in force, the newest first. */
export interface SourceWithSecrets extends Source {
  secrets: SourceSecret[];
}

const SOURCE = {
  id: sources.id,
  name: sources.name,
  account: sources.account,
  scheme: sources.scheme,
  config: sources.config,
  sealedAccessToken: sources.sealedAccessToken,
  ownCustomers: sources.ownCustomers,
  enabled: sources.enabled,
  createdAt: sources.createdAt,
  updatedAt: sources.updatedAt,
  archivedAt: sources.archivedAt,
};

const SECRET = {
  sourceId: sourceSecrets.sourceId,
  id: sourceSecrets.id,
  sealed: sourceSecrets.sealed,
  hint: sourceSecrets.hint,
  createdAt: sourceSecrets.createdAt,
  expiresAt: sourceSecrets.expiresAt,
};

/** A read that cannot name the store, because it finds it; null unless callbacks of the source are to be taken. */
export async function sourceForCallback(db: Database, id: string, now: number): Promise<FoundSource | null> {
  return findSource(db, now, [
    eq(sources.id, id),
    eq(sources.enabled, true),
    isNull(sources.archivedAt),
    isNull(stores.archivedAt),
  ]);
}

/** Whether or not it is still in use: for what it sent before. */
export async function sourceForReplay(db: Database, id: string, now: number): Promise<FoundSource | null> {
  return findSource(db, now, [eq(sources.id, id)]);
}

async function findSource(db: Database, now: number, where: (SQL | undefined)[]): Promise<FoundSource | null> {
  const rows = await db.query
    .select({
      source: {
        storeId: sources.storeId,
        id: sources.id,
        account: sources.account,
        scheme: sources.scheme,
        config: sources.config,
        sealedAccessToken: sources.sealedAccessToken,
        ownCustomers: sources.ownCustomers,
        mode: stores.mode,
        digestKey: stores.digestKey,
      },
      secret: { id: sourceSecrets.id, sealed: sourceSecrets.sealed, expiresAt: sourceSecrets.expiresAt },
    })
    .from(sources)
    .innerJoin(stores, eq(stores.id, sources.storeId))
    .leftJoin(
      sourceSecrets,
      and(eq(sourceSecrets.storeId, sources.storeId), eq(sourceSecrets.sourceId, sources.id), inForce(now)),
    )
    .where(and(...where))
    .orderBy(desc(sourceSecrets.id));
  const [first] = rows;
  if (first === undefined) return null;
  return { ...typed(first.source), secrets: rows.map(({ secret }) => secret).filter((secret) => secret !== null) };
}

export async function sourceById(
  db: Database,
  storeId: string,
  id: string,
  now: number,
): Promise<SourceWithSecrets | null> {
  const [[source], secrets] = await db.query.batch([
    db.query.select(SOURCE).from(sources).where(isSource(storeId, id)),
    db.query
      .select(SECRET)
      .from(sourceSecrets)
      .where(and(eq(sourceSecrets.storeId, storeId), eq(sourceSecrets.sourceId, id), inForce(now)))
      .orderBy(desc(sourceSecrets.id)),
  ]);
  return source === undefined ? null : { ...typed(source), secrets };
}

export async function sourcesOf(
  db: Database,
  storeId: string,
  { limit, cursor }: { limit: number; cursor?: string | undefined },
  now: number,
): Promise<SourceWithSecrets[]> {
  const where = and(eq(sources.storeId, storeId), cursor === undefined ? undefined : lt(sources.id, cursor));
  const ids = db.query
    .select({ id: sources.id })
    .from(sources)
    .where(where)
    .orderBy(desc(sources.id))
    .limit(limit + 1);
  const [rows, secrets] = await db.query.batch([
    db.query
      .select(SOURCE)
      .from(sources)
      .where(where)
      .orderBy(desc(sources.id))
      .limit(limit + 1),
    db.query
      .select(SECRET)
      .from(sourceSecrets)
      .where(and(eq(sourceSecrets.storeId, storeId), inArray(sourceSecrets.sourceId, ids), inForce(now)))
      .orderBy(desc(sourceSecrets.id)),
  ]);
  return rows.map((row) => ({ ...typed(row), secrets: secrets.filter(({ sourceId }) => sourceId === row.id) }));
}

export function insertSource(db: Database, storeId: string, source: Source): Statement {
  return db.query.insert(sources).values({ storeId, ...source });
}

export function insertSecret(db: Database, storeId: string, sourceId: string, secret: SourceSecret): Statement {
  return db.query.insert(sourceSecrets).values({ storeId, sourceId, ...secret });
}

/** Changes nothing where it is archived. */
export function updateSource(
  db: Database,
  storeId: string,
  id: string,
  changes: Partial<Pick<Source, 'name' | 'enabled' | 'config' | 'sealedAccessToken'>>,
  now: number,
): Statement {
  return db.query
    .update(sources)
    .set({ ...changes, updatedAt: now })
    .where(and(isSource(storeId, id), isNull(sources.archivedAt)));
}

/** Changes nothing where it is archived already. */
export function archiveSource(db: Database, storeId: string, id: string, now: number): Statement {
  return db.query
    .update(sources)
    .set({ archivedAt: now, updatedAt: now })
    .where(and(isSource(storeId, id), isNull(sources.archivedAt)));
}

/** All secrets but one; those that expire earlier already keep their time. */
export function expireOtherSecrets(
  db: Database,
  storeId: string,
  sourceId: string,
  secretId: string,
  at: number,
): Statement {
  return db.query
    .update(sourceSecrets)
    .set({ expiresAt: sql`min(coalesce(${sourceSecrets.expiresAt}, ${at}), ${at})` })
    .where(
      and(eq(sourceSecrets.storeId, storeId), eq(sourceSecrets.sourceId, sourceId), ne(sourceSecrets.id, secretId)),
    );
}

/** The database knows neither the names of the schemes nor what each can be set to. */
function typed<Row extends { scheme: string; config: unknown }>(row: Row) {
  return { ...row, scheme: row.scheme as SchemeName, config: row.config as Record<string, unknown> };
}

function isSource(storeId: string, id: string) {
  return and(eq(sources.storeId, storeId), eq(sources.id, id));
}

function inForce(now: number) {
  return or(isNull(sourceSecrets.expiresAt), gt(sourceSecrets.expiresAt, now));
}

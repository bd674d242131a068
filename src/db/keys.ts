import { and, desc, eq, gt, isNull, lt, or, sql } from 'drizzle-orm';
import type { Scope } from '../domain/scopes.ts';
import type { Mode } from '../domain/terms.ts';
import type { Database, Statement } from './client.ts';
import { keys, stores } from './schema.ts';

export interface Key {
  id: string;
  kind: 'secret' | 'publishable';
  name: string;
  /** The last four characters. */
  hint: string;
  scopes: Scope[];
  createdAt: number;
  expiresAt: number | null;
  revokedAt: number | null;
}

const KEY = {
  id: keys.id,
  kind: keys.kind,
  name: keys.name,
  hint: keys.hint,
  scopes: keys.scopes,
  createdAt: keys.createdAt,
  expiresAt: keys.expiresAt,
  revokedAt: keys.revokedAt,
};

export interface KeyWithStore {
  storeId: string;
  keyId: string;
  scopes: Scope[];
  mode: Mode;
  digestKey: string;
}

/** The one read that cannot name the store, because it finds it; null unless the key is in force. */
export async function activeKeyByHash(db: Database, hash: string, now: number): Promise<KeyWithStore | null> {
  const [row] = await db.query
    .select({
      storeId: keys.storeId,
      keyId: keys.id,
      scopes: keys.scopes,
      mode: stores.mode,
      digestKey: stores.digestKey,
    })
    .from(keys)
    .innerJoin(stores, eq(stores.id, keys.storeId))
    .where(and(eq(keys.hash, hash), inForce(now), isNull(stores.archivedAt)));
  return row ?? null;
}

export async function keyById(db: Database, storeId: string, id: string): Promise<Key | null> {
  const [row] = await db.query.select(KEY).from(keys).where(isKey(storeId, id));
  return row ?? null;
}

export async function keysOf(
  db: Database,
  storeId: string,
  { limit, cursor }: { limit: number; cursor?: string | undefined },
): Promise<Key[]> {
  return db.query
    .select(KEY)
    .from(keys)
    .where(and(eq(keys.storeId, storeId), cursor === undefined ? undefined : lt(keys.id, cursor)))
    .orderBy(desc(keys.id))
    .limit(limit + 1);
}

export function insertKey(db: Database, storeId: string, key: Key, hash: string): Statement {
  return db.query.insert(keys).values({ storeId, ...key, hash });
}

/** A copy of the key under another id and hash; inserts nothing unless the key is in force. */
export function insertSuccessor(
  db: Database,
  storeId: string,
  id: string,
  successor: { id: string; hash: string; hint: string },
  now: number,
): Statement {
  return db.query.insert(keys).select(
    db.query
      .select({
        storeId: keys.storeId,
        id: sql`${successor.id}`.as('id'),
        kind: keys.kind,
        name: keys.name,
        hash: sql`${successor.hash}`.as('hash'),
        hint: sql`${successor.hint}`.as('hint'),
        scopes: keys.scopes,
        createdAt: sql`${now}`.as('created_at'),
        expiresAt: sql`null`.as('expires_at'),
        revokedAt: sql`null`.as('revoked_at'),
      })
      .from(keys)
      .where(and(isKey(storeId, id), inForce(now))),
  );
}

/** A key that expires earlier already keeps its time, and one that is not in force keeps all. */
export function expireKey(db: Database, storeId: string, id: string, at: number, now: number): Statement {
  return db.query
    .update(keys)
    .set({ expiresAt: sql`min(coalesce(${keys.expiresAt}, ${at}), ${at})` })
    .where(and(isKey(storeId, id), inForce(now)));
}

/** Changes nothing where it is revoked already. */
export function revokeKey(db: Database, storeId: string, id: string, now: number): Statement {
  return db.query
    .update(keys)
    .set({ revokedAt: now })
    .where(and(isKey(storeId, id), isNull(keys.revokedAt)));
}

function isKey(storeId: string, id: string) {
  return and(eq(keys.storeId, storeId), eq(keys.id, id));
}

function inForce(now: number) {
  return and(isNull(keys.revokedAt), or(isNull(keys.expiresAt), gt(keys.expiresAt, now)));
}

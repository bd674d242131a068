import { and, desc, eq, isNull, lt, or, sql } from 'drizzle-orm';
import type { Mode } from '../domain/terms.ts';
import type { Database, Statement } from './client.ts';
import { stores } from './schema.ts';

export interface Store {
  id: string;
  name: string;
  mode: Mode;
  twinId: string;
  /** For how many days the rows of clicks are kept. */
  clickRetentionDays: number;
  createdAt: number;
  updatedAt: number;
  archivedAt: number | null;
}

const STORE = {
  id: stores.id,
  name: stores.name,
  mode: stores.mode,
  twinId: stores.twinId,
  clickRetentionDays: stores.clickRetentionDays,
  createdAt: stores.createdAt,
  updatedAt: stores.updatedAt,
  archivedAt: stores.archivedAt,
};

export async function storeById(db: Database, id: string): Promise<Store | null> {
  const [row] = await db.query.select(STORE).from(stores).where(eq(stores.id, id));
  return row ?? null;
}

export async function allStores(
  db: Database,
  { limit, cursor }: { limit: number; cursor?: string | undefined },
): Promise<Store[]> {
  return db.query
    .select(STORE)
    .from(stores)
    .where(cursor === undefined ? undefined : lt(stores.id, cursor))
    .orderBy(desc(stores.id))
    .limit(limit + 1);
}

export function insertStore(db: Database, store: Store, digestKey: string): Statement {
  return db.query.insert(stores).values({ ...store, digestKey });
}

/** Both sides have one name; how long clicks are kept is for each to say. */
export function changeStore(
  db: Database,
  id: string,
  { name, clickRetentionDays: days }: { name?: string; clickRetentionDays?: number },
  now: number,
): Statement {
  return db.query
    .update(stores)
    .set({
      updatedAt: now,
      ...(name === undefined ? {} : { name }),
      ...(days === undefined
        ? {}
        : { clickRetentionDays: sql`case ${stores.id} when ${id} then ${days} else ${stores.clickRetentionDays} end` }),
    })
    .where(name === undefined ? eq(stores.id, id) : isEitherSide(id));
}

/** Both sides at once; changes nothing where it is archived already. */
export function archiveStore(db: Database, id: string, now: number): Statement {
  return db.query
    .update(stores)
    .set({ archivedAt: now, updatedAt: now })
    .where(and(isEitherSide(id), isNull(stores.archivedAt)));
}

function isEitherSide(id: string) {
  return or(eq(stores.id, id), eq(stores.twinId, id));
}

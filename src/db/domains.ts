import { and, desc, eq, isNull, lt, sql } from 'drizzle-orm';
import type { Database, Statement } from './client.ts';
import { insertLinkPutsOfHost } from './link-records.ts';
import { domains, links, stores } from './schema.ts';

export interface Domain {
  id: string;
  host: string;
  /** Where the bare host leads. */
  rootUrl: string | null;
  createdAt: number;
  updatedAt: number;
  archivedAt: number | null;
}

const DOMAIN = {
  id: domains.id,
  host: domains.host,
  rootUrl: domains.rootUrl,
  createdAt: domains.createdAt,
  updatedAt: domains.updatedAt,
  archivedAt: domains.archivedAt,
};

/** A read that cannot name the store, because nobody said which; null unless the domain is in use. */
export async function domainByHost(db: Database, host: string): Promise<Pick<Domain, 'rootUrl'> | null> {
  const [row] = await db.query
    .select({ rootUrl: domains.rootUrl })
    .from(domains)
    .innerJoin(stores, eq(stores.id, domains.storeId))
    .where(and(eq(domains.host, host), isNull(domains.archivedAt), isNull(stores.archivedAt)));
  return row ?? null;
}

export async function domainById(db: Database, storeId: string, id: string): Promise<Domain | null> {
  const [row] = await db.query.select(DOMAIN).from(domains).where(isDomain(storeId, id));
  return row ?? null;
}

export async function domainsOf(
  db: Database,
  storeId: string,
  { limit, cursor }: { limit: number; cursor?: string | undefined },
): Promise<Domain[]> {
  return db.query
    .select(DOMAIN)
    .from(domains)
    .where(and(eq(domains.storeId, storeId), cursor === undefined ? undefined : lt(domains.id, cursor)))
    .orderBy(desc(domains.id))
    .limit(limit + 1);
}

/** Fails, and the batch with it, where the host is or ever was a domain of any store. */
export function insertDomain(db: Database, storeId: string, domain: Domain): Statement {
  return db.query.insert(domains).values({ storeId, ...domain });
}

/** Changes nothing where it is archived. */
export function updateDomain(
  db: Database,
  storeId: string,
  id: string,
  changes: Partial<Pick<Domain, 'rootUrl'>>,
  now: number,
): Statement {
  return db.query
    .update(domains)
    .set({ ...changes, updatedAt: now })
    .where(and(isDomain(storeId, id), isNull(domains.archivedAt)));
}

/** Takes its links out of reach too. */
export function setDomainArchived(db: Database, storeId: string, { id, host }: Domain, now: number): Statement[] {
  return [
    db.query
      .update(domains)
      .set({ archivedAt: now, updatedAt: now })
      .where(and(isDomain(storeId, id), isNull(domains.archivedAt))),
    db.query
      .update(links)
      .set({ version: sql`${links.version} + 1`, updatedAt: now })
      .where(and(eq(links.storeId, storeId), eq(links.host, host))),
    insertLinkPutsOfHost(storeId, host, now),
  ];
}

function isDomain(storeId: string, id: string) {
  return and(eq(domains.storeId, storeId), eq(domains.id, id));
}

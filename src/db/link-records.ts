import { and, asc, eq, lte, type SQL, sql } from 'drizzle-orm';
import { type LinkRecord, linkRecord } from '../domain/link-record.ts';
import type { Database, Statement } from './client.ts';
import { PREVIEW } from './previews.ts';
import { advocates, clickCounts, codes, domains, linkPuts, links, programs, stores } from './schema.ts';

/** A row of the outbox with the newest record under one of the codes that its link ever had. */
export interface LinkPut {
  put: { storeId: string; linkId: string; version: number; createdAt: number };
  host: string;
  code: string;
  record: LinkRecord;
}

const facts = {
  link: {
    id: links.id,
    version: links.version,
    enabled: links.enabled,
    destination: links.destination,
    countries: links.countries,
    utm: links.utm,
    startsAt: links.startsAt,
    endsAt: links.endsAt,
    maxClicks: links.maxClicks,
    title: links.title,
    description: links.description,
    image: links.image,
    // The sum is worked out only for links that have a limit.
    clicks: sql<number | null>`case when ${links.maxClicks} is not null then (
      select coalesce(sum(${clickCounts.clicks}), 0) from ${clickCounts}
      where ${clickCounts.storeId} = ${links.storeId} and ${clickCounts.linkId} = ${links.id} and ${clickCounts.kind} = 'human'
    ) end`,
  },
  program: {
    id: programs.id,
    version: programs.version,
    status: programs.status,
    destination: programs.destination,
    allowedHosts: programs.allowedHosts,
    fallbackUrl: programs.fallbackUrl,
    utm: programs.utm,
    clickDurability: programs.clickDurability,
    timeZone: programs.timeZone,
    name: programs.name,
  },
  preview: PREVIEW,
  advocate: { id: advocates.id, archivedAt: advocates.archivedAt },
  store: {
    id: stores.id,
    // To its links, an archived domain is what an archived store is.
    archivedAt: sql<number | null>`coalesce(${stores.archivedAt}, ${domains.archivedAt})`,
  },
};

/** null: no link ever had this code on this host. */
export async function linkRecordByCode(db: Database, host: string, code: string): Promise<LinkRecord | null> {
  const [row] = await db.query
    .select(facts)
    .from(codes)
    .innerJoin(links, and(eq(links.storeId, codes.storeId), eq(links.id, codes.linkId)))
    .innerJoin(programs, and(eq(programs.storeId, links.storeId), eq(programs.id, links.programId)))
    .innerJoin(advocates, and(eq(advocates.storeId, links.storeId), eq(advocates.id, links.advocateId)))
    .innerJoin(stores, eq(stores.id, links.storeId))
    .leftJoin(domains, and(eq(domains.host, codes.host), eq(domains.storeId, codes.storeId)))
    .where(and(eq(codes.host, host), eq(codes.code, code)));
  return row === undefined ? null : linkRecord(row);
}

/** What waits to be put into KV, oldest first: of one link, of one store, or of all that waited since before a time. */
export async function linkRecordsToPublish(
  db: Database,
  which: { storeId: string; linkId?: string | undefined } | { before: number },
  limit: number,
): Promise<LinkPut[]> {
  const waiting = db.query
    .select()
    .from(linkPuts)
    .where(
      'before' in which
        ? lte(linkPuts.createdAt, which.before)
        : and(
            eq(linkPuts.storeId, which.storeId),
            which.linkId === undefined ? undefined : eq(linkPuts.linkId, which.linkId),
          ),
    )
    .orderBy(asc(linkPuts.createdAt))
    .limit(limit)
    .as('waiting');
  const rows = await db.query
    .select({
      put: { storeId: waiting.storeId, linkId: waiting.linkId, version: waiting.version, createdAt: waiting.createdAt },
      host: codes.host,
      code: codes.code,
      ...facts,
    })
    .from(waiting)
    .innerJoin(links, and(eq(links.storeId, waiting.storeId), eq(links.id, waiting.linkId)))
    .innerJoin(codes, and(eq(codes.storeId, links.storeId), eq(codes.linkId, links.id)))
    .innerJoin(programs, and(eq(programs.storeId, links.storeId), eq(programs.id, links.programId)))
    .innerJoin(advocates, and(eq(advocates.storeId, links.storeId), eq(advocates.id, links.advocateId)))
    .innerJoin(stores, eq(stores.id, links.storeId))
    .leftJoin(domains, and(eq(domains.host, codes.host), eq(domains.storeId, codes.storeId)))
    .orderBy(asc(waiting.createdAt));
  return rows.map(({ put, host, code, ...row }) => ({ put, host, code, record: linkRecord(row) }));
}

/** Stands after the change of the link in the same batch. */
export function insertLinkPut(storeId: string, linkId: string, now: number): Statement {
  return insertLinkPuts(storeId, eq(links.id, linkId), now);
}

export function insertLinkPutsOfProgram(storeId: string, programId: string, now: number): Statement {
  return insertLinkPuts(storeId, eq(links.programId, programId), now);
}

export function insertLinkPutsOfHost(storeId: string, host: string, now: number): Statement {
  return insertLinkPuts(storeId, eq(links.host, host), now);
}

export function insertLinkPutsOfStore(storeId: string, now: number): Statement {
  return insertLinkPuts(storeId, sql`true`, now);
}

function insertLinkPuts(storeId: string, which: SQL, now: number): Statement {
  return sql`
    insert into ${linkPuts} (store_id, link_id, version, created_at)
    select ${links.storeId}, ${links.id}, ${links.version} + ${programs.version}, ${now}
    from ${links} join ${programs} on ${programs.storeId} = ${links.storeId} and ${programs.id} = ${links.programId}
    where ${links.storeId} = ${storeId} and ${which}
    on conflict (store_id, link_id) do update set version = excluded.version, created_at = excluded.created_at`;
}

/** Rows that were written anew in the meantime stay. */
export function deleteLinkPuts(puts: readonly LinkPut['put'][]): Statement {
  return sql`
    delete from ${linkPuts}
    where (store_id, link_id, version, created_at) in (
      select value ->> 'storeId', value ->> 'linkId', value ->> 'version', value ->> 'createdAt'
      from json_each(${JSON.stringify(puts)})
    )`;
}

import { and, desc, eq, isNull, lt, sql } from 'drizzle-orm';
import type { LinkParents, LinkTerms } from '../domain/link-terms.ts';
import type { Database, Statement } from './client.ts';
import { advocates, codes, domains, links, programs } from './schema.ts';

export interface Link extends LinkTerms {
  id: string;
  programId: string;
  advocateId: string;
  host: string;
  code: string;
  /** Every code it ever had, the present one among them, the oldest first. */
  codes: string[];
  version: number;
  createdAt: number;
  updatedAt: number;
}

const LINK = {
  id: links.id,
  programId: links.programId,
  advocateId: links.advocateId,
  host: links.host,
  code: links.code,
  codes: sql`(
    select json_group_array(code) from (
      select code from codes where codes.store_id = links.store_id and codes.link_id = links.id order by codes.created_at, code
    )
  )`.mapWith((text: string): string[] => JSON.parse(text)),
  destination: links.destination,
  countries: links.countries,
  utm: links.utm,
  enabled: links.enabled,
  startsAt: links.startsAt,
  endsAt: links.endsAt,
  maxClicks: links.maxClicks,
  title: links.title,
  description: links.description,
  image: links.image,
  version: links.version,
  createdAt: links.createdAt,
  updatedAt: links.updatedAt,
};

const PROGRAM = { status: programs.status, allowedHosts: programs.allowedHosts };
const ADVOCATE = { archivedAt: advocates.archivedAt };

export async function linkById(db: Database, storeId: string, id: string): Promise<Link | null> {
  const [row] = await db.query.select(LINK).from(links).where(isLink(storeId, id));
  return row ?? null;
}

export async function linksOf(
  db: Database,
  storeId: string,
  {
    limit,
    cursor,
    programId,
    advocateId,
  }: {
    limit: number;
    cursor?: string | undefined;
    programId?: string | undefined;
    advocateId?: string | undefined;
  },
): Promise<Link[]> {
  return db.query
    .select(LINK)
    .from(links)
    .where(
      and(
        eq(links.storeId, storeId),
        cursor === undefined ? undefined : lt(links.id, cursor),
        programId === undefined ? undefined : eq(links.programId, programId),
        advocateId === undefined ? undefined : eq(links.advocateId, advocateId),
      ),
    )
    .orderBy(desc(links.id))
    .limit(limit + 1);
}

export async function linkIdsOfAdvocate(db: Database, storeId: string, advocateId: string): Promise<string[]> {
  const rows = await db.query
    .select({ id: links.id })
    .from(links)
    .where(and(eq(links.storeId, storeId), eq(links.advocateId, advocateId)));
  return rows.map(({ id }) => id);
}

export async function linkWithParents(
  db: Database,
  storeId: string,
  id: string,
): Promise<({ link: Link } & LinkParents) | null> {
  const [row] = await db.query
    .select({ link: LINK, program: PROGRAM, advocate: ADVOCATE })
    .from(links)
    .innerJoin(programs, and(eq(programs.storeId, links.storeId), eq(programs.id, links.programId)))
    .innerJoin(advocates, and(eq(advocates.storeId, links.storeId), eq(advocates.id, links.advocateId)))
    .where(isLink(storeId, id));
  return row ?? null;
}

/** null where the store has none of this id, or no domain in use with this host. */
export async function linkParents(
  db: Database,
  storeId: string,
  { programId, advocateId, host }: { programId: string; advocateId: string; host: string | null },
): Promise<{ [Parent in keyof LinkParents]: LinkParents[Parent] | null } & { domain: { id: string } | null }> {
  const [[program = null], [advocate = null], [domain = null]] = await db.query.batch([
    db.query
      .select(PROGRAM)
      .from(programs)
      .where(and(eq(programs.storeId, storeId), eq(programs.id, programId))),
    db.query
      .select(ADVOCATE)
      .from(advocates)
      .where(and(eq(advocates.storeId, storeId), eq(advocates.id, advocateId))),
    db.query
      .select({ id: domains.id })
      .from(domains)
      .where(and(eq(domains.storeId, storeId), eq(domains.host, host ?? ''), isNull(domains.archivedAt))),
  ]);
  return { program, advocate, domain };
}

export function insertLink(db: Database, storeId: string, { codes, ...link }: Link): Statement {
  return db.query.insert(links).values({ storeId, ...link });
}

/** Fails, and the batch with it, where the code belongs to a link. */
export function insertCode(
  db: Database,
  storeId: string,
  { id, host, code }: Pick<Link, 'id' | 'host' | 'code'>,
  now: number,
): Statement {
  return db.query.insert(codes).values({ storeId, linkId: id, host, code, createdAt: now });
}

/** Fails, and the batch with it, unless the link is still the version before this one. */
export function updateLink(
  db: Database,
  storeId: string,
  { id, programId, advocateId, host, codes, version, createdAt, ...changed }: Link,
): Statement {
  const nextVersion = sql`case when ${links.version} = ${version - 1} then ${version} end`;
  return db.query
    .update(links)
    .set({ ...changed, version: nextVersion })
    .where(isLink(storeId, id));
}

function isLink(storeId: string, id: string) {
  return and(eq(links.storeId, storeId), eq(links.id, id));
}

import { and, desc, eq, lt, sql } from 'drizzle-orm';
import type { SealedContact } from '../domain/contact.ts';
import type { Database, Statement } from './client.ts';
import { insertLinkPut } from './link-records.ts';
import { advocates, links } from './schema.ts';

export interface Advocate {
  id: string;
  customerId: string;
  sealedEmail: string | null;
  sealedName: string | null;
  bannedAt: number | null;
  createdAt: number;
  updatedAt: number;
  archivedAt: number | null;
}

const ADVOCATE = {
  id: advocates.id,
  customerId: advocates.customerId,
  sealedEmail: advocates.sealedEmail,
  sealedName: advocates.sealedName,
  bannedAt: advocates.bannedAt,
  createdAt: advocates.createdAt,
  updatedAt: advocates.updatedAt,
  archivedAt: advocates.archivedAt,
};

export async function advocateById(db: Database, storeId: string, id: string): Promise<Advocate | null> {
  const [row] = await db.query.select(ADVOCATE).from(advocates).where(isAdvocate(storeId, id));
  return row ?? null;
}

export async function advocateOfCustomer(db: Database, storeId: string, customerId: string): Promise<Advocate | null> {
  const [row] = await db.query
    .select(ADVOCATE)
    .from(advocates)
    .where(and(eq(advocates.storeId, storeId), eq(advocates.customerId, customerId)));
  return row ?? null;
}

/** One customer may have had several accounts with one e-mail address. */
export async function advocatesOf(
  db: Database,
  storeId: string,
  {
    limit,
    cursor,
    ...which
  }: {
    limit: number;
    cursor?: string | undefined;
    customerId?: string | undefined;
    emailDigest?: string | undefined;
  },
): Promise<Advocate[]> {
  const { customerId, emailDigest } = which;
  return db.query
    .select(ADVOCATE)
    .from(advocates)
    .where(
      and(
        eq(advocates.storeId, storeId),
        cursor === undefined ? undefined : lt(advocates.id, cursor),
        customerId === undefined ? undefined : eq(advocates.customerId, customerId),
        emailDigest === undefined ? undefined : eq(advocates.emailDigest, emailDigest),
      ),
    )
    .orderBy(desc(advocates.id))
    .limit(limit + 1);
}

export function insertAdvocate(
  db: Database,
  storeId: string,
  advocate: Advocate,
  digests: SealedContact['digest'] & { customerDigest: string },
): Statement {
  return db.query.insert(advocates).values({ storeId, ...advocate, ...digests });
}

/** A ban keeps its first time. */
export function updateAdvocate(
  db: Database,
  storeId: string,
  id: string,
  { sealed, digest }: SealedContact,
  banned: boolean | undefined,
  now: number,
): Statement {
  return db.query
    .update(advocates)
    .set({ ...sealed, ...digest, ...(banned === undefined ? {} : { bannedAt: bannedAt(banned, now) }), updatedAt: now })
    .where(isAdvocate(storeId, id));
}

/** `null` brings them back. The edge's copies of their links follow. */
export function setAdvocateArchived(
  db: Database,
  storeId: string,
  { id, linkIds }: { id: string; linkIds: string[] },
  archivedAt: number | null,
  now: number,
): Statement[] {
  return [
    db.query.update(advocates).set({ archivedAt, updatedAt: now }).where(isAdvocate(storeId, id)),
    db.query
      .update(links)
      .set({ version: sql`${links.version} + 1` })
      .where(and(eq(links.storeId, storeId), eq(links.advocateId, id))),
    ...linkIds.map((linkId) => insertLinkPut(storeId, linkId, now)),
  ];
}

function bannedAt(banned: boolean, now: number) {
  return banned ? sql`coalesce(${advocates.bannedAt}, ${now})` : null;
}

function isAdvocate(storeId: string, id: string) {
  return and(eq(advocates.storeId, storeId), eq(advocates.id, id));
}

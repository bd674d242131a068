import { and, asc, desc, eq, gte, lt, lte, sql } from 'drizzle-orm';
import type { Channel, ClickKind } from '../domain/terms.ts';
import type { Database } from './client.ts';
import { matching, newestFirst, type PageOf } from './matching.ts';
import { clickCounts, clicks } from './schema.ts';

export interface Click {
  id: string;
  linkId: string;
  programId: string;
  at: number;
  kind: ClickKind;
  channel: Channel | null;
  country: string | null;
  agent: string;
  referrerHost: string | null;
}

/** The digest that tells visitors apart stays inside. */
export const CLICK = {
  id: clicks.id,
  linkId: clicks.linkId,
  programId: clicks.programId,
  at: clicks.at,
  kind: clicks.kind,
  channel: clicks.channel,
  country: clicks.country,
  agent: clicks.agent,
  referrerHost: clicks.referrerHost,
};

export interface ClickFilter {
  linkId?: string | undefined;
  kind?: ClickKind | undefined;
  channel?: Channel | undefined;
  /** Milliseconds; the first is inside, the second is not. */
  from?: number | undefined;
  to?: number | undefined;
}

export const COUNTED_BY = ['day', 'channel', 'country', 'kind'] as const;

export interface CountsAsked {
  linkId?: string | undefined;
  by: (typeof COUNTED_BY)[number];
  kind?: ClickKind | undefined;
  /** UTC days, YYYY-MM-DD, both inside. */
  from?: string | undefined;
  to?: string | undefined;
}

export async function clickById(db: Database, storeId: string, id: string): Promise<Click | null> {
  const [row] = await db.query
    .select(CLICK)
    .from(clicks)
    .where(and(eq(clicks.storeId, storeId), eq(clicks.id, id)));
  return row ?? null;
}

export async function clicksOf(
  db: Database,
  storeId: string,
  { limit, cursor, from, to, ...asked }: PageOf & ClickFilter,
): Promise<Click[]> {
  const { after, order } = newestFirst(clicks.id, cursor);
  return db.query
    .select(CLICK)
    .from(clicks)
    .where(
      and(
        eq(clicks.storeId, storeId),
        matching({ linkId: clicks.linkId, kind: clicks.kind, channel: clicks.channel }, asked),
        after,
        from === undefined ? undefined : gte(clicks.at, from),
        to === undefined ? undefined : lt(clicks.at, to),
      ),
    )
    .orderBy(order)
    .limit(limit + 1);
}

/** From the counters, not from the clicks: as quick for a million as for ten. Days in their order, others by number. */
export async function clickCountsOf(
  db: Database,
  storeId: string,
  { linkId, by, kind, from, to }: CountsAsked,
): Promise<{ value: string | null; clicks: number }[]> {
  const value = sql<string | null>`nullif(${clickCounts[by]}, '')`;
  const sum = sql<number>`sum(${clickCounts.clicks})`.mapWith(Number);
  return db.query
    .select({ value, clicks: sum })
    .from(clickCounts)
    .where(
      and(
        eq(clickCounts.storeId, storeId),
        matching({ linkId: clickCounts.linkId, kind: clickCounts.kind }, { linkId, kind }),
        from === undefined ? undefined : gte(clickCounts.day, from),
        to === undefined ? undefined : lte(clickCounts.day, to),
      ),
    )
    .groupBy(clickCounts[by])
    .orderBy(...(by === 'day' ? [] : [desc(sum)]), asc(clickCounts[by]));
}

import { and, eq, gte, lt } from 'drizzle-orm';
import type { Channel, ClickKind } from '../domain/terms.ts';
import type { Database } from './client.ts';
import { matching, newestFirst, type PageOf } from './matching.ts';
import { clicks } from './schema.ts';

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

import type { Context } from '../context.ts';
import { storeClicks } from '../db/click-rows.ts';
import { linkRecordByCode } from '../db/link-records.ts';
import { type Click, channelOf, countryOf, referrerHostOf } from '../domain/click.ts';
import { signClickToken } from '../domain/click-token.ts';
import { deepen, withToken } from '../domain/destination.ts';
import { type LinkRecord, standing } from '../domain/link-record.ts';
import { judgeVisitor } from '../domain/visitor.ts';
import { idTime } from '../lib/ids.ts';

export interface Visit {
  method: string;
  host: string;
  code: string;
  channel: string | undefined;
  /** A deeper path on the destination's own origin. */
  to: string | null;
  country: string | null;
  referrer: string | null;
  agent: string | null;
  /** Why the browser fetches, when nobody asked it to. */
  purpose: string;
  /** Global Privacy Control. */
  gpc: boolean;
}

export type Followed =
  | { outcome: 'followed'; location: string }
  | { outcome: 'closed'; reason: 'link_not_found' | 'link_gone'; fallbackUrl: string | undefined };

/** A friend follows a link: find it, send the friend on with a signed proof of the click, and keep the click after the answer. */
export async function followLink(context: Context, visit: Visit): Promise<Followed> {
  const { now, waitUntil, settings, newId, keyring, clicks } = context;
  const record = await context.links.find(visit.host, visit.code, {
    kv: settings.LINKS,
    lookUp: () => linkRecordByCode(context.db, visit.host, visit.code),
    now,
    waitUntil,
  });
  if (record === null) return { outcome: 'closed', reason: 'link_not_found', fallbackUrl: undefined };
  const stands = standing(record, now());
  if (stands !== 'open') {
    const reason = stands === 'early' ? 'link_not_found' : 'link_gone';
    return { outcome: 'closed', reason, fallbackUrl: record.fallbackUrl };
  }
  const click = clickOf(record, visit, newId('clk'), now());
  const destination = visit.to === null ? record.destination : deepen(record.destination, visit.to);
  const location = visit.gpc
    ? destination
    : withToken(destination, await signClickToken({ clickId: click.id, linkId: click.linkId }, click.storeId, keyring));
  const store = (pack: readonly Click[]) => storeClicks(context.db, [pack], newId('clk'));
  clicks.add(click, { queue: settings.CLICKS, store, waitUntil });
  return { outcome: 'followed', location };
}

/** The time is the one in the id, which the signed token carries too: credit must not hang on which of them it was judged by. */
function clickOf({ storeId, programId, linkId }: LinkRecord, visit: Visit, id: string, now: number): Click {
  const { kind, device } = judgeVisitor(visit.method, visit.purpose, visit.agent);
  return {
    storeId,
    id,
    linkId,
    programId,
    at: idTime(id) ?? now,
    kind,
    channel: visit.channel === undefined ? null : channelOf(visit.channel),
    country: countryOf(visit.country),
    visitor: null,
    agent: device,
    referrerHost: referrerHostOf(visit.referrer),
  };
}

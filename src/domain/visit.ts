import { idTime } from '../lib/ids.ts';
import { type Click, channelOf, countryOf, referrerHostOf } from './click.ts';
import type { LinkRecord } from './link-record.ts';
import { VISITOR_RULE, type Visitor } from './visitor.ts';

/** A request for a link, as HTTP told of it. */
export interface Visit {
  method: string;
  host: string;
  code: string;
  channel: string | undefined;
  /** A deeper path on the destination's own origin. */
  to: string | null;
  country: string | null;
  /** Of the client, as the edge says; it is neither kept nor logged. */
  address: string | null;
  referrer: string | null;
  agent: string | null;
  /** Why the browser fetches, when nobody asked it to. */
  purpose: string;
  /** Global Privacy Control. */
  gpc: boolean;
}

/** The time is the one in the id, which the signed token carries too: credit must not hang on which of them it was judged by. */
export function clickOf(
  { storeId, programId, linkId, timeZone }: LinkRecord,
  visit: Visit,
  { kind, device }: Visitor,
  id: string,
  now: number,
): Click {
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
    rule: VISITOR_RULE,
    referrerHost: referrerHostOf(visit.referrer),
    ...(timeZone === undefined ? {} : { timeZone }),
  };
}

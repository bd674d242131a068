import * as v from 'valibot';
import { type IdPrefix, isId } from '../lib/ids.ts';
import { CHANNELS, CLICK_KINDS } from './terms.ts';
import { DEVICES } from './visitor.ts';

const Id = (prefix: IdPrefix) =>
  v.pipe(
    v.string(),
    v.check((text) => isId(prefix, text), `Expected an id with ${prefix}_`),
  );

/** One request that followed a link, as it travels from the redirect to the database; nothing in it names a person. */
export const Click = v.object({
  storeId: Id('sto'),
  id: Id('clk'),
  linkId: Id('lnk'),
  programId: Id('prg'),
  at: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
  kind: v.picklist(CLICK_KINDS),
  channel: v.nullable(v.picklist(CHANNELS)),
  /** ISO 3166-1 alpha-2. */
  country: v.nullable(v.pipe(v.string(), v.regex(/^[A-Z]{2}$/))),
  /** The digest of the day that tells visitors apart. */
  visitor: v.nullable(v.pipe(v.string(), v.maxLength(64))),
  agent: v.picklist(DEVICES),
  referrerHost: v.nullable(v.pipe(v.string(), v.maxLength(253))),
});

export type Click = v.InferOutput<typeof Click>;

/** The channel of `/{code}/{channel}`: a name we do not know says at least that the link was shared by some channel. */
export function channelOf(name: string): Click['channel'] {
  return CHANNELS.find((channel) => channel === name) ?? 'other';
}

/** The country as the edge names it, where it is one: it says XX for unknown and T1 for Tor. */
export function countryOf(text: string | null): Click['country'] {
  return text !== null && text !== 'XX' && /^[A-Z]{2}$/.test(text) ? text : null;
}

/** Where the friend came from: the host, never the path or the query of the page. */
export function referrerHostOf(referrer: string | null): Click['referrerHost'] {
  const host = referrer === null ? '' : (URL.parse(referrer)?.hostname ?? '');
  return host === '' || host.length > 253 ? null : host;
}

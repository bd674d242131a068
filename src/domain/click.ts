import * as v from 'valibot';
import { type IdPrefix, isId } from '../lib/ids.ts';
import { dayIn, isTimeZone } from './calendar.ts';
import { CHANNELS, CLICK_KINDS } from './terms.ts';
import { DEVICES } from './visitor.ts';

const Id = (prefix: IdPrefix) =>
  v.pipe(
    v.string(),
    v.check((text) => isId(prefix, text), `Expected an id with ${prefix}_`),
  );

/** The last millisecond whose day has a year of four digits. */
const LAST_TIME = 253_402_300_799_999;

/** One request that followed a link, as it travels from the redirect to the database; nothing in it names a person. */
const Click = v.object({
  storeId: Id('sto'),
  id: Id('clk'),
  linkId: Id('lnk'),
  programId: Id('prg'),
  at: v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(LAST_TIME)),
  kind: v.picklist(CLICK_KINDS),
  channel: v.nullable(v.picklist(CHANNELS)),
  /** ISO 3166-1 alpha-2. */
  country: v.nullable(v.pipe(v.string(), v.regex(/^[A-Z]{2}$/))),
  /** The digest of the day that tells visitors apart. */
  visitor: v.nullable(v.pipe(v.string(), v.maxLength(64))),
  agent: v.picklist(DEVICES),
  /** The version of the judgement of kind and agent. */
  rule: v.optional(v.pipe(v.number(), v.safeInteger(), v.minValue(1)), 1),
  referrerHost: v.nullable(v.pipe(v.string(), v.maxLength(253))),
  /** Of the program, by whose days it counts; left out for UTC. */
  timeZone: v.optional(v.pipe(v.string(), v.maxLength(64))),
});

export type Click = v.InferOutput<typeof Click>;

/** What one message of the queue carries, and one line of the log where it could not be sent. */
const Pack = v.object({ clicks: v.array(v.unknown()) });

/** `malformed` names, for each click that cannot be read, the fields that are wrong; null: this is no pack. */
export function readPack(body: unknown): { clicks: Click[]; malformed: (string | null)[][] } | null {
  const pack = v.safeParse(Pack, body);
  if (!pack.success) return null;
  const read = pack.output.clicks.map((click) => v.safeParse(Click, click));
  return {
    clicks: read.flatMap(({ success, output }) => (success ? [output] : [])),
    malformed: read.flatMap(({ success, issues }) => (success ? [] : [fieldsOf(issues)])),
  };
}

function fieldsOf(issues: readonly v.BaseIssue<unknown>[]): (string | null)[] {
  return [...new Set(issues.map((issue) => v.getDotPath(issue)))];
}

/** The day on which it counts: a zone that this runtime does not know must not cost the click. */
export function dayOf({ timeZone = 'UTC', at }: Click): string {
  return dayIn(isTimeZone(timeZone) ? timeZone : 'UTC', at);
}

/** The channel of `/{code}/{channel}`: a name we do not know says at least that the link was shared by some channel. */
export function channelOf(name: string): Click['channel'] {
  return CHANNELS.find((channel) => channel === name) ?? 'other';
}

/** The country as the edge names it, where it is one: it says XX for unknown and T1 for Tor. */
export function countryOf(text: string | null): Click['country'] {
  return text !== null && text !== 'XX' && /^[A-Z]{2}$/.test(text) ? text : null;
}

/** A web address whose host is in its normal form already, as browsers send it: a whole `URL` is dear on a redirect's path. */
const PLAIN_WEB = /^https?:\/\/((?:(?!xn--)[a-z0-9-]+\.)+[a-z]+)\/[^\\\s]*$/;

/** Where the friend came from: the host, never the path or the query of the page. */
export function referrerHostOf(referrer: string | null): Click['referrerHost'] {
  if (referrer === null) return null;
  const host = PLAIN_WEB.exec(referrer)?.[1] ?? URL.parse(referrer)?.hostname ?? '';
  return host === '' || host.length > 253 ? null : host;
}

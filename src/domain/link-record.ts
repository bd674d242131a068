import * as v from 'valibot';
import { Card, type CardTexts, cardOf, type ProgramPreview } from './card.ts';
import { deepen, destinationProblem, headerSafe, withDefaults } from './destination.ts';
import type { Durability, ProgramStatus } from './terms.ts';
import { type Utm, utmQuery } from './utm.ts';

const Id = v.pipe(v.string(), v.maxLength(40));
const Time = v.pipe(v.number(), v.integer());

const LinkRecord = v.object({
  /** Only grows: of two records of one link the higher is the newer. */
  version: Time,
  /** closed: it stood here once and leads to the fallback; missing: answered as if it had never been. */
  state: v.picklist(['open', 'closed', 'missing']),
  storeId: Id,
  programId: Id,
  linkId: Id,
  advocateId: Id,
  destination: v.string(),
  /** In place of the destination, by country. */
  countries: v.optional(v.record(v.string(), v.string())),
  /** Parameters for the query of whichever destination, as a query writes them. */
  utm: v.optional(v.string()),
  startsAt: v.optional(Time),
  endsAt: v.optional(Time),
  /** How many human clicks it may have, and how many it had when this record was read. */
  maxClicks: v.optional(Time),
  clicks: v.optional(Time),
  fallbackUrl: v.optional(v.string()),
  preview: v.optional(Card),
  /** A redirect waits until its click is in the queue. */
  strict: v.optional(v.boolean()),
  /** By whose days its clicks count; left out for UTC. */
  timeZone: v.optional(v.string()),
});

/** All that a redirect needs to know of a code; what does not apply is left out, to keep the copy at the edge small. */
export type LinkRecord = v.InferOutput<typeof LinkRecord>;

export interface LinkFacts {
  link: CardTexts & {
    id: string;
    version: number;
    enabled: boolean;
    destination: string | null;
    countries: Record<string, string> | null;
    utm: Utm | null;
    startsAt: number | null;
    endsAt: number | null;
    maxClicks: number | null;
    /** Human ones; counted where they have a limit. */
    clicks: number | null;
  };
  program: {
    id: string;
    version: number;
    status: ProgramStatus;
    destination: string;
    allowedHosts: readonly string[];
    fallbackUrl: string | null;
    utm: Utm | null;
    clickDurability: Durability;
    timeZone: string;
    name: string;
  };
  preview: ProgramPreview;
  advocate: { id: string; archivedAt: number | null };
  store: { id: string; archivedAt: number | null };
}

export function linkRecord({ link, program, preview, advocate, store }: LinkFacts): LinkRecord {
  const countries = countriesOf(link.countries, program);
  const utm = utmQuery(program.utm, link.utm);
  return {
    version: link.version + program.version,
    state: stateOf({ link, program, advocate, store }),
    storeId: store.id,
    programId: program.id,
    linkId: link.id,
    advocateId: advocate.id,
    destination: destinationOf(link.destination, program),
    ...(countries.length === 0 ? {} : { countries: Object.fromEntries(countries) }),
    ...(utm === '' ? {} : { utm }),
    ...(link.startsAt === null ? {} : { startsAt: link.startsAt }),
    ...(link.endsAt === null ? {} : { endsAt: link.endsAt }),
    ...(link.maxClicks === null ? {} : { maxClicks: link.maxClicks, clicks: link.clicks ?? 0 }),
    ...(program.fallbackUrl === null ? {} : { fallbackUrl: headerSafe(program.fallbackUrl) }),
    ...(program.clickDurability === 'strict' ? { strict: true } : {}),
    ...(program.timeZone === 'UTC' ? {} : { timeZone: program.timeZone }),
    preview: cardOf(link, program.name, preview),
  };
}

/** Asked on every hit: a link opens and ends by the clock, whatever its copy says. */
export function standing({ state, startsAt, endsAt }: LinkRecord, at: number): 'open' | 'early' | 'over' {
  if (state !== 'open' || (endsAt !== undefined && at >= endsAt)) return 'over';
  return startsAt !== undefined && at < startsAt ? 'early' : 'open';
}

/** Where a friend in this country is sent: as deep as asked, and with what the query lacks. */
export function locationFor(
  { destination, countries, utm }: LinkRecord,
  country: string | null,
  to: string | null,
): string {
  const page = (country === null ? undefined : countries?.[country]) ?? destination;
  return withDefaults(to === null ? page : deepen(page, to), utm);
}

/** null when the text is no record that this version understands. */
export function readLinkRecord(text: string): LinkRecord | null {
  try {
    const result = v.safeParse(LinkRecord, JSON.parse(text));
    return result.success ? result.output : null;
  } catch {
    return null;
  }
}

/** A paused program's links stay open: its friends still reach the shop, and the judgement of credit knows the pause. */
function stateOf({ link, program, advocate, store }: Omit<LinkFacts, 'preview'>): LinkRecord['state'] {
  if (store.archivedAt !== null) return 'missing';
  return link.enabled && program.status !== 'archived' && advocate.archivedAt === null ? 'open' : 'closed';
}

/** A host that was taken off the program's list is left at once, also by links that were made before. */
function destinationOf(own: string | null, program: LinkFacts['program']): string {
  const allowed = own !== null && destinationProblem(own, program.allowedHosts) === null;
  return headerSafe(allowed ? own : program.destination);
}

function countriesOf(own: Record<string, string> | null, { allowedHosts }: LinkFacts['program']): [string, string][] {
  return Object.entries(own ?? {}).flatMap(([country, url]) =>
    destinationProblem(url, allowedHosts) === null ? [[country, headerSafe(url)]] : [],
  );
}

import * as v from 'valibot';
import { destinationProblem } from './destination.ts';
import type { ProgramStatus } from './terms.ts';

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
  startsAt: v.optional(Time),
  endsAt: v.optional(Time),
  fallbackUrl: v.optional(v.string()),
});

/** All that a redirect needs to know of a code; what does not apply is left out, to keep the copy at the edge small. */
export type LinkRecord = v.InferOutput<typeof LinkRecord>;

export interface LinkFacts {
  link: {
    id: string;
    version: number;
    enabled: boolean;
    destination: string | null;
    startsAt: number | null;
    endsAt: number | null;
  };
  program: {
    id: string;
    version: number;
    status: ProgramStatus;
    destination: string;
    allowedHosts: readonly string[];
    fallbackUrl: string | null;
  };
  advocate: { id: string; archivedAt: number | null };
  store: { id: string; archivedAt: number | null };
}

export function linkRecord({ link, program, advocate, store }: LinkFacts): LinkRecord {
  return {
    version: link.version + program.version,
    state: stateOf({ link, program, advocate, store }),
    storeId: store.id,
    programId: program.id,
    linkId: link.id,
    advocateId: advocate.id,
    destination: destinationOf(link.destination, program),
    ...(link.startsAt === null ? {} : { startsAt: link.startsAt }),
    ...(link.endsAt === null ? {} : { endsAt: link.endsAt }),
    ...(program.fallbackUrl === null ? {} : { fallbackUrl: headerSafe(program.fallbackUrl) }),
  };
}

/** Asked on every hit: a link opens and ends by the clock, whatever its copy says. */
export function standing({ state, startsAt, endsAt }: LinkRecord, at: number): 'open' | 'early' | 'over' {
  if (state !== 'open' || (endsAt !== undefined && at >= endsAt)) return 'over';
  return startsAt !== undefined && at < startsAt ? 'early' : 'open';
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
function stateOf({ link, program, advocate, store }: LinkFacts): LinkRecord['state'] {
  if (store.archivedAt !== null) return 'missing';
  return link.enabled && program.status !== 'archived' && advocate.archivedAt === null ? 'open' : 'closed';
}

/** A host that was taken off the program's list is left at once, also by links that were made before. */
function destinationOf(own: string | null, program: LinkFacts['program']): string {
  const allowed = own !== null && destinationProblem(own, program.allowedHosts) === null;
  return headerSafe(allowed ? own : program.destination);
}

/** A header value is ASCII (RFC 9110 §5.5): international hosts and paths go out encoded. */
function headerSafe(url: string): string {
  return URL.parse(url)?.href ?? url;
}

import { type InputError, Refusal } from '../lib/refusal.ts';
import type { CardTexts } from './card.ts';
import { destinationProblem, headerSafe } from './destination.ts';
import type { ProgramStatus } from './terms.ts';
import type { Utm } from './utm.ts';

/** What a store decides of a link, but for its code. */
export interface LinkTerms extends CardTexts {
  destination: string | null;
  countries: Record<string, string> | null;
  utm: Utm | null;
  enabled: boolean;
  startsAt: number | null;
  endsAt: number | null;
  maxClicks: number | null;
}

/** What a link stands on. */
export interface LinkParents {
  program: { status: ProgramStatus; allowedHosts: string[] };
  advocate: { archivedAt: number | null };
}

/** Refuses to make or change a link that leads nobody anywhere any more. */
export function requireInUse({ program, advocate }: LinkParents): void {
  if (program.status === 'archived') {
    throw new Refusal('program_archived', { detail: 'Its program is archived: such links cannot be made or changed.' });
  }
  if (advocate.archivedAt !== null) {
    throw new Refusal('invalid_transition', { detail: 'Its advocate is archived. Enrol the customer again first.' });
  }
}

/** What the destinations of its countries may take of a link's copy at the edge, where thousands stand in one memory. */
const MOST_COUNTRY_BYTES = 8000;

/** null: the program's own, and the same one for every country. */
export function requireDestinations(
  { destination = null, countries = null }: Partial<LinkTerms>,
  allowedHosts: readonly string[],
): void {
  const byCountry = Object.entries(countries ?? {});
  const errors = [
    ...(destination === null ? [] : errorsOf('/destination', destination, allowedHosts)),
    ...byCountry.flatMap(([country, url]) => errorsOf(`/countries/${country}`, url, allowedHosts)),
  ];
  if (errors.length > 0) throw new Refusal('destination_not_allowed', { errors });
  requireRoom(byCountry.map(([, url]) => url));
}

function errorsOf(pointer: string, url: string, allowedHosts: readonly string[]): InputError[] {
  const detail = destinationProblem(url, allowedHosts);
  return detail === null ? [] : [{ pointer, detail }];
}

function requireRoom(urls: readonly string[]): void {
  const bytes = urls.reduce((sum, url) => sum + headerSafe(url).length, 0);
  if (bytes <= MOST_COUNTRY_BYTES) return;
  const detail = `Shorten the URLs or leave some out: together they may have ${MOST_COUNTRY_BYTES} characters, encoded, and have ${bytes}.`;
  throw new Refusal('body_invalid', { errors: [{ pointer: '/countries', detail }] });
}

export function requirePeriod({ startsAt, endsAt }: { startsAt: number | null; endsAt: number | null }): void {
  if (startsAt === null || endsAt === null || startsAt < endsAt) return;
  throw new Refusal('body_invalid', { errors: [{ pointer: '/endsAt', detail: 'Must be later than startsAt.' }] });
}

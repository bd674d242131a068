import { Refusal } from '../lib/refusal.ts';
import { destinationProblem } from './destination.ts';
import type { ProgramStatus } from './terms.ts';

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

/** null: the program's own. */
export function requireDestination(destination: string | null, allowedHosts: readonly string[]): void {
  const detail = destination === null ? null : destinationProblem(destination, allowedHosts);
  if (detail === null) return;
  throw new Refusal('destination_not_allowed', { errors: [{ pointer: '/destination', detail }] });
}

export function requirePeriod({ startsAt, endsAt }: { startsAt: number | null; endsAt: number | null }): void {
  if (startsAt === null || endsAt === null || startsAt < endsAt) return;
  throw new Refusal('body_invalid', { errors: [{ pointer: '/endsAt', detail: 'Must be later than startsAt.' }] });
}

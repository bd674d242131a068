import { proportionOf } from '../lib/money.ts';
import { Refusal } from '../lib/refusal.ts';
import { addDays, daysOf, lengthOf, type Period } from './calendar.ts';

export const GROUPINGS = ['day', 'link', 'channel', 'country', 'kind'] as const;
export type Grouping = (typeof GROUPINGS)[number];

export const USUAL_DAYS = 30;
export const MOST_DAYS = 400;

/** What was counted in a period and, 0 unless that was asked for, in the one before it. */
export interface Tally {
  clicks: number;
  visitors: number;
  clicksBefore: number;
  visitorsBefore: number;
}

/** `key` is null for clicks of which it is not known. */
export interface Group extends Tally {
  key: string | null;
}

/** What a question can be about. */
export interface SubjectIds {
  programId?: string | undefined;
  linkId?: string | undefined;
  advocateId?: string | undefined;
}

/** The same as the store has it; null: it has none, or was not asked for one. */
export interface Subjects {
  program: { timeZone: string } | null;
  link: { timeZone: string } | null;
  advocate: { id: string } | null;
}

export const NOTHING: Tally = { clicks: 0, visitors: 0, clicksBefore: 0, visitorsBefore: 0 };

/** Days that nobody named end today. */
export function periodOf({ from, to }: { from?: string | undefined; to?: string | undefined }, today: string): Period {
  const last = to ?? today;
  const period = { from: from ?? addDays(last, 1 - USUAL_DAYS), to: last };
  if (period.from > period.to) throw wrongStart('Must not be after `to`, which is today unless it is given.');
  if (lengthOf(period) > MOST_DAYS)
    throw wrongStart(`Ask for at most ${MOST_DAYS} days, \`from\` and \`to\` included.`);
  return period;
}

/** As long, and over on the eve of the period. */
export function periodBefore(period: Period): Period {
  return { from: addDays(period.from, -lengthOf(period)), to: addDays(period.from, -1) };
}

/** Where the days begin; clicks of several programs were each counted in their own zone. Refuses what the store does not have. */
export function timeZoneOf(asked: SubjectIds, { program, link, advocate }: Subjects): string {
  if (asked.programId !== undefined && program === null) throw new Refusal('program_not_found');
  if (asked.linkId !== undefined && link === null) throw new Refusal('link_not_found');
  if (asked.advocateId !== undefined && advocate === null) throw new Refusal('advocate_not_found');
  return (program ?? link)?.timeZone ?? 'UTC';
}

/** A day without clicks has no counters, and is a day all the same. */
export function everyDay(period: Period, groups: readonly Group[]): Group[] {
  const byDay = new Map(groups.map((group) => [group.key, group]));
  return daysOf(period).map((key) => byDay.get(key) ?? { key, ...NOTHING });
}

/** What is left of the total beside these groups. */
export function restOf(total: Tally, groups: readonly Tally[]): Tally {
  return groups.reduce(
    (rest, group) => ({
      clicks: rest.clicks - group.clicks,
      visitors: rest.visitors - group.visitors,
      clicksBefore: rest.clicksBefore - group.clicksBefore,
      visitorsBefore: rest.visitorsBefore - group.visitorsBefore,
    }),
    total,
  );
}

/** By how much it is more, or below 0 less, than before, rounded half up; null: there was nothing before. */
export function changeBasisPoints(count: number, before: number): number | null {
  return before === 0 ? null : proportionOf(count, 10_000, before) - 10_000;
}

function wrongStart(detail: string): Refusal {
  return new Refusal('query_invalid', { errors: [{ pointer: '#query/from', detail }] });
}

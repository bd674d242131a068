import type { Context } from '../context.ts';
import { clickSubjects, clickTallies, type TalliesAsked } from '../db/analytics.ts';
import { everyDay, type Group, periodBefore, periodOf, restOf, type Tally, timeZoneOf } from '../domain/analytics.ts';
import { dayIn, lengthOf, type Period } from '../domain/calendar.ts';

export interface ClicksAsked extends Omit<TalliesAsked, 'since' | 'period'> {
  from?: string | undefined;
  to?: string | undefined;
  compare?: 'previous' | undefined;
}

export interface ClickAnalysis extends Period {
  timeZone: string;
  previous: Period | null;
  total: Tally;
  groups: Group[];
  other: Tally;
}

/**
 * Adds up the counters of some days, and of as many days before them, by one key. It is one trip, and one more where the
 * days end today in a time zone that must be asked for first.
 */
export async function analyzeClicks({ db, now }: Context, storeId: string, asked: ClicksAsked): Promise<ClickAnalysis> {
  const asksZone = asked.to === undefined && (asked.programId ?? asked.linkId) !== undefined;
  const zone = asksZone ? timeZoneOf(asked, await clickSubjects(db, storeId, asked)) : 'UTC';
  const period = periodOf(asked, dayIn(zone, now()));
  const previous = asked.compare === undefined ? null : periodBefore(period);
  const byDay = asked.groupBy === 'day';
  const { subjects, total, groups } = await clickTallies(db, storeId, {
    ...asked,
    period,
    since: (previous ?? period).from,
    limit: byDay ? lengthOf(period) : asked.limit,
  });
  return {
    ...period,
    timeZone: timeZoneOf(asked, subjects),
    previous,
    total,
    groups: byDay ? everyDay(period, groups) : groups,
    other: restOf(total, groups),
  };
}

import { and, asc, between, desc, eq, exists, inArray, type SQL, sql } from 'drizzle-orm';
import type { AnySQLiteColumn } from 'drizzle-orm/sqlite-core';
import { type Group, type Grouping, NOTHING, type SubjectIds, type Subjects, type Tally } from '../domain/analytics.ts';
import { lengthOf, type Period } from '../domain/calendar.ts';
import type { Channel, ClickKind } from '../domain/terms.ts';
import type { Database } from './client.ts';
import { matching } from './matching.ts';
import { advocates, clickCounts, links, programs } from './schema.ts';

export interface TalliesAsked extends SubjectIds {
  /** The first day that is read: of the period before, or of the period itself where there is nothing to compare with. */
  since: string;
  period: Period;
  groupBy: Grouping;
  /** How many groups at most. */
  limit: number;
  channel?: Channel | undefined;
  country?: string | undefined;
  kind?: ClickKind | undefined;
}

export interface ClickTallies {
  subjects: Subjects;
  /** Of all groups, also those beyond the limit. */
  total: Tally;
  /** Those with most clicks first. */
  groups: Group[];
}

const FILTERS = {
  linkId: clickCounts.linkId,
  channel: clickCounts.channel,
  country: clickCounts.country,
  kind: clickCounts.kind,
};

export async function clickSubjects(db: Database, storeId: string, ids: SubjectIds): Promise<Subjects> {
  const [[program = null], [link = null], [advocate = null]] = await db.query.batch(subjectQueries(db, storeId, ids));
  return { program, link, advocate };
}

/** One batch, one trip, and from the counters alone: as quick for a million clicks as for ten. */
export async function clickTallies(db: Database, storeId: string, asked: TalliesAsked): Promise<ClickTallies> {
  const [[program = null], [link = null], [advocate = null], rows] = await db.query.batch([
    ...subjectQueries(db, storeId, asked),
    talliesQuery(db, storeId, asked),
  ]);
  return {
    subjects: { program, link, advocate },
    total: rows[0]?.total ?? NOTHING,
    groups: rows.map(({ total, ...group }) => group),
  };
}

function subjectQueries({ query }: Database, storeId: string, ids: SubjectIds) {
  const { programId = '', linkId = '', advocateId = '' } = ids;
  return [
    query
      .select({ timeZone: programs.timeZone })
      .from(programs)
      .where(and(eq(programs.storeId, storeId), eq(programs.id, programId))),
    query
      .select({ timeZone: programs.timeZone })
      .from(links)
      .innerJoin(programs, and(eq(programs.storeId, links.storeId), eq(programs.id, links.programId)))
      .where(and(eq(links.storeId, storeId), eq(links.id, linkId))),
    query
      .select({ id: advocates.id })
      .from(advocates)
      .where(and(eq(advocates.storeId, storeId), eq(advocates.id, advocateId))),
  ] as const;
}

function talliesQuery(db: Database, storeId: string, asked: TalliesAsked) {
  const { since, period, limit } = asked;
  const isNow = sql`${clickCounts.day} >= ${period.from}`;
  const isBefore = sql`${clickCounts.day} < ${period.from}`;
  const tallies = db.query
    .select({
      key: sql<string | null>`nullif(${keyOf(asked)}, '')`.as('key'),
      clicks: sumWhere(isNow, clickCounts.clicks).as('clicks_now'),
      visitors: sumWhere(isNow, clickCounts.visitors).as('visitors_now'),
      clicksBefore: sumWhere(isBefore, clickCounts.clicks).as('clicks_before'),
      visitorsBefore: sumWhere(isBefore, clickCounts.visitors).as('visitors_before'),
    })
    .from(clickCounts)
    .where(
      and(
        eq(clickCounts.storeId, storeId),
        between(clickCounts.day, since, period.to),
        matching<keyof typeof FILTERS>(FILTERS, asked),
        ofLinks(db, storeId, asked),
      ),
    )
    .groupBy(sql`1`)
    .as('tallies');
  const { key, clicks, visitors, clicksBefore, visitorsBefore } = tallies;
  return db.query
    .select({
      key,
      clicks,
      visitors,
      clicksBefore,
      visitorsBefore,
      total: {
        clicks: sumOverAll(clicks),
        visitors: sumOverAll(visitors),
        clicksBefore: sumOverAll(clicksBefore),
        visitorsBefore: sumOverAll(visitorsBefore),
      },
    })
    .from(tallies)
    .orderBy(desc(clicks), desc(clicksBefore), asc(key))
    .limit(limit);
}

/** A day of the period before is grouped with the day that stands in its place in the period. */
function keyOf({ groupBy, period }: TalliesAsked): SQL | AnySQLiteColumn {
  if (groupBy === 'link') return clickCounts.linkId;
  if (groupBy !== 'day') return clickCounts[groupBy];
  const later = `+${lengthOf(period)} days`;
  return sql`iif(${clickCounts.day} < ${period.from}, date(${clickCounts.day}, ${later}), ${clickCounts.day})`;
}

/**
 * An advocate has few links: their counters are looked up one link after the other. A program has any number, most of them
 * without a click in these days: there each counter asks for its link.
 */
function ofLinks({ query }: Database, storeId: string, { programId, advocateId }: SubjectIds): SQL | undefined {
  const ofAdvocate = query
    .select({ id: links.id })
    .from(links)
    .where(and(eq(links.storeId, storeId), eq(links.advocateId, advocateId ?? '')));
  const ofProgram = query
    .select({ id: links.id })
    .from(links)
    .where(and(eq(links.storeId, storeId), eq(links.id, clickCounts.linkId), eq(links.programId, programId ?? '')));
  return and(
    advocateId === undefined ? undefined : inArray(clickCounts.linkId, ofAdvocate),
    programId === undefined ? undefined : exists(ofProgram),
  );
}

function sumWhere(counts: SQL, counter: AnySQLiteColumn): SQL<number> {
  return sql<number>`sum(iif(${counts}, ${counter}, 0))`;
}

/** A window sees all groups, before the limit. */
function sumOverAll(sum: SQL.Aliased<number>): SQL<number> {
  return sql<number>`sum(${sum}) over ()`;
}

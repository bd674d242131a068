import { sql } from 'drizzle-orm';
import { type Click, dayOf } from '../domain/click.ts';
import { visitorsKeptSince } from '../domain/visitor-digest.ts';
import type { NewId } from '../lib/ids.ts';
import { countStored } from './click-audits.ts';
import { commit, type Database, type Statement } from './client.ts';
import { clickCounts, clicks, clickVisitors } from './schema.ts';

/**
 * Stores clicks and counts exactly those that were new; answers how many that are. Each row carries a tag of the delivery
 * that stored it, one for each day that its clicks count on, and the counters come from the rows with this tag, so a click
 * that comes again, alone or among others, is stored and counted once. A tag serves one commit: used again after a lost
 * answer, it would count its rows twice.
 */
export async function storeClicks(
  db: Database,
  clicks: readonly Click[],
  { newId, now }: { newId: NewId; now: () => number },
): Promise<number> {
  const since = visitorsKeptSince(now());
  const days = Array.from(Map.groupBy(clicks, dayOf), ([day, ofDay]) => ({ day, ofDay, tag: newId('clk') }));
  const inserts = days.map(({ ofDay, tag }) => insertClicks(ofDay, tag));
  const counts = days.flatMap(({ day, tag }) => [
    insertVisitors(tag, day, since),
    countTagged(tag, day),
    countStored(tag),
  ]);
  const written = await commit(db, [...inserts, ...counts]);
  if (written.outcome === 'conflict') throw new Error(`The database refused clicks: ${written.constraint}`);
  return written.results.slice(0, inserts.length).reduce((sum, { rowsAffected }) => sum + rowsAffected, 0);
}

/** All are one bound JSON text, because SQLite limits the number of variables and libSQL sends numbers as floats. */
function insertClicks(ofDay: readonly Click[], tag: string): Statement {
  return sql`
    insert into ${clicks}
      (store_id, id, link_id, program_id, at, kind, channel, country, visitor, agent, rule, referrer_host, tag)
    select
      value ->> 'storeId', value ->> 'id', value ->> 'linkId', value ->> 'programId', value ->> 'at', value ->> 'kind',
      value ->> 'channel', value ->> 'country', value ->> 'visitor', value ->> 'agent', value ->> 'rule',
      value ->> 'referrerHost', ${tag}
    from json_each(${JSON.stringify(ofDay)})
    where true
    on conflict (store_id, id) do nothing`;
}

/** Of clicks older than this nobody can say any more whether their visitors had been counted. */
function insertVisitors(tag: string, day: string, since: number): Statement {
  return sql`
    insert into ${clickVisitors} (store_id, link_id, day, visitor, click_id, at)
    select store_id, link_id, ${day}, visitor, id, at
    from ${clicks}
    where tag = ${tag} and visitor is not null and at >= ${since}
    order by id
    on conflict (store_id, link_id, day, visitor) do nothing`;
}

function countTagged(tag: string, day: string): Statement {
  return sql`
    insert into ${clickCounts} (store_id, link_id, day, channel, country, kind, clicks, visitors)
    select
      c.store_id, c.link_id, ${day}, coalesce(c.channel, ''), coalesce(c.country, ''), c.kind, count(*), count(v.click_id)
    from ${clicks} c
    left join ${clickVisitors} v on
      v.store_id = c.store_id and v.link_id = c.link_id and v.day = ${day} and v.visitor = c.visitor and v.click_id = c.id
    where c.tag = ${tag}
    group by 1, 2, 4, 5, 6
    on conflict (store_id, link_id, day, channel, country, kind)
      do update set clicks = ${clickCounts.clicks} + excluded.clicks, visitors = ${clickCounts.visitors} + excluded.visitors`;
}

import { sql } from 'drizzle-orm';
import type { Click } from '../domain/click.ts';
import { commit, type Database, type Statement } from './client.ts';
import { clickCounts, clicks } from './schema.ts';

/**
 * Stores clicks and counts exactly those that were new. Each row carries the tag of the delivery that stored it and the
 * counters come from the rows with this tag, so a click that comes again, alone or among others, is stored and counted
 * once. A tag serves one commit: used again after a lost answer, it would count its rows twice.
 */
export async function storeClicks(db: Database, packs: readonly (readonly Click[])[], tag: string): Promise<void> {
  const written = await commit(db, [...packs.map((pack) => insertPack(pack, tag)), countTagged(tag)]);
  if (written.outcome === 'conflict') throw new Error(`The database refused clicks: ${written.constraint}`);
}

/** One pack is one bound JSON text, because SQLite limits the number of variables and libSQL sends numbers as floats. */
function insertPack(pack: readonly Click[], tag: string): Statement {
  return sql`
    insert into ${clicks}
      (store_id, id, link_id, program_id, at, kind, channel, country, visitor, agent, referrer_host, tag)
    select
      value ->> 'storeId', value ->> 'id', value ->> 'linkId', value ->> 'programId', value ->> 'at', value ->> 'kind',
      value ->> 'channel', value ->> 'country', value ->> 'visitor', value ->> 'agent', value ->> 'referrerHost', ${tag}
    from json_each(${JSON.stringify(pack)})
    where true
    on conflict (store_id, id) do nothing`;
}

function countTagged(tag: string): Statement {
  return sql`
    insert into ${clickCounts} (store_id, link_id, day, channel, country, kind, clicks)
    select
      store_id, link_id, date(at / 1000, 'unixepoch'), coalesce(channel, ''), coalesce(country, ''), kind, count(*)
    from ${clicks}
    where tag = ${tag}
    group by 1, 2, 3, 4, 5, 6
    on conflict (store_id, link_id, day, channel, country, kind)
      do update set clicks = ${clickCounts.clicks} + excluded.clicks`;
}

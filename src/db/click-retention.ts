import { sql } from 'drizzle-orm';
import { DAY } from '../domain/calendar.ts';
import { firstIdAt } from '../lib/ids.ts';
import type { Database, Statement } from './client.ts';
import { clicks, stores } from './schema.ts';

/** For how many days clicks are kept, in whichever stores. */
export async function retentionsInUse(db: Database): Promise<number[]> {
  const rows = await db.query.selectDistinct({ days: stores.clickRetentionDays }).from(stores);
  return rows.map(({ days }) => days);
}

/** Deletes at most `limit` clicks that their store keeps no longer, found by their ids, which sort by time. The counters stay. */
export function deleteOldClicks(retentions: readonly number[], now: number, limit: number): Statement {
  const bounds = retentions.map((days) => ({ days, before: firstIdAt('clk', Math.max(0, now - days * DAY)) }));
  return sql`
    delete from ${clicks} where rowid in (
      select c.rowid
      from json_each(${JSON.stringify(bounds)})
      cross join ${stores} s on s.click_retention_days = value ->> 'days'
      cross join ${clicks} c on c.store_id = s.id and c.id < value ->> 'before'
      limit ${limit}
    )`;
}

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startLibsqlServer } from '../dev/libsql-server.ts';
import { migrate } from '../dev/migrate.ts';
import { clickTallies } from '../src/db/analytics.ts';
import { type Database, openDatabase } from '../src/db/client.ts';
import { atExit } from './harness/at-exit.ts';
import type { Ratio } from './harness/compare.ts';
import { atMost, type Figure } from './harness/figures.ts';
import { percentile } from './harness/percentile.ts';

const SIZES = [10_000, 100_000, 1_000_000, 10_000_000];
/** So many rows are stored and counted at a time. */
const CHUNK = 100_000;
const ROUNDS = 60;
const STORE = 'sto_bench';
const LINK = 'lnk_0';
/** 2026-11-01, midnight UTC; the clicks lie in the 30 days from there. */
const FROM = 1_793_491_200_000;

/** The same question about the clicks of a link's month, over ever more clicks. */
export async function statistics(): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'goodword-statistics-'));
  atExit(() => rmSync(folder, { recursive: true, force: true }));
  const libsql = await startLibsqlServer({ directory: folder, durability: 'fast', limits: { busyMs: 600_000 } });
  const databases: Database[] = [];
  for (const size of SIZES) {
    const url = libsql.urlFor(`clicks-${size}`);
    await migrate(url);
    const db = openDatabase({ url, fetch });
    await fill(db, size);
    databases.push(db);
  }
  const times = databases.map((): number[] => []);
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [n, db] of databases.entries()) {
      const start = performance.now();
      await ask(db);
      times[n]?.push(performance.now() - start);
    }
  }
  await libsql.close();
  const first = times[0] ?? [];
  return SIZES.slice(1).map((size, n) => {
    const figure = `a statistics query at ${size.toLocaleString('en')} clicks, over the same at 10,000`;
    return atMost(1.5, figure, ratioOf(times[n + 1] ?? [], first));
  });
}

function ratioOf(ours: number[], theirs: number[]): Ratio {
  const ratios = ours.map((time, round) => time / (theirs[round] ?? Number.NaN));
  return { median: percentile(ratios, 50), from: percentile(ratios, 25), to: percentile(ratios, 75) };
}

function ask(db: Database) {
  const period = { from: '2026-11-01', to: '2026-11-30' };
  return clickTallies(db, STORE, {
    since: period.from,
    period,
    groupBy: 'day',
    limit: 30,
    kind: 'human',
    linkId: LINK,
  });
}

/** Every tenth click is on the link that is asked for; the counters are what the consumer would have made of the rows. */
async function fill({ client }: Database, size: number): Promise<void> {
  for (let done = 0; done < size; done += CHUNK) {
    const [first, end] = [BigInt(done), BigInt(Math.min(done + CHUNK, size))];
    const rows = {
      sql: `with recursive n(i) as (select ? union all select i + 1 from n where i + 1 < ?)
        insert into clicks (store_id, id, link_id, program_id, at, kind, channel, country, agent, tag)
        select '${STORE}', printf('clk_%010d', i), 'lnk_' || (i % 10), 'prg_bench', ${FROM} + (i * 7919) % 2592000 * 1000, 'human',
          case i / 10 % 3 when 0 then 'whatsapp' when 1 then 'copy' else 'email' end,
          case i / 30 % 4 when 0 then 'DE' when 1 then 'US' when 2 then 'JP' else 'BR' end, 'mobile', 'bench' from n`,
      args: [first, end],
    };
    const counters = {
      sql: `insert into click_counts (store_id, link_id, day, channel, country, kind, clicks, visitors)
        select store_id, link_id, date(at / 1000, 'unixepoch'), channel, country, kind, count(*), count(*)
        from clicks where rowid > ? and rowid <= ?
        group by at / 86400000, link_id, channel, country
        on conflict do update set clicks = clicks + excluded.clicks, visitors = visitors + excluded.visitors`,
      args: [first, end],
    };
    await client.batch([rows, counters], 'write');
  }
}

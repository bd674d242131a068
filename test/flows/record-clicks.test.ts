import { sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import type { Context } from '../../src/context.ts';
import { openDatabase } from '../../src/db/client.ts';
import type { Click } from '../../src/domain/click.ts';
import { recordClicks } from '../../src/flows/record-clicks.ts';
import { createNewId } from '../../src/lib/ids.ts';
import { loggedLines } from '../support/console.ts';
import { createDatabase, type TestDatabase } from '../support/database.ts';

const NOON = Date.parse('2026-11-21T12:00:00Z');
const newId = createNewId(() => NOON);
const store = newId('sto');
const program = newId('prg');
const links = [newId('lnk'), newId('lnk'), newId('lnk')];

function click(more: Partial<Click> = {}): Click {
  return {
    ...{ storeId: store, id: newId('clk'), linkId: links[0] ?? '', programId: program, at: NOON, kind: 'human' },
    ...{ channel: 'whatsapp', country: 'DE', visitor: null, agent: 'mobile', referrerHost: 'social.example' },
    ...more,
  };
}

function manyClicks(count: number): Click[] {
  return Array.from({ length: count }, (_, i) =>
    click({
      linkId: links[i % 3] ?? '',
      kind: i % 5 === 0 ? 'bot' : 'human',
      channel: i % 2 === 0 ? null : 'qr',
      country: i % 7 === 0 ? null : 'JP',
    }),
  );
}

function contextOn({ url, fetch }: TestDatabase): Context {
  return { db: openDatabase({ url, fetch }), newId } as unknown as Context;
}

async function countsIn(database: TestDatabase) {
  const [row] = await database.query.all<{ rows: number; counted: number; wrong: number }>(sql`
    select
      (select count(*) from clicks) as rows,
      (select coalesce(sum(clicks), 0) from click_counts) as counted,
      (select count(*) from (
        select link_id, date(at / 1000, 'unixepoch') as day, coalesce(channel, '') as channel, coalesce(country, '') as country, kind, count(*) as clicks
        from clicks group by 1, 2, 3, 4, 5
        except select link_id, day, channel, country, kind, clicks from click_counts
      )) as wrong`);
  return row;
}

/** The same shuffle every time. */
function shuffled<T>(items: T[], seed: number): T[] {
  const order = items.map((item, i) => ({
    item,
    at: Math.sin(seed * 1000 + i) * 1e6 - Math.floor(Math.sin(seed * 1000 + i) * 1e6),
  }));
  return order.sort((a, b) => a.at - b.at).map(({ item }) => item);
}

function packsOf(clicks: Click[], size: number) {
  const packs = [];
  for (let i = 0; i < clicks.length; i += size) packs.push({ clicks: clicks.slice(i, i + size) });
  return packs;
}

describe('recordClicks', () => {
  it('keeps every part of a click', async () => {
    const database = createDatabase();
    const whole = click({ visitor: 'a1b2', referrerHost: 'xn--bcher-kva.example', channel: 'email' });
    const bare = click({ channel: null, country: null, referrerHost: null, kind: 'head', agent: 'bot' });
    await recordClicks(contextOn(database), [{ clicks: [whole, bare] }]);
    const rows = await database.query.all(sql`
      select store_id as storeId, id, link_id as linkId, program_id as programId, at, kind, channel, country, visitor, agent, referrer_host as referrerHost
      from clicks order by id`);
    expect(rows).toEqual([whole, bare]);
  });

  it('counts by link, day, channel, country and kind', async () => {
    const database = createDatabase();
    const evening = { at: Date.parse('2026-11-21T23:59:59.999Z') };
    const midnight = { at: Date.parse('2026-11-22T00:00:00Z') };
    await recordClicks(contextOn(database), [
      {
        clicks: [
          click(),
          click(evening),
          click(midnight),
          click({ kind: 'bot' }),
          click({ country: null, channel: null }),
        ],
      },
    ]);
    const rows = await database.query.all(
      sql`select day, channel, country, kind, clicks from click_counts order by 1, 2, 3, 4`,
    );
    expect(rows).toEqual([
      { day: '2026-11-21', channel: '', country: '', kind: 'human', clicks: 1 },
      { day: '2026-11-21', channel: 'whatsapp', country: 'DE', kind: 'bot', clicks: 1 },
      { day: '2026-11-21', channel: 'whatsapp', country: 'DE', kind: 'human', clicks: 2 },
      { day: '2026-11-22', channel: 'whatsapp', country: 'DE', kind: 'human', clicks: 1 },
    ]);
  });

  it('takes one trip for a whole delivery', async () => {
    const database = createDatabase();
    await recordClicks(contextOn(database), packsOf(manyClicks(1000), 100));
    expect(database.trips).toBe(1);
    expect(await countsIn(database)).toEqual({ rows: 1000, counted: 1000, wrong: 0 });
  });

  it('stays exact when every delivery comes twice, in another order and cut into other packs', async () => {
    const database = createDatabase();
    const context = contextOn(database);
    const clicks = manyClicks(700);
    for (const [round, size] of [100, 30, 7].entries()) {
      const packs = shuffled(packsOf(shuffled(clicks, round), size), round + 10);
      for (let i = 0; i < packs.length; i += 9) {
        const delivery = packs.slice(i, i + 9);
        await recordClicks(context, delivery);
        if (i % 2 === 0) await recordClicks(context, delivery.reverse());
      }
    }
    expect(await countsIn(database)).toEqual({ rows: 700, counted: 700, wrong: 0 });
  });

  it('stays exact when deliveries that overlap are worked on at once', async () => {
    const database = createDatabase();
    const clicks = manyClicks(300);
    const deliveries = [0, 50, 100, 150].map((from) => packsOf(clicks.slice(from, from + 150), 50));
    await Promise.all(deliveries.map((delivery) => recordClicks(contextOn(database), delivery)));
    expect(await countsIn(database)).toEqual({ rows: 300, counted: 300, wrong: 0 });
  });

  it('counts a click once that one delivery holds twice', async () => {
    const database = createDatabase();
    const twice = click();
    await recordClicks(contextOn(database), [{ clicks: [twice, twice] }, { clicks: [twice] }]);
    expect(await countsIn(database)).toEqual({ rows: 1, counted: 1, wrong: 0 });
  });

  it('counts new clicks on top of older ones', async () => {
    const database = createDatabase();
    for (let i = 0; i < 3; i += 1) await recordClicks(contextOn(database), [{ clicks: [click(), click()] }]);
    expect(await countsIn(database)).toEqual({ rows: 6, counted: 6, wrong: 0 });
  });

  it.each([
    ['an id of another kind', { id: newId('lnk') }],
    ['no link', { linkId: undefined }],
    ['an unknown kind', { kind: 'ghost' }],
    ['an unknown channel', { channel: 'pigeon' }],
    ['a time that is no whole number', { at: 1.5 }],
    ['a time beyond all numbers', { at: Number.POSITIVE_INFINITY }],
    ['a text for a time', { at: '0' }],
    ['a country of five letters', { country: 'DE; --' }],
    ['an agent that it should not carry', { agent: 'Mozilla/5.0' }],
    ['an endless referrer', { referrerHost: 'h'.repeat(10_000) }],
    ['an object for a text', { visitor: { $ne: null } }],
  ])('leaves out a click with %s, says so, and keeps its neighbours', async (_, wrong) => {
    const database = createDatabase();
    const bodies = [{ clicks: [click(), { ...click(), ...wrong }, click()] }];
    const lines = await loggedLines(() => recordClicks(contextOn(database), bodies));
    expect(lines).toMatchObject([{ message: 'click_malformed', fields: [Object.keys(wrong)[0]] }]);
    expect(await countsIn(database)).toEqual({ rows: 2, counted: 2, wrong: 0 });
  });

  it.each([null, undefined, 'text', 7, [], {}, { clicks: 'no' }, { clicks: null }, [click()]])(
    'is not held up by a message like %j',
    async (body) => {
      const database = createDatabase();
      const lines = await loggedLines(() => recordClicks(contextOn(database), [body, { clicks: [click()] }]));
      expect(lines).toMatchObject([{ message: 'click_pack_malformed' }]);
      expect(await countsIn(database)).toEqual({ rows: 1, counted: 1, wrong: 0 });
    },
  );

  it('logs no value of a malformed click', async () => {
    const wrong = { ...click(), referrerHost: 'ann@example.com'.repeat(100), agent: 'ann@example.com' };
    const lines = await loggedLines(() => recordClicks(contextOn(createDatabase()), [{ clicks: [wrong] }]));
    expect(JSON.stringify(lines)).not.toContain('ann');
  });

  it('does not ask the database for nothing', async () => {
    const context = { newId, db: null } as unknown as Context;
    await expect(recordClicks(context, [{ clicks: [] }])).resolves.toBeUndefined();
  });
});

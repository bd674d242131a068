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
    ...{ channel: 'whatsapp', country: 'DE', visitor: null, agent: 'mobile', rule: 2, referrerHost: 'social.example' },
    ...more,
  };
}

function manyClicks(count: number): Click[] {
  return Array.from({ length: count }, (_, i) =>
    click({
      linkId: links[i % 3] ?? '',
      kind: i % 5 === 0 ? 'bot' : 'human',
      visitor: i % 5 === 0 ? null : `visitor ${i % 40}`,
      channel: i % 2 === 0 ? null : 'qr',
      country: i % 7 === 0 ? null : 'JP',
    }),
  );
}

function contextOn({ url, fetch }: TestDatabase, now = NOON): Context {
  return { db: openDatabase({ url, fetch }), newId, now: () => now } as unknown as Context;
}

async function countsIn(database: TestDatabase) {
  const [row] = await database.query.all<{ rows: number; counted: number; wrong: number; wrongVisitors: number }>(sql`
    select
      (select count(*) from clicks) as rows,
      (select coalesce(sum(clicks), 0) from click_counts) as counted,
      (select coalesce(sum(visitors), 0) from click_counts)
        - (select count(distinct link_id || date(at / 1000, 'unixepoch') || visitor) from clicks) as wrongVisitors,
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
      select store_id as storeId, id, link_id as linkId, program_id as programId, at, kind, channel, country, visitor, agent, rule, referrer_host as referrerHost
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

  it('counts the first click of a visitor on a link and day as a visitor, and the others not', async () => {
    const database = createDatabase();
    const [first = '', second = ''] = links;
    const at = (time: string) => Date.parse(`2026-11-21T${time}Z`);
    await recordClicks(contextOn(database), [
      { clicks: [click({ visitor: 'ann', linkId: first, at: at('09:00:00') })] },
    ]);
    await recordClicks(contextOn(database), [
      {
        clicks: [
          click({ visitor: 'ann', linkId: first, at: at('10:00:00'), channel: 'qr' }),
          click({ visitor: 'ben', linkId: first, at: at('11:00:00'), channel: 'qr' }),
          click({ visitor: 'ben', linkId: first, at: at('11:00:01') }),
          click({ visitor: 'ann', linkId: second, at: at('11:30:00') }),
          click({ visitor: null, linkId: second, at: at('11:40:00') }),
        ],
      },
    ]);
    const rows = await database.query.all(
      sql`select link_id as link, channel, clicks, visitors from click_counts order by 1, 2`,
    );
    expect(rows).toEqual([
      { link: first, channel: 'qr', clicks: 2, visitors: 1 },
      { link: first, channel: 'whatsapp', clicks: 2, visitors: 1 },
      { link: second, channel: 'whatsapp', clicks: 2, visitors: 1 },
    ]);
  });

  it('counts clicks and visitors on the day that it was where the program is', async () => {
    const database = createDatabase();
    const at = Date.parse('2026-11-21T23:30:00Z');
    const visitor = 'ann';
    await recordClicks(contextOn(database, at), [
      {
        clicks: [
          click({ at, visitor, timeZone: 'Europe/Berlin' }),
          click({ at: at - 3_600_000, visitor, timeZone: 'Europe/Berlin' }),
          click({ at, visitor, timeZone: 'America/New_York' }),
          click({ at, visitor, timeZone: 'Mars/Olympus_Mons' }),
          click({ at, visitor }),
        ],
      },
    ]);
    const rows = await database.query.all(sql`select day, clicks, visitors from click_counts order by 1`);
    expect(rows).toEqual([
      { day: '2026-11-21', clicks: 4, visitors: 1 },
      { day: '2026-11-22', clicks: 1, visitors: 1 },
    ]);
  });

  it('counts no visitor of a click that comes when nobody can say any more who was counted that day', async () => {
    const database = createDatabase();
    const visitor = 'ann';
    const late = contextOn(database, Date.parse('2026-11-23T00:00:00Z'));
    const inTime = contextOn(database, Date.parse('2026-11-22T23:59:59Z'));
    await recordClicks(late, [{ clicks: [click({ visitor })] }]);
    const count = sql`select sum(clicks) as clicks, sum(visitors) as visitors from click_counts`;
    expect(await database.query.all(count)).toEqual([{ clicks: 1, visitors: 0 }]);
    await recordClicks(inTime, [{ clicks: [click({ visitor })] }]);
    expect(await database.query.all(count)).toEqual([{ clicks: 2, visitors: 1 }]);
  });

  it('takes a click that was sent before judgements had versions', async () => {
    const database = createDatabase();
    const { rule, ...old } = click();
    await recordClicks(contextOn(database), [{ clicks: [old] }]);
    expect(await database.query.all(sql`select rule from clicks`)).toEqual([{ rule: 1 }]);
  });

  it('takes one trip for a whole delivery', async () => {
    const database = createDatabase();
    await recordClicks(contextOn(database), packsOf(manyClicks(1000), 100));
    expect(database.trips).toBe(1);
    expect(await countsIn(database)).toEqual({ rows: 1000, counted: 1000, wrong: 0, wrongVisitors: 0 });
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
    expect(await countsIn(database)).toEqual({ rows: 700, counted: 700, wrong: 0, wrongVisitors: 0 });
  });

  it('stays exact when deliveries that overlap are worked on at once', async () => {
    const database = createDatabase();
    const clicks = manyClicks(300);
    const deliveries = [0, 50, 100, 150].map((from) => packsOf(clicks.slice(from, from + 150), 50));
    await Promise.all(deliveries.map((delivery) => recordClicks(contextOn(database), delivery)));
    expect(await countsIn(database)).toEqual({ rows: 300, counted: 300, wrong: 0, wrongVisitors: 0 });
  });

  it('counts a click once that one delivery holds twice', async () => {
    const database = createDatabase();
    const twice = click();
    await recordClicks(contextOn(database), [{ clicks: [twice, twice] }, { clicks: [twice] }]);
    expect(await countsIn(database)).toEqual({ rows: 1, counted: 1, wrong: 0, wrongVisitors: 0 });
  });

  it('counts new clicks on top of older ones', async () => {
    const database = createDatabase();
    for (let i = 0; i < 3; i += 1) await recordClicks(contextOn(database), [{ clicks: [click(), click()] }]);
    expect(await countsIn(database)).toEqual({ rows: 6, counted: 6, wrong: 0, wrongVisitors: 0 });
  });

  it.each([
    ['an id of another kind', { id: newId('lnk') }],
    ['no link', { linkId: undefined }],
    ['an unknown kind', { kind: 'ghost' }],
    ['an unknown channel', { channel: 'pigeon' }],
    ['a time that is no whole number', { at: 1.5 }],
    ['a time beyond all numbers', { at: Number.POSITIVE_INFINITY }],
    ['a time beyond all days', { at: Number.MAX_SAFE_INTEGER }],
    ['a judgement without a number', { rule: 'newest' }],
    ['an endless time zone', { timeZone: 'Z'.repeat(100) }],
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
    expect(await countsIn(database)).toEqual({ rows: 2, counted: 2, wrong: 0, wrongVisitors: 0 });
  });

  it.each([null, undefined, 'text', 7, [], {}, { clicks: 'no' }, { clicks: null }, [click()]])(
    'is not held up by a message like %j',
    async (body) => {
      const database = createDatabase();
      const lines = await loggedLines(() => recordClicks(contextOn(database), [body, { clicks: [click()] }]));
      expect(lines).toMatchObject([{ message: 'click_pack_malformed' }]);
      expect(await countsIn(database)).toEqual({ rows: 1, counted: 1, wrong: 0, wrongVisitors: 0 });
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

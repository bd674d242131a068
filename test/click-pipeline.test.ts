import { describe, expect, it } from 'vitest';
import { replayDeadDeliveries, replayLog } from '../dev/replay-clicks.ts';
import type { Click } from '../src/domain/click.ts';
import { createTestApp, DEPLOYMENT_TOKEN, ORIGIN, type TestApp } from './support/app.ts';
import { HOUR, MINUTE } from './support/clock.ts';
import { loggedErrors, loggedLines } from './support/console.ts';
import { createCountingId } from './support/ids.ts';
import { insertLink } from './support/link-rows.ts';
import { BROWSER } from './support/shop.ts';

/** Chance that comes out the same every time. */
function createChance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return state / 2 ** 31;
  };
}

function shuffled<T>(items: readonly T[], chance: () => number): T[] {
  return items
    .map((item) => ({ item, at: chance() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);
}

/** In packs of one to `most`. */
function packed(clicks: readonly Click[], most: number, chance: () => number): { clicks: Click[] }[] {
  const packs = [];
  for (let i = 0; i < clicks.length; ) {
    const size = 1 + Math.floor(chance() * most);
    packs.push({ clicks: clicks.slice(i, i + size) });
    i += size;
  }
  return packs;
}

const ZONES = [undefined, 'Europe/Berlin', 'America/Los_Angeles', 'Pacific/Auckland'];

function manyClicks(app: TestApp, count: number, chance: () => number): Click[] {
  const newId = createCountingId(app.clock.now);
  const links = ZONES.map((timeZone) => ({
    ...{ storeId: newId('sto'), linkId: newId('lnk'), programId: newId('prg') },
    ...(timeZone === undefined ? {} : { timeZone }),
  }));
  const pick = <T>(items: readonly T[]) => items[Math.floor(chance() * items.length)] as T;
  return Array.from({ length: count }, () => ({
    ...pick(links),
    ...{ id: newId('clk'), at: app.clock.now() - Math.floor(chance() * 20 * HOUR) },
    ...pick([
      { kind: 'human', visitor: `visitor ${Math.floor(chance() * 500)}` } as const,
      { kind: 'bot', visitor: null } as const,
    ]),
    ...{ channel: pick(['qr', 'email', null] as const), country: pick(['DE', 'JP', null]) },
    ...({ agent: 'mobile', rule: 2, referrerHost: null } as const),
  }));
}

async function totals(app: TestApp) {
  const { rows } = await app.database.client.execute(`
    select
      (select count(*) from clicks) as rows,
      (select sum(clicks) from click_counts) as counted,
      (select sum(visitors) from click_counts) as visitors,
      (select sum(answered) from click_audits where isolate = 'stored') as stored,
      (select count(*) from click_visitors) as first`);
  const [row] = rows;
  const { visitors, first, ...clicks } = { ...row };
  expect(first).toBe(visitors);
  return { clicks: [...new Set(Object.values(clicks))].map(Number), visitors: Number(visitors) };
}

async function follow(app: TestApp, count: number): Promise<number> {
  const headers = { 'User-Agent': BROWSER, 'CF-Connecting-IP': '203.0.113.7' };
  const answers = await Promise.all(
    Array.from({ length: count }, () => app.fetch(new Request(`${ORIGIN}/tea`, { headers }))),
  );
  expect(answers.map(({ status }) => status)).toEqual(Array(count).fill(302));
  return count;
}

async function openApp(): Promise<TestApp> {
  const app = await createTestApp();
  await insertLink(app.database, 'tea');
  await app.cron();
  await app.settled();
  return app;
}

describe('the count of clicks is exact', () => {
  it('when 10,000 come twice, shuffled and regrouped, to a consumer that fails before and after its commit', async () => {
    const app = await createTestApp();
    const chance = createChance(7);
    const clicks = manyClicks(app, 10_000, chance);
    for (const most of [100, 17]) {
      for (const pack of packed(shuffled(clicks, chance), most, chance)) await app.clicks.binding.send(pack);
    }
    app.clicks.messages = shuffled(app.clicks.messages, chance);
    app.database.down = () => chance() < 0.15;
    app.database.losesAnswer = () => chance() < 0.15;
    await app.clicks.drain({ batchSize: 40 });
    expect(app.clicks.delays.length).toBeGreaterThan(10);
    const day = ({ at, timeZone = 'UTC' }: Click) => new Date(at).toLocaleDateString('sv', { timeZone });
    const visitors = new Set(
      clicks.flatMap((click) => (click.visitor === null ? [] : `${click.linkId} ${day(click)} ${click.visitor}`)),
    );
    expect(await totals(app)).toEqual({ clicks: [10_000], visitors: visitors.size });
  });
});

describe('no click that was answered is lost', () => {
  it('while the queue fails for ten minutes', async () => {
    const app = await openApp();
    app.clicks.failing = true;
    const lines = await loggedLines(async () => {
      let answered = 0;
      for (let minute = 0; minute < 10; minute += 1) {
        answered += await follow(app, 5);
        app.clock.advance(MINUTE);
      }
      await app.settled();
      expect(await totals(app)).toEqual({ clicks: [answered], visitors: 1 });
    });
    expect(JSON.stringify(lines)).not.toContain('clicks_unsent');
  });

  it('while the database is down for ten minutes', async () => {
    const app = await openApp();
    let answered = await follow(app, 1);
    await app.settled();
    app.database.down = true;
    await loggedLines(async () => {
      for (let minute = 0; minute < 10; minute += 1) {
        answered += await follow(app, 5);
        app.clock.advance(MINUTE);
      }
      await app.settled();
      await expect(app.clicks.drain()).rejects.toThrow('given back');
    });
    app.database.down = false;
    await app.clicks.drain();
    expect(await totals(app)).toEqual({ clicks: [answered], visitors: 1 });
  });

  it('while they fail in turn for ten minutes, and what was answered is accounted for', async () => {
    const app = await openApp();
    let answered = await follow(app, 1);
    await app.settled();
    await loggedLines(async () => {
      for (const queueFails of [true, false, true, false]) {
        app.clicks.failing = queueFails;
        app.database.down = !queueFails;
        for (let step = 0; step < 5; step += 1) {
          answered += await follow(app, 3);
          app.clock.advance(MINUTE / 2);
        }
        await app.settled();
        await app.clicks.drain().catch(() => {});
      }
    });
    app.clicks.failing = false;
    app.database.down = false;
    answered += await follow(app, 1);
    await app.settled();
    await app.clicks.drain();
    expect(await totals(app)).toEqual({ clicks: [answered], visitors: 1 });
    const { body } = await app.request('GET', '/v1/health/clicks', { key: DEPLOYMENT_TOKEN });
    expect(body.hours).toMatchObject([{ answered, stored: answered, difference: 0 }]);
  });

  it('while both fail: the log holds it, and a replay of the log stores it, once', async () => {
    const app = await openApp();
    let answered = await follow(app, 1);
    await app.settled();
    await app.clicks.drain();
    app.clicks.failing = true;
    app.database.down = true;
    const lines = await loggedLines(async () => {
      answered += await follow(app, 150);
      await app.settled();
    });
    app.clicks.failing = false;
    app.database.down = false;
    const log = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n');
    expect(await replayLog(app.database, log, true)).toMatchObject({ clicks: 150, added: 0 });
    expect((await totals(app)).clicks).toEqual([1]);
    expect(await replayLog(app.database, log, false)).toMatchObject({ clicks: 150, added: 150, malformed: 0 });
    expect(await replayLog(app.database, log, false)).toMatchObject({ clicks: 150, added: 0, malformed: 0 });
    expect((await totals(app)).clicks).toEqual([answered]);
  });

  it('when the queue gives up on deliveries: they are kept, and a replay stores their clicks, once', async () => {
    const app = await openApp();
    const answered = await follow(app, 7);
    await app.settled();
    await app.database.client.execute('alter table click_counts rename to elsewhere');
    await loggedLines(() => app.clicks.drain({ dead: app.deadClicks }));
    expect(app.clicks.messages).toEqual([]);
    expect(new Set(loggedErrors())).toContainEqual(expect.objectContaining({ message: 'delivery failed' }));
    await app.deadClicks.drain({ again: true });
    await app.database.client.execute('alter table elsewhere rename to click_counts');

    const open = async () =>
      (await app.request('GET', '/v1/health/clicks', { key: DEPLOYMENT_TOKEN })).body.openDeadDeliveries;
    expect(await open()).toBe(1);
    expect(await replayDeadDeliveries(app.database, true)).toMatchObject({ packs: 1, clicks: answered, added: 0 });
    expect(await open()).toBe(1);
    expect(await replayDeadDeliveries(app.database, false)).toMatchObject({ packs: 1, added: answered });
    expect(await open()).toBe(0);
    expect(await replayDeadDeliveries(app.database, false)).toEqual({ packs: 0, clicks: 0, added: 0, malformed: 0 });
    await app.database.client.execute('update dead_deliveries set replayed_at = null');
    expect(await replayDeadDeliveries(app.database, false)).toMatchObject({ packs: 1, clicks: answered, added: 0 });
    expect((await totals(app)).clicks).toEqual([answered]);
  });
});

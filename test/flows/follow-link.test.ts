import { describe, expect, it } from 'vitest';
import { VISITOR_RULE } from '../../src/domain/visitor.ts';
import { createTestApp, ORIGIN, type TestApp } from '../support/app.ts';
import { DAY, HOUR } from '../support/clock.ts';
import { loggedLines } from '../support/console.ts';
import { insertLink } from '../support/link-rows.ts';
import { BROWSER } from '../support/shop.ts';

const ANN = { 'CF-Connecting-IP': '203.0.113.7', 'User-Agent': BROWSER };

async function follow(app: TestApp, headers: Record<string, string> = {}, path = '/tea', method = 'GET') {
  const response = await app.fetch(new Request(ORIGIN + path, { method, headers: { ...ANN, ...headers } }));
  expect(response.status).toBeLessThan(400);
  return response;
}

/** Everything that is stored of clicks, in their order. */
async function storedClicks(app: TestApp) {
  await app.settled();
  await app.clicks.drain();
  const { rows } = await app.database.client.execute('select * from clicks order by id');
  return rows;
}

async function visitorsIn(app: TestApp): Promise<(string | null)[]> {
  const rows = await storedClicks(app);
  return rows.map(({ visitor }) => visitor as string | null);
}

async function countedIn(app: TestApp) {
  const { rows } = await app.database.client.execute(
    "select day, clicks, visitors from click_counts where kind = 'human' order by day",
  );
  return rows.map(({ day, clicks, visitors }) => ({ day, clicks, visitors }));
}

async function createApp() {
  const app = await createTestApp();
  await insertLink(app.database, 'tea');
  await app.cron();
  return app;
}

describe('the visitor of a click', () => {
  it('is the same for one network and agent in all isolates, from the first click of each', async () => {
    const app = await createApp();
    await follow(app);
    await follow(app, { 'CF-Connecting-IP': '203.0.113.250' });
    app.coldStart();
    await follow(app);
    await follow(app, { 'CF-Connecting-IP': '::ffff:203.0.113.9' });
    const visitors = await visitorsIn(app);
    expect(visitors[0]).toMatch(/^[\w-]{16}$/);
    expect(visitors).toEqual(Array(4).fill(visitors[0]));
    expect(await countedIn(app)).toEqual([{ day: '2026-11-21', clicks: 4, visitors: 1 }]);
  });

  it('is another for another network or browser', async () => {
    const app = await createApp();
    await follow(app);
    await follow(app, { 'CF-Connecting-IP': '203.0.114.7' });
    await follow(app, { 'CF-Connecting-IP': '2001:db8:1::1' });
    await follow(app, { 'User-Agent': BROWSER.replace('Mozilla/5.0', 'Mozilla/5.0 (Another)') });
    expect(new Set(await visitorsIn(app)).size).toBe(4);
    expect(await countedIn(app)).toEqual([{ day: '2026-11-21', clicks: 4, visitors: 4 }]);
  });

  it('is another on the next day, and at two stores', async () => {
    const app = await createApp();
    await insertLink(app.database, 'mug');
    await follow(app);
    await follow(app, {}, '/mug');
    await app.settled();
    app.clock.advance(4 * HOUR);
    await app.cron();
    await follow(app);
    expect(new Set(await visitorsIn(app)).size).toBe(3);
  });

  it('is known over midnight without a gap', async () => {
    const app = await createApp();
    for (let hour = 0; hour < 8; hour += 1) {
      await follow(app);
      await app.settled();
      app.clock.advance(HOUR);
      await app.cron();
    }
    const visitors = await visitorsIn(app);
    expect(visitors).not.toContain(null);
    expect(new Set(visitors).size).toBe(2);
  });

  it('is nobody who asks not to be tracked, no program, and nobody without a network', async () => {
    const app = await createApp();
    await follow(app, { 'Sec-GPC': '1' });
    await follow(app, { 'User-Agent': 'curl/8.5.0' });
    await follow(app, { 'User-Agent': 'WhatsApp/2.24.20.89 A' });
    await follow(app, { 'Sec-Purpose': 'prefetch' });
    await follow(app, {}, '/tea', 'HEAD');
    await follow(app, { 'CF-Connecting-IP': 'not an address' });
    expect(await visitorsIn(app)).toEqual(Array(6).fill(null));
    const { rows } = await app.database.client.execute('select sum(visitors) as visitors from click_counts');
    expect(rows[0]?.visitors).toBe(0);
  });

  it('is nobody while there is no salt, and the click is kept', async () => {
    const app = await createTestApp();
    await insertLink(app.database, 'tea');
    await follow(app);
    expect(await visitorsIn(app)).toEqual([null]);
    expect(await countedIn(app)).toEqual([{ day: '2026-11-21', clicks: 1, visitors: 0 }]);
  });

  it('does not keep the friend waiting for the salt', async () => {
    const app = await createApp();
    await follow(app);
    await app.settled();
    app.coldStart();
    app.database.delay = 600;
    const start = performance.now();
    await follow(app);
    expect(performance.now() - start).toBeLessThan(400);
    app.database.delay = 0;
    const visitors = await visitorsIn(app);
    expect(visitors[1]).toBe(visitors[0]);
  });

  it('leaves no address anywhere: in no row, message, key or line of the log', async () => {
    const app = await createApp();
    const address = { 'CF-Connecting-IP': '198.51.100.77' };
    const lines = await loggedLines(async () => {
      app.clicks.failing = true;
      await follow(app, address);
      await app.settled();
      app.clicks.failing = false;
      await follow(app, address);
      await app.settled();
      await app.request('GET', '/unknown-code', { key: null, headers: address });
    });
    const messages = JSON.stringify(app.clicks.messages);
    await app.clicks.drain();
    const tables = await app.database.client.execute("select name from sqlite_master where type = 'table'");
    const rows = await Promise.all(
      tables.rows.map(({ name }) => app.database.client.execute(`select * from "${String(name)}"`)),
    );
    const all = JSON.stringify([lines, messages, [...app.kv.entries], rows.map((table) => table.rows)]);
    expect(all).toContain('clk_');
    expect(all).not.toMatch(/198\.51\.100/);
    expect(all).not.toContain(btoa('198.51.100').replaceAll('=', ''));
  });
});

describe('a click', () => {
  it('says by which judgement it is of its kind', async () => {
    const app = await createApp();
    await follow(app);
    expect(await storedClicks(app)).toMatchObject([{ rule: VISITOR_RULE }]);
  });

  it('counts on the day that it is in the time zone of its program', async () => {
    const app = await createTestApp();
    await insertLink(app.database, 'tea', { program: { timeZone: 'Asia/Tokyo' } });
    await insertLink(app.database, 'mug', { program: { timeZone: 'America/Los_Angeles' } });
    await app.cron();
    await follow(app);
    await follow(app, {}, '/mug');
    await app.settled();
    app.coldStart();
    app.clock.advance(DAY);
    await app.cron();
    await follow(app);
    await storedClicks(app);
    expect(await countedIn(app)).toEqual([
      { day: '2026-11-21', clicks: 1, visitors: 1 },
      { day: '2026-11-22', clicks: 1, visitors: 1 },
      { day: '2026-11-23', clicks: 1, visitors: 1 },
    ]);
  });
});

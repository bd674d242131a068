import { describe, expect, it } from 'vitest';
import { createTestApp, ORIGIN, type TestApp } from '../support/app.ts';
import { SECOND } from '../support/clock.ts';
import { insertLink } from '../support/link-rows.ts';
import { BROWSER } from '../support/shop.ts';

const SCANNER = '203.0.113.9';
const FRIEND = '198.51.100.7';

function follow(app: TestApp, path: string, address: string | null, environment = app.bindings) {
  const headers = { 'User-Agent': BROWSER, ...(address === null ? {} : { 'CF-Connecting-IP': address }) };
  return app.fetch(new Request(ORIGIN + path, { headers }), environment);
}

/** Follows codes that there are not; answers how often each status came. */
async function scan(app: TestApp, times: number, address: string | null = SCANNER, environment = app.bindings) {
  const statuses: Record<number, number> = {};
  for (let i = 0; i < times; i += 1) {
    const { status } = await follow(app, `/scan-${i}`, address, environment);
    statuses[status] = (statuses[status] ?? 0) + 1;
  }
  return statuses;
}

describe('a scan of 20,000 codes', () => {
  it('ends at the limit of its network, and neither pushes a link out nor stops anybody else', async () => {
    const app = await createTestApp();
    await insertLink(app.database, 'tea');
    expect((await follow(app, '/tea', FRIEND)).status).toBe(302);
    await app.settled();
    app.misses.most = 60;
    app.database.trips = 0;

    const statuses = await scan(app, 20_000);
    expect(statuses).toEqual({ 404: 61, 429: 19_939 });
    expect(app.database.trips).toBe(61);

    const known = [await follow(app, '/tea', FRIEND), await follow(app, '/tea', SCANNER)];
    expect(known.map(({ status }) => status)).toEqual([302, 302]);
    expect(app.database.trips).toBe(61);
    expect((await follow(app, '/typo', FRIEND)).status).toBe(404);
    expect([...app.misses.calls.values()]).toEqual([61, 1]);
  });

  it('is told when to come again, and rests until then', async () => {
    const app = await createTestApp();
    app.misses.most = 0;
    await scan(app, 1);
    const refused = await follow(app, '/other', SCANNER);
    expect([refused.status, refused.headers.get('Retry-After')]).toEqual([429, '10']);
    expect(await refused.json()).toMatchObject({ code: 'rate_limited', status: 429 });
    app.clock.advance(9.5 * SECOND);
    expect((await follow(app, '/other', SCANNER)).headers.get('Retry-After')).toBe('1');
    app.clock.advance(SECOND);
    expect((await follow(app, '/other', SCANNER)).status).toBe(404);
  });

  it('does not take links from the neighbours of the one who scans, not even cold ones', async () => {
    const app = await createTestApp();
    await insertLink(app.database, 'tea');
    await follow(app, '/tea', FRIEND);
    await app.settled();
    app.coldStart();
    app.misses.most = 0;
    await scan(app, 3);
    app.database.down = true;
    expect((await follow(app, '/tea', '203.0.113.200')).status).toBe(302);
  });

  it.each([
    ['the deployment has no limit', { MISSES: undefined }, SCANNER],
    ['the address of the client is not known', {}, null],
  ])('goes on when %s', async (_, change, address) => {
    const app = await createTestApp();
    app.misses.most = 0;
    expect(await scan(app, 20, address, { ...app.bindings, ...change })).toEqual({ 404: 20 });
  });

  it('goes on when the limit cannot be asked', async () => {
    const app = await createTestApp();
    app.misses.most = 0;
    app.misses.failing = true;
    expect(await scan(app, 20)).toEqual({ 404: 20 });
  });
});

describe('an unknown code', () => {
  it('is looked up once in five seconds, by however many', async () => {
    const app = await createTestApp();
    for (let second = 0; second < 15; second += 1) {
      await Promise.all([FRIEND, SCANNER, null].map((address) => follow(app, '/typo', address)));
      app.clock.advance(SECOND);
    }
    expect(app.database.trips).toBe(3);
    expect([...app.misses.calls.values()].reduce((sum, calls) => sum + calls, 0)).toBeLessThanOrEqual(3);
  });
});

describe('a hit', () => {
  it('does not ask the limit, cold or warm', async () => {
    const app = await createTestApp();
    await insertLink(app.database, 'tea');
    for (let i = 0; i < 3; i += 1) expect((await follow(app, '/tea', FRIEND)).status).toBe(302);
    await app.settled();
    expect(app.misses.calls.size).toBe(0);
  });
});

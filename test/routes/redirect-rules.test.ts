import { describe, expect, it } from 'vitest';
import { clicks } from '../../src/db/schema.ts';
import { createTestApp, type Json, ORIGIN, type TestApp } from '../support/app.ts';
import { MINUTE, SECOND } from '../support/clock.ts';
import { loggedErrors, loggedLines } from '../support/console.ts';
import { insertLink } from '../support/link-rows.ts';
import { makeLink, makeProgram } from '../support/resources.ts';
import { BROWSER } from '../support/shop.ts';

interface Follower {
  fetch: TestApp['fetch'];
}

function follow({ fetch }: Follower, path: string, headers: Record<string, string> = {}, method = 'GET') {
  return fetch(new Request(ORIGIN + path, { method, headers: { 'User-Agent': BROWSER, ...headers } }));
}

/** Where it leads, without the token; or the status. */
async function end(at: Follower, path: string, headers: Record<string, string> = {}): Promise<string> {
  const response = await follow(at, path, headers);
  return response.headers.get('Location')?.replace(/[?&]gw=[\w-]{70}/, '') ?? String(response.status);
}

async function statuses(at: Follower, path: string, times: number): Promise<number[]> {
  const all = [];
  for (let i = 0; i < times; i += 1) all.push((await follow(at, path)).status);
  return all;
}

async function storeClicks(app: TestApp): Promise<void> {
  await app.settled();
  await app.clicks.drain();
}

async function change(app: TestApp, { id }: Json, body: object): Promise<void> {
  const answer = await app.request('PATCH', `/v1/links/${id}`, { body });
  expect(answer.status, answer.text).toBe(200);
  await app.settled();
}

function network(app: TestApp) {
  return { ...app.kv.calls, trips: app.database.trips };
}

describe('a link that may have so many human clicks', () => {
  it('is gone after them, at once and without a question to anybody', async () => {
    const app = await createTestApp();
    const { code } = await makeLink(app, app.store.live, { maxClicks: 3 });
    await app.settled();
    expect((await follow(app, `/${code}`)).status).toBe(302);
    await app.settled();
    const before = network(app);
    expect(await statuses(app, `/${code}`, 4)).toEqual([302, 302, 410, 410]);
    expect(network(app)).toEqual(before);
    await storeClicks(app);
    expect(await app.database.query.select().from(clicks)).toHaveLength(3);
  });

  it('leads to the fallback then', async () => {
    const app = await createTestApp();
    const { id: programId } = await makeProgram(app, app.store.live, { fallbackUrl: 'https://shop.example/over' });
    const { code } = await makeLink(app, app.store.live, { programId, maxClicks: 1 });
    await follow(app, `/${code}`);
    expect(await end(app, `/${code}`)).toBe('https://shop.example/over');
    const client = await follow(app, `/${code}`, { Accept: 'application/json' });
    expect([client.status, await client.json()]).toMatchObject([410, { code: 'link_gone' }]);
  });

  it('loses none of them to what is no person', async () => {
    const app = await createTestApp();
    const { code } = await makeLink(app, app.store.live, { maxClicks: 2 });
    for (let i = 0; i < 3; i += 1) {
      expect((await follow(app, `/${code}`, {}, 'HEAD')).status).toBe(302);
      expect((await follow(app, `/${code}`, { 'User-Agent': 'curl/8.5.0' })).status).toBe(302);
      expect((await follow(app, `/${code}`, { 'Sec-Purpose': 'prefetch' })).status).toBe(302);
    }
    await storeClicks(app);
    app.coldStart();
    expect(await statuses(app, `/${code}`, 3)).toEqual([302, 302, 410]);
    expect((await follow(app, `/${code}`, {}, 'HEAD')).status).toBe(410);
  });

  it('stays gone while its clicks are on their way to the database, however often it is read again', async () => {
    const app = await createTestApp();
    const { code } = await makeLink(app, app.store.live, { maxClicks: 2 });
    await statuses(app, `/${code}`, 2);
    for (let i = 0; i < 4; i += 1) {
      app.clock.advance(30 * SECOND);
      expect(await statuses(app, `/${code}`, 2)).toEqual([410, 410]);
      await app.settled();
    }
  });

  it('is gone for an isolate that begins, whatever old copy KV holds', async () => {
    const app = await createTestApp();
    const { code } = await makeLink(app, app.store.live, { maxClicks: 5 });
    await app.settled();
    await statuses(app, `/${code}`, 4);
    await storeClicks(app);
    expect(app.kv.entries.get(`go.example.com/${code}`)).toContain('"clicks":0');
    app.coldStart();
    expect(await statuses(app, `/${code}`, 2)).toEqual([302, 410]);
  });

  it('is counted over all of its codes', async () => {
    const app = await createTestApp();
    const link = await makeLink(app, app.store.live, { code: 'ann', maxClicks: 2 });
    await change(app, link, { code: 'ann-maple' });
    expect([...(await statuses(app, '/ann', 1)), ...(await statuses(app, '/ann-maple', 2))]).toEqual([302, 302, 410]);
    expect(await statuses(app, '/ann', 1)).toEqual([410]);
  });

  it('opens again for as many more as the limit is raised by, and without a limit for all', async () => {
    const app = await createTestApp();
    const link = await makeLink(app, app.store.live, { code: 'ann', maxClicks: 2 });
    expect(await statuses(app, '/ann', 3)).toEqual([302, 302, 410]);
    await change(app, link, { maxClicks: 4 });
    expect(await statuses(app, '/ann', 3)).toEqual([302, 302, 410]);
    await change(app, link, { maxClicks: 1 });
    expect(await statuses(app, '/ann', 1)).toEqual([410]);
    await change(app, link, { maxClicks: null });
    expect(await statuses(app, '/ann', 9)).toEqual(Array(9).fill(302));
  });

  it('goes over its limit, where friends follow in two places, by no more than one place had in the age of a record', async () => {
    const app = await createTestApp();
    const { id: programId } = await makeProgram(app, app.store.live, { clickDurability: 'strict' });
    const { code } = await makeLink(app, app.store.live, { programId, maxClicks: 30 });
    await app.settled();
    const far = app.elsewhere();
    let followed = 0;
    for (let second = 0; second < 60; second += 1) {
      for (const at of [app, far]) followed += (await follow(at, `/${code}`)).status === 302 ? 1 : 0;
      await storeClicks(app);
      app.clock.advance(SECOND);
    }
    expect(followed).toBeGreaterThanOrEqual(30);
    expect(followed).toBeLessThanOrEqual(30 + 12);
  });

  it('goes on by its last copy while the database is down', async () => {
    const app = await createTestApp();
    const { code } = await makeLink(app, app.store.live, { maxClicks: 2 });
    await app.settled();
    app.coldStart();
    app.database.down = true;
    expect(await statuses(app, `/${code}`, 3)).toEqual([302, 302, 410]);
  });
});

describe('destinations and parameters', () => {
  it('are those of the country that the friend is in', async () => {
    const app = await createTestApp();
    const countries = { DE: 'https://shop.example/de', CH: 'https://shop.example/ch?lang=de#top' };
    const link = await makeLink(app, app.store.live, { code: 'ann', countries });
    const from = (country: string) => end(app, '/ann', { 'CF-IPCountry': country });
    expect(await from('DE')).toBe('https://shop.example/de');
    expect(await from('CH')).toBe('https://shop.example/ch?lang=de#top');
    for (const elsewhere of ['US', 'XX', 'T1', 'de', '__proto__', '']) {
      expect(await from(elsewhere), elsewhere).toBe('https://shop.example/welcome');
    }
    expect(await end(app, '/ann?to=/tea', { 'CF-IPCountry': 'DE' })).toBe('https://shop.example/tea');
    await change(app, link, { countries: { DE: 'https://shop.example/neu' } });
    expect([await from('DE'), await from('CH')]).toEqual(['https://shop.example/neu', 'https://shop.example/welcome']);
    await change(app, link, { countries: null });
    expect(await from('DE')).toBe('https://shop.example/welcome');
  });

  it('leave a host at once that the program does not allow any more', async () => {
    const app = await createTestApp();
    const { id: programId } = await makeProgram(app, app.store.live, {
      allowedHosts: ['shop.example', 'shop.example.de'],
    });
    await makeLink(app, app.store.live, { programId, code: 'ann', countries: { DE: 'https://shop.example.de/' } });
    expect(await end(app, '/ann', { 'CF-IPCountry': 'DE' })).toBe('https://shop.example.de/');
    await app.request('PATCH', `/v1/programs/${programId}`, { body: { allowedHosts: ['shop.example'] } });
    await app.settled();
    expect(await end(app, '/ann', { 'CF-IPCountry': 'DE' })).toBe('https://shop.example/welcome');
  });

  it('get the defaults of link and program, before the token, and keep what they have', async () => {
    const app = await createTestApp();
    const utm = { source: 'goodword', medium: 'referral' };
    const destination = 'https://shop.example/welcome?a=%7e&utm_medium=own#top';
    const { id: programId } = await makeProgram(app, app.store.live, { destination, utm });
    const link = await makeLink(app, app.store.live, { programId, code: 'ann', utm: { campaign: 'Größe & mehr' } });
    const response = await follow(app, '/ann');
    expect(response.headers.get('Location')).toMatch(
      /^https:\/\/shop\.example\/welcome\?a=%7e&utm_medium=own&utm_source=goodword&utm_campaign=Gr%C3%B6%C3%9Fe%20%26%20mehr&gw=[\w-]{70}#top$/,
    );
    const to = encodeURIComponent('/tea?utm_source=me');
    expect(await end(app, `/ann?to=${to}`)).toBe(
      'https://shop.example/tea?utm_source=me&utm_medium=referral&utm_campaign=Gr%C3%B6%C3%9Fe%20%26%20mehr',
    );
    await change(app, link, { utm: null });
    await app.request('PATCH', `/v1/programs/${programId}`, { body: { utm: { source: 'else' } } });
    await app.settled();
    expect(await end(app, '/ann')).toBe('https://shop.example/welcome?a=%7e&utm_medium=own&utm_source=else#top');
  });
});

describe('a fallback', () => {
  const FALLBACK_URL = 'https://shop.example/größe?over';
  const ENCODED = 'https://shop.example/gr%C3%B6%C3%9Fe?over';

  async function appWithFallback() {
    const app = await createTestApp();
    const bindings = { ...app.bindings, FALLBACK_URL };
    return { ...app, fetch: (request: Request) => app.fetch(request, bindings) };
  }

  it('of the deployment is for people whose link is unknown, or over in a program without one', async () => {
    const app = await appWithFallback();
    await insertLink(app.database, 'tea', { link: { enabled: false } });
    await insertLink(app.database, 'mug', {
      link: { enabled: false },
      program: { fallbackUrl: 'https://shop.example/over' },
    });
    await insertLink(app.database, 'soon', { link: { startsAt: app.clock.now() + MINUTE } });
    expect(await end(app, '/nothing')).toBe(ENCODED);
    expect(await end(app, '/tea')).toBe(ENCODED);
    expect(await end(app, '/soon')).toBe(ENCODED);
    expect(await end(app, '/mug')).toBe('https://shop.example/over');
  });

  it('is none for clients of the API, nor for what is no link', async () => {
    const app = await appWithFallback();
    await insertLink(app.database, 'tea', { link: { enabled: false } });
    for (const [path, status] of [
      ['/nothing', 404],
      ['/tea', 410],
    ] as const) {
      const response = await follow(app, path, { Accept: 'application/json' });
      expect([response.status, response.headers.get('Content-Type')]).toEqual([status, 'application/problem+json']);
    }
    expect((await follow(app, '/v1/nothing')).headers.get('Location')).toBeNull();
    expect((await follow(app, '/a.b')).headers.get('Location')).toBeNull();
  });
});

describe('a fallback that is no https URL', () => {
  it.each(['http://shop.example/', 'shop.example', ''])('stops the deployment with a word on it: %j', async (url) => {
    const app = await createTestApp();
    const response = await app.fetch(new Request(`${ORIGIN}/tea`), { ...app.bindings, FALLBACK_URL: url });
    expect(response.status).toBe(500);
    expect(JSON.stringify(loggedErrors())).toContain('FALLBACK_URL must be an https URL');
  });
});

describe('a program that keeps clicks strictly', () => {
  async function strictLink(app: TestApp): Promise<string> {
    const { id: programId } = await makeProgram(app, app.store.live, { clickDurability: 'strict' });
    const { code } = await makeLink(app, app.store.live, { programId });
    await follow(app, `/${code}`, {}, 'HEAD');
    await storeClicks(app);
    app.clicks.sends = 0;
    return `/${code}`;
  }

  async function storedHumans(app: TestApp): Promise<number> {
    const rows = await app.database.query.select().from(clicks);
    return rows.filter(({ kind }) => kind === 'human').length;
  }

  it('has each of them in the queue before its answer', async () => {
    const app = await createTestApp();
    const path = await strictLink(app);
    for (let count = 1; count <= 3; count += 1) {
      expect((await follow(app, path)).status).toBe(302);
      expect(app.clicks.messages).toHaveLength(count);
    }
    await storeClicks(app);
    expect(await storedHumans(app)).toBe(3);
  });

  it('has it in the database before its answer when the queue fails', async () => {
    const app = await createTestApp();
    const path = await strictLink(app);
    app.clicks.failing = true;
    await loggedLines(async () => {
      expect((await follow(app, path)).status).toBe(302);
      expect(await storedHumans(app)).toBe(1);
    });
  });

  it('sends the friend on in any case, and leaves the whole click in the log', async () => {
    const app = await createTestApp();
    const path = await strictLink(app);
    app.clicks.failing = true;
    app.database.down = true;
    const lines = await loggedLines(async () => {
      expect((await follow(app, path)).status).toBe(302);
      await app.settled();
    });
    const told: Json[] = lines.map((line) => (typeof line === 'string' ? JSON.parse(line) : line));
    const [unsent] = told.filter(({ message }) => message === 'clicks_unsent');
    expect(unsent.clicks).toMatchObject([{ kind: 'human', at: app.clock.now() }]);
  });

  it('becomes a fast one again at once', async () => {
    const app = await createTestApp();
    const { id } = await makeProgram(app, app.store.live, { clickDurability: 'strict' });
    const { code } = await makeLink(app, app.store.live, { programId: id });
    await app.request('PATCH', `/v1/programs/${id}`, { body: { clickDurability: 'fast' } });
    await app.settled();
    await follow(app, `/${code}`);
    expect(app.clicks.messages).toHaveLength(0);
    await storeClicks(app);
    expect(await storedHumans(app)).toBe(1);
  });
});

describe('all rules together', () => {
  it('are followed by the clock and in memory alone', async () => {
    const app = await createTestApp();
    const at = (seconds: number) => new Date(app.clock.now() + seconds * SECOND).toISOString();
    await makeLink(app, app.store.live, {
      ...{ code: 'ann', startsAt: at(2), endsAt: at(8), maxClicks: 6, utm: { source: 'ann' } },
      countries: { DE: 'https://shop.example/de' },
    });
    // The key of the day's digests is read on the first human click of an isolate.
    await makeLink(app, app.store.live, { code: 'bob' });
    await app.cron();
    await Promise.all([end(app, '/ann'), end(app, '/bob')]);
    await app.settled();
    const before = network(app);
    const seen = [];
    for (let second = 0; second < 9; second += 1) {
      const german = await end(app, '/ann', { 'CF-IPCountry': 'DE' });
      const head = await follow(app, '/ann', {}, 'HEAD');
      seen.push([german, head.status]);
      app.clock.advance(SECOND);
    }
    const open = ['https://shop.example/de?utm_source=ann', 302];
    expect(seen).toEqual([['404', 404], ['404', 404], ...Array(5).fill(open), [open[0], 410], ['410', 410]]);
    expect(network(app)).toEqual(before);
  });
});

import { eq } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { clickCounts, clicks, links } from '../../src/db/schema.ts';
import { verifyClickToken } from '../../src/domain/click-token.ts';
import { readSettings } from '../../src/env.ts';
import { createKeyring } from '../../src/lib/keyring.ts';
import { createTestApp, ORIGIN, type TestApp } from '../support/app.ts';
import { DAY, MINUTE } from '../support/clock.ts';
import { loggedLines } from '../support/console.ts';
import { insertLink } from '../support/link-rows.ts';
import { BROWSER } from '../support/shop.ts';

function follow(app: TestApp, path: string, headers: Record<string, string> = {}, method = 'GET') {
  return app.fetch(new Request(ORIGIN + path, { method, headers: { 'User-Agent': BROWSER, ...headers } }));
}

function locationOf(response: Response): URL {
  return new URL(response.headers.get('Location') ?? 'https://no-location.example');
}

async function storedClicks(app: TestApp) {
  await app.settled();
  await app.clicks.drain({ again: true });
  return app.database.query.select().from(clicks).orderBy(clicks.id);
}

describe('a followed link', () => {
  it('leads to its destination, with the click token before the fragment', async () => {
    const app = await createTestApp();
    await insertLink(app.database, 'tea');
    const response = await follow(app, '/tea');
    expect(response.status).toBe(302);
    expect(response.headers.get('Location')).toMatch(/^https:\/\/shop\.example\/welcome\?lang=en&gw=[\w-]{70}#top$/);
  });

  it('is not cached, indexed or remembered, and tells the shop the site the friend came from at most', async () => {
    const app = await createTestApp();
    await insertLink(app.database, 'tea');
    const { headers } = await follow(app, '/tea');
    expect(headers.get('Cache-Control')).toBe('private, no-store');
    expect(headers.get('X-Robots-Tag')).toBe('noindex');
    expect(headers.get('Referrer-Policy')).toBe('strict-origin');
    expect(headers.get('Set-Cookie')).toBeNull();
  });

  it('carries a token that proves the click, the link and the time to its store alone', async () => {
    const app = await createTestApp();
    const { storeId, linkId } = await insertLink(app.database, 'tea');
    const token = locationOf(await follow(app, '/tea')).searchParams.get('gw') ?? '';
    const keyring = createKeyring(readSettings(app.bindings).MASTER_KEYS);
    const [click] = await storedClicks(app);
    expect(await verifyClickToken(token, storeId, keyring)).toEqual({
      clickId: click?.id,
      linkId,
      at: app.clock.now(),
    });
    expect(await verifyClickToken(token, app.store.live.id, keyring)).toBeNull();
  });

  it('is stored and counted once, with channel, country, kind and the host that it was found on', async () => {
    const app = await createTestApp();
    const { storeId, programId, linkId } = await insertLink(app.database, 'tea');
    await follow(app, '/tea/whatsapp', { 'CF-IPCountry': 'DE', Referer: 'https://social.example/ann?id=1' });
    expect(await storedClicks(app)).toMatchObject([
      {
        ...{ storeId, programId, linkId, at: app.clock.now(), kind: 'human', channel: 'whatsapp', country: 'DE' },
        ...{ referrerHost: 'social.example', agent: 'desktop', visitor: null },
      },
    ]);
    expect(await app.database.query.select().from(clickCounts)).toMatchObject([
      { linkId, day: '2026-11-21', channel: 'whatsapp', country: 'DE', kind: 'human', clicks: 1 },
    ]);
  });

  it.each(['/TEA', '/Tea/', '/tea/WhatsApp', '/tea/whatsapp/', '/tea?utm_source=x', '/tea/carrier-pigeon'])(
    'is found by what a friend may type: %s',
    async (path) => {
      const app = await createTestApp();
      await insertLink(app.database, 'tea');
      expect((await follow(app, path)).status).toBe(302);
    },
  );

  it('keeps a share through an unknown channel as another channel', async () => {
    const app = await createTestApp();
    await insertLink(app.database, 'tea');
    await follow(app, '/tea/carrier-pigeon');
    await follow(app, '/tea');
    expect((await storedClicks(app)).map(({ channel }) => channel)).toEqual(['other', null]);
  });

  it('goes to a deeper page of the shop, and never to another host', async () => {
    const app = await createTestApp();
    await insertLink(app.database, 'tea');
    const deeper = locationOf(await follow(app, `/tea?to=${encodeURIComponent('/mugs/1?size=l#photo')}`));
    expect(deeper.href).toMatch(/^https:\/\/shop\.example\/mugs\/1\?size=l&gw=[\w-]+#photo$/);
    for (const to of [
      '//evil.example',
      '/\\evil.example',
      'https:evil.example',
      '/%5cevil.example',
      '/\t/evil.example',
    ]) {
      for (const query of [encodeURIComponent(to), to]) {
        const { host, pathname } = locationOf(await follow(app, `/tea?to=${query}`));
        expect([host, pathname], to).toEqual(['shop.example', '/welcome']);
      }
    }
  });

  it('lets no token of a stranger stand in the way of its own', async () => {
    const app = await createTestApp();
    await insertLink(app.database, 'tea');
    const { searchParams } = locationOf(
      await follow(app, `/tea?to=${encodeURIComponent('/mugs?gw=forged&%67w=forged')}`),
    );
    expect(searchParams.getAll('gw')).toEqual([expect.stringMatching(/^[\w-]{70}$/)]);
  });

  it('names no click to the shop when the friend asks not to be tracked', async () => {
    const app = await createTestApp();
    await insertLink(app.database, 'tea');
    const response = await follow(app, '/tea', { 'Sec-GPC': '1' });
    expect(response.headers.get('Location')).toBe('https://shop.example/welcome?lang=en#top');
    expect(await storedClicks(app)).toMatchObject([{ kind: 'human', visitor: null }]);
  });

  it('goes on while its program is paused', async () => {
    const app = await createTestApp();
    await insertLink(app.database, 'tea', { program: { status: 'paused' } });
    expect((await follow(app, '/tea')).status).toBe(302);
  });
});

describe('the kinds of requests', () => {
  it('get one and the same answer, but for those that draw a card, and are told apart in the clicks', async () => {
    const app = await createTestApp();
    await insertLink(app.database, 'tea');
    const answers = [
      await follow(app, '/tea'),
      await follow(app, '/tea', {}, 'HEAD'),
      await follow(app, '/tea', { 'Sec-Purpose': 'prefetch;prerender' }),
      await follow(app, '/tea', { Purpose: 'prefetch' }),
      await follow(app, '/tea', { 'X-Moz': 'prefetch' }),
      await follow(app, '/tea', { 'X-Purpose': 'preview' }),
      await follow(app, '/tea', { 'User-Agent': 'WhatsApp/2.24.20.89 A' }),
      await follow(app, '/tea', { 'User-Agent': 'curl/8.5.0' }),
      await follow(app, '/tea', { 'User-Agent': '' }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([...Array(6).fill(302), 200, 302, 302]);
    const redirects = answers.filter(({ status }) => status === 302);
    expect(new Set(redirects.map((answer) => locationOf(answer).host))).toEqual(new Set(['shop.example']));
    const kinds = (await storedClicks(app)).map(({ kind }) => kind);
    expect(kinds).toEqual(['human', 'head', ...Array(4).fill('prefetch'), 'preview', 'bot', 'bot']);
  });
});

describe('a link that is over', () => {
  const gone = [
    ['disabled', { link: { enabled: false } }],
    ['ended', { link: { endsAt: 1 } }],
    ['of an archived program', { program: { status: 'archived' } }],
  ] as const;

  it.each(gone)(
    'because it is %s leads people to the fallback and tells programs that it is gone',
    async (_, change) => {
      const app = await createTestApp();
      const { program = {}, ...rest } = change as { program?: object };
      await insertLink(app.database, 'tea', {
        ...rest,
        program: { ...program, fallbackUrl: 'https://shop.example/over' },
      });
      const person = await follow(app, '/tea', { Accept: 'text/html,application/xhtml+xml,*/*;q=0.8' });
      expect([person.status, person.headers.get('Location')]).toEqual([302, 'https://shop.example/over']);
      const client = await follow(app, '/tea', { Accept: 'application/json' });
      expect([client.status, await client.json()]).toMatchObject([410, { code: 'link_gone' }]);
      expect(await storedClicks(app)).toEqual([]);
    },
  );

  it('is a problem for people too where there is no fallback', async () => {
    const app = await createTestApp();
    await insertLink(app.database, 'tea', { link: { enabled: false } });
    const response = await follow(app, '/tea', { Accept: 'text/html' });
    expect(response.status).toBe(410);
    expect(response.headers.get('Content-Type')).toBe('application/problem+json');
  });

  it('ends and begins by the clock, in memory too', async () => {
    const app = await createTestApp();
    const [startsAt, endsAt] = [app.clock.now() + 2000, app.clock.now() + 4000];
    await insertLink(app.database, 'tea', { link: { startsAt, endsAt } });
    const statuses = [];
    for (let second = 0; second < 5; second += 1) {
      statuses.push((await follow(app, '/tea')).status);
      app.clock.advance(1000);
    }
    expect(statuses).toEqual([404, 404, 302, 302, 410]);
  });
});

describe('what is no link', () => {
  it('is not found', async () => {
    const app = await createTestApp();
    const response = await follow(app, '/nothing');
    expect([response.status, await response.json()]).toMatchObject([404, { code: 'link_not_found' }]);
  });

  it.each([
    '/',
    '/a',
    '/ab',
    `/${'a'.repeat(33)}`,
    '/tea/x/y',
    '/te_a',
    '/t%65a',
    '/tea.php',
    '/.env',
    '/wp-admin/setup.php',
    '/téa',
    '//tea',
    '/v1/tea',
    '/health',
    '/favicon.ico',
  ])('costs no look-up when it cannot be one: %s', async (path) => {
    const app = await createTestApp();
    await insertLink(app.database, 'tea');
    const response = await follow(app, path);
    expect(response.headers.get('Location')).toBeNull();
    expect([app.kv.calls.get, app.database.trips]).toEqual([0, 0]);
  });

  it('answers other methods without a look-up', async () => {
    const app = await createTestApp();
    await insertLink(app.database, 'tea');
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
      const response = await follow(app, '/tea', {}, method);
      expect([response.status, response.headers.get('Allow')]).toEqual([405, 'GET, HEAD']);
      expect(await response.json()).toMatchObject({ code: 'method_not_allowed' });
    }
    expect([app.kv.calls.get, app.database.trips]).toEqual([0, 0]);
  });

  it('is told apart by host', async () => {
    const app = await createTestApp();
    await insertLink(app.database, 'tea');
    const elsewhere = new Request('https://other.example.com/tea', { headers: { 'User-Agent': BROWSER } });
    expect((await app.fetch(elsewhere)).status).toBe(404);
  });

  it('is what a link of an archived store becomes', async () => {
    const app = await createTestApp();
    const { id } = app.store.live;
    const { storeId } = await insertLink(app.database, 'tea');
    expect(storeId).not.toBe(id);
    await app.database.client.execute({ sql: 'update stores set archived_at = 1 where id = ?', args: [storeId] });
    expect((await follow(app, '/tea')).status).toBe(404);
  });
});

describe('the network', () => {
  it('is not touched by a warm hit before its answer', async () => {
    const app = await createTestApp();
    await insertLink(app.database, 'tea');
    await follow(app, '/tea');
    await app.settled();
    const before = { ...app.kv.calls, trips: app.database.trips, sends: app.clicks.sends };
    for (let i = 0; i < 20; i += 1) expect((await follow(app, '/tea')).status).toBe(302);
    expect({ ...app.kv.calls, trips: app.database.trips, sends: app.clicks.sends }).toEqual(before);
  });

  it('carries the clicks of a moment in one message', async () => {
    const app = await createTestApp();
    await insertLink(app.database, 'tea');
    await Promise.all(Array.from({ length: 60 }, () => follow(app, '/tea')));
    expect(await storedClicks(app)).toHaveLength(60);
    // The link, the salt and the tally, and two deliveries of the message.
    expect([app.clicks.sends, app.kv.calls.get, app.database.trips]).toEqual([1, 1, 3 + 2]);
  });

  it('may be down for a known link, in memory and in KV, but makes no unknown link of one it cannot look up', async () => {
    const app = await createTestApp();
    await insertLink(app.database, 'tea');
    await insertLink(app.database, 'mug');
    await follow(app, '/tea');
    await app.settled();
    app.database.down = true;
    expect((await follow(app, '/tea')).status).toBe(302);
    app.clock.advance(10 * MINUTE);
    expect((await follow(app, '/tea')).status).toBe(302);
    app.coldStart();
    expect((await follow(app, '/tea')).status).toBe(302);
    const unknown = await follow(app, '/mug');
    expect([unknown.status, await unknown.json()]).toMatchObject([503, { code: 'database_unavailable' }]);
    expect(Number(unknown.headers.get('Retry-After'))).toBeGreaterThan(0);
    app.database.down = false;
    expect((await follow(app, '/mug')).status).toBe(302);
  });

  it('loses no click when the queue fails, and counts none twice', async () => {
    const app = await createTestApp();
    await insertLink(app.database, 'tea');
    app.clicks.failing = true;
    await loggedLines(async () => {
      await Promise.all(Array.from({ length: 30 }, () => follow(app, '/tea')));
      await app.settled();
    });
    app.clicks.failing = false;
    await Promise.all(Array.from({ length: 30 }, () => follow(app, '/tea')));
    expect(await storedClicks(app)).toHaveLength(60);
    const counts = await app.database.query.select().from(clickCounts);
    expect(counts.reduce((sum, row) => sum + row.clicks, 0)).toBe(60);
  });

  it('keeps the clicks in the queue while the database is down', async () => {
    const app = await createTestApp();
    await insertLink(app.database, 'tea');
    await Promise.all(Array.from({ length: 5 }, () => follow(app, '/tea')));
    await app.settled();
    app.database.down = true;
    await expect(app.clicks.drain()).rejects.toThrow();
    app.database.down = false;
    expect(await app.database.query.select().from(clicks)).toEqual([]);
    await app.clicks.drain();
    expect(await app.database.query.select().from(clicks)).toHaveLength(5);
  });

  it('shows a change of the link within the age of a record', async () => {
    const app = await createTestApp();
    const { linkId } = await insertLink(app.database, 'tea');
    await follow(app, '/tea');
    await app.settled();
    const destination = 'https://shop.example/mugs';
    await app.database.query.update(links).set({ destination, version: 2 }).where(eq(links.id, linkId));
    app.kv.entries.clear();
    app.clock.advance(DAY);
    expect(locationOf(await follow(app, '/tea')).pathname).toBe('/mugs');
  });
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { createTestApp, type Json, type TestAnswer, type TestApp } from './support/app.ts';
import { createShop, type Shop } from './support/shop.ts';
import { STORE_HASH, signBigCommerce } from './support/sign-bigcommerce.ts';

const CLIENT_SECRET = 'a-client-secret-of-enough-characters';
const TOKEN = 'an-access-token';

function fixture(name: string): string {
  return readFileSync(join(import.meta.dirname, 'fixtures/bigcommerce', `${name}.json`), 'utf8');
}

/** What BigCommerce's API answers, by the end of the path. */
const SHELVES: [end: RegExp, answer: () => Response][] = [
  [/\/v2\/orders\/\d+$/, () => Response.json(JSON.parse(fixture('order')))],
  [/\/refunds$/, () => Response.json(JSON.parse(fixture('refunds')))],
  [/\/coupons$/, () => Response.json(JSON.parse(fixture('coupons')))],
  [/\/metafields/, () => Response.json(JSON.parse(fixture('cart-metafields')))],
];

describe('a sender that only names things', () => {
  let app: TestApp;
  let shop: Shop;
  let source: Json;
  let asked: Request[];
  let messages = 0;

  beforeEach(async () => {
    app = await createTestApp();
    shop = await createShop(app);
    asked = [];
    app.outside = (request) => {
      asked.push(request);
      const path = new URL(request.url).pathname;
      return SHELVES.find(([end]) => end.test(path))?.[1]() ?? new Response(null, { status: 404 });
    };
  });

  async function connect(accessToken: string | null): Promise<void> {
    const config = { storeHash: STORE_HASH };
    const body = { name: 'Big', scheme: 'bigcommerce', secret: CLIENT_SECRET, config, accessToken };
    source = (await app.request('POST', '/v1/sources', { key: shop.key, body })).body;
  }

  function tell(name: string): Promise<TestAnswer> {
    messages += 1;
    const body = fixture(name);
    const timestamp = Math.floor(app.clock.now() / 1000);
    const headers = signBigCommerce({ clientSecret: CLIENT_SECRET, id: `msg_${messages}`, timestamp, body });
    return app.request('POST', `/callbacks/${source.id}`, { key: null, body, headers });
  }

  async function inbox(): Promise<Json[]> {
    return (await app.request('GET', '/v1/callbacks', { key: shop.key })).body.items;
  }

  it('is asked for the order with its token, at its own address alone', async () => {
    await connect(TOKEN);
    const { body } = await tell('order-created');
    expect(body.status).toBe('recorded');
    expect(asked.length).toBeGreaterThan(1);
    for (const { url, headers } of asked) {
      expect(url.startsWith(`https://api.bigcommerce.com/stores/${STORE_HASH}/`)).toBe(true);
      expect(headers.get('X-Auth-Token')).toBe(TOKEN);
    }
    const { body: orders } = await app.request('GET', '/v1/orders', { key: shop.key });
    expect(orders.items).toHaveLength(1);
  });

  it('is asked after all once the token is there: what waited is replayed', async () => {
    await connect(null);
    expect((await tell('order-created')).body).toEqual({ status: 'held', reason: null, conversionId: null });
    expect(asked).toEqual([]);
    const [held] = await inbox();
    expect(held).toMatchObject({ status: 'held', errors: [{ detail: expect.stringContaining('accessToken') }] });
    const changes = { key: shop.key, body: { accessToken: TOKEN } };
    const { body } = await app.request('PATCH', `/v1/sources/${source.id}`, changes);
    expect(body.hasAccessToken).toBe(true);
    const replay = await app.request('POST', `/v1/callbacks/${held.id}/replay`, { key: shop.key });
    expect(replay.body.status).toBe('recorded');
    expect(await inbox()).toMatchObject([{ id: held.id, status: 'recorded', errors: [] }]);
  });

  it.each([401, 403])('that refuses its token with %i has its callbacks held, with what to mend', async (status) => {
    await connect(TOKEN);
    app.outside = () => new Response('no', { status });
    expect((await tell('order-created')).body.status).toBe('held');
    expect(await inbox()).toMatchObject([{ status: 'held', errors: [{ detail: expect.stringContaining('token') }] }]);
  });

  it.each<[string, () => Response]>([
    ['answers 500', () => new Response('', { status: 500 })],
    ['answers 429', () => new Response('', { status: 429 })],
    ['redirects elsewhere', () => Response.redirect('https://evil.example/', 302)],
    [
      'does not answer',
      () => {
        throw new TypeError('fetch failed');
      },
    ],
  ])('that %s is asked again later, and its callback is acknowledged and kept', async (_, answer) => {
    await connect(TOKEN);
    const outside = app.outside;
    app.outside = answer;
    const told = await tell('order-created');
    expect([told.status, told.body.status]).toEqual([202, 'queued']);
    expect(await inbox()).toMatchObject([{ status: 'queued' }]);
    app.outside = outside;
    await app.callbacks.drain();
    expect(await inbox()).toMatchObject([{ status: 'recorded' }]);
  });

  it.each<[string, () => Response]>([
    ['answers what is no JSON', () => new Response('<html>', { status: 200 })],
    ['answers without end', () => new Response('x'.repeat(2 * 1024 * 1024), { status: 200 })],
    ['finds the question wrong', () => new Response('', { status: 400 })],
    ['answers what a shopper broke', () => new Response('{"note":"\\ud800"}', { status: 200 })],
  ])('that %s will not do better by waiting: its callback is held, to be looked at', async (_, answer) => {
    await connect(TOKEN);
    app.outside = answer;
    expect((await tell('order-created')).body.status).toBe('held');
    expect(await inbox()).toMatchObject([
      { status: 'held', errors: [{ detail: expect.stringContaining('cannot be read') }] },
    ]);
  });

  it('that has no such order any more tells nothing', async () => {
    await connect(TOKEN);
    app.outside = () => new Response(null, { status: 404 });
    expect((await tell('order-created')).body.status).toBe('ignored');
  });

  it('has its token shown nowhere', async () => {
    await connect(TOKEN);
    const { text } = await app.request('GET', `/v1/sources/${source.id}`, { key: shop.key });
    expect(text).not.toContain(TOKEN);
    const { rows } = await app.database.client.execute('select * from sources');
    expect(JSON.stringify(rows)).not.toContain(TOKEN);
  });
});

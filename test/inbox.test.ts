import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { createTestApp, type Json, type TestApp } from './support/app.ts';
import { HOUR } from './support/clock.ts';
import { createShop, type Shop } from './support/shop.ts';
import { STORE_HASH, signBigCommerce } from './support/sign-bigcommerce.ts';
import { SHOP, signShopify } from './support/sign-shopify.ts';
import { signHmac, signStandardWebhooks } from './support/signers.ts';

const ORDER = { orderId: 'o1', currency: 'USD', subtotal: 5000, customer: { id: 'ben' } };

describe('a callback while the database is out of reach', () => {
  let app: TestApp;
  let shop: Shop;

  beforeEach(async () => {
    app = await createTestApp();
    shop = await createShop(app);
  });

  async function conversions(): Promise<Json[]> {
    return (await app.request('GET', '/v1/conversions', { key: shop.key })).body.items;
  }

  /** So that the isolate has heard of the source. */
  async function introduce(): Promise<void> {
    await shop.post('newsletter.opened', {});
    await app.settled();
  }

  it('is kept, answered 202, and credited as soon as it can be, as of the time it came', async () => {
    const clickToken = await shop.follow(shop.ann);
    await introduce();
    const cameAt = app.clock.now();
    app.database.down = true;
    const answer = await shop.post('order.paid', { ...ORDER, clickToken });
    expect([answer.status, answer.body]).toEqual([202, { status: 'queued', reason: null, conversionId: null }]);
    app.database.down = false;
    app.clock.advance(HOUR);
    await app.callbacks.drain();
    expect(await conversions()).toMatchObject([{ status: 'credited', occurredAt: new Date(cameAt).toISOString() }]);
  });

  it('is credited once, however often it is repeated meanwhile and delivered afterwards', async () => {
    const clickToken = await shop.follow(shop.ann);
    await introduce();
    app.database.down = true;
    for (let time = 0; time < 5; time += 1)
      await shop.post('order.paid', { ...ORDER, clickToken }, { messageId: 'm1' });
    app.database.down = false;
    await shop.post('order.paid', { ...ORDER, clickToken }, { messageId: 'm1' });
    await app.callbacks.drain({ again: true });
    expect(await conversions()).toHaveLength(1);
  });

  it('is known by what KV holds of its source where the isolate is new', async () => {
    await introduce();
    app.coldStart();
    app.database.down = true;
    expect((await shop.post('order.paid', ORDER)).status).toBe(202);
  });

  it('of a source that nobody here knows is refused with a time to try again, and nothing is acknowledged', async () => {
    app.database.down = true;
    const answer = await shop.post('order.paid', ORDER);
    expect([answer.status, answer.body.code]).toEqual([503, 'database_unavailable']);
    expect(answer.headers.get('Retry-After')).toMatch(/^[1-9]/);
    expect(app.callbacks.messages).toEqual([]);
  });

  it('is refused with a time to try again when the queue fails as well', async () => {
    await introduce();
    app.database.down = true;
    app.callbacks.failing = true;
    const answer = await shop.post('order.paid', ORDER);
    expect([answer.status, answer.body.code]).toEqual([503, 'database_unavailable']);
  });

  it('that is forged is refused all the same', async () => {
    await introduce();
    app.database.down = true;
    const answer = await app.request('POST', `/callbacks/${shop.sourceId}`, {
      key: null,
      body: JSON.stringify({ type: 'order.paid', data: ORDER }),
      headers: { 'webhook-id': 'm', 'webhook-timestamp': '1', 'webhook-signature': `v1,${'A'.repeat(43)}=` },
    });
    expect(answer.status).toBe(401);
    expect(app.callbacks.messages).toEqual([]);
  });

  it('waits nowhere in clear', async () => {
    await introduce();
    app.database.down = true;
    await shop.post('order.paid', {
      ...ORDER,
      orderId: 'order-of-ben',
      customer: { id: 'ben', email: 'ben@example.com' },
    });
    const waiting = JSON.stringify([app.callbacks.messages, ...app.kv.entries]);
    expect(waiting).not.toContain('ben@');
    expect(waiting).not.toContain('order-of-ben');
    expect(waiting).not.toContain(shop.secret.slice(6));
  });

  it('that is too large for a message waits beside it', async () => {
    await introduce();
    app.database.down = true;
    const codes = Array.from({ length: 8000 }, (_, index) => `a-code-that-nobody-knows-${index}`);
    expect((await shop.post('order.paid', { ...ORDER, codes })).status).toBe(202);
    expect(JSON.stringify(app.callbacks.messages).length).toBeLessThan(128_000);
    app.database.down = false;
    await app.callbacks.drain();
    expect(await conversions()).toHaveLength(1);
  });

  it('is given back and tried again while the outage lasts', async () => {
    await introduce();
    app.database.down = true;
    await shop.post('order.paid', ORDER);
    let failures = 3;
    app.database.down = () => {
      failures -= 1;
      return failures > 0;
    };
    await app.callbacks.drain();
    expect(app.callbacks.delays.length).toBeGreaterThan(0);
    expect(await conversions()).toHaveLength(1);
  });

  it('by a secret that had been revoked, which an old copy of the source still let in, comes to nothing', async () => {
    await introduce();
    const headers = (body: string) =>
      signStandardWebhooks({ secret: shop.secret, id: 'm9', timestamp: Math.floor(app.clock.now() / 1000), body });
    await app.request('POST', `/v1/sources/${shop.sourceId}/rotate`, { key: shop.key, body: { overlapHours: 0 } });
    app.database.down = true;
    const body = JSON.stringify({ type: 'order.paid', data: ORDER });
    const answer = await app.request('POST', `/callbacks/${shop.sourceId}`, {
      key: null,
      body,
      headers: headers(body),
    });
    expect(answer.status).toBe(202);
    app.database.down = false;
    await app.callbacks.drain();
    expect(await conversions()).toEqual([]);
  });

  it('is not lost when the answer of the commit was: it is found done', async () => {
    const clickToken = await shop.follow(shop.ann);
    await introduce();
    const start = app.database.trips;
    app.database.losesAnswer = (trip) => trip === start + 3;
    expect((await shop.post('order.paid', { ...ORDER, clickToken })).status).toBe(202);
    await app.callbacks.drain();
    expect(await conversions()).toHaveLength(1);
  });
});

describe('a callback that meets what is not an outage', () => {
  let app: TestApp;
  let shop: Shop;

  beforeEach(async () => {
    app = await createTestApp();
    shop = await createShop(app);
    await shop.post('newsletter.opened', {});
    await app.settled();
  });

  async function inbox(): Promise<Json[]> {
    return (await app.request('GET', '/v1/callbacks', { key: shop.key })).body.items.filter(
      ({ type }: Json) => type !== 'newsletter.opened',
    );
  }

  async function conversions(): Promise<Json[]> {
    return (await app.request('GET', '/v1/conversions', { key: shop.key })).body.items;
  }

  it.each([
    ['disabled', { enabled: false }, 'PATCH', ''],
    ['without its secret', { overlapHours: 0 }, 'POST', '/rotate'],
  ])('is not done at once by an old copy of a source that is %s now', async (_, body, method, path) => {
    const clickToken = await shop.follow(shop.ann);
    await app.request(method, `/v1/sources/${shop.sourceId}${path}`, { key: shop.key, body });
    const trip = app.database.trips + 1;
    app.database.down = (now) => now === trip;
    expect((await shop.post('order.paid', { ...ORDER, clickToken })).status).toBe(202);
    await app.callbacks.drain();
    expect(await conversions()).toEqual([]);
    expect(await inbox()).toMatchObject([
      { status: 'held', errors: [{ detail: expect.stringContaining('Replay it') }] },
    ]);
  });

  it('is carried out by an old copy of its source that still holds', async () => {
    const trip = app.database.trips + 1;
    app.database.down = (now) => now === trip;
    expect((await shop.post('order.paid', ORDER)).status).toBe(202);
    await app.callbacks.drain();
    expect(await inbox()).toMatchObject([{ status: 'recorded' }]);
  });

  it.each(['SQLITE_FULL', 'SQLITE_IOERR', 'BLOCKED'])('is kept and carried out later after %s', async (code) => {
    const error = vi.spyOn(console, 'error').mockImplementation(() => {});
    const trip = app.database.trips + 3;
    app.database.answers = (now) => (now === trip ? Response.json({ message: 'no', code }, { status: 400 }) : null);
    expect((await shop.post('order.paid', ORDER)).status).toBe(202);
    expect(error).toHaveBeenCalledOnce();
    error.mockRestore();
    await app.callbacks.drain();
    expect(await conversions()).toHaveLength(1);
  });

  it('and that no attempt can carry out ends in the inbox, for the operator', async () => {
    const { id, secret, body, headers } = await bigCommerceOrder();
    app.outside = () => new Response('', { status: 500 });
    const told = await app.request('POST', `/callbacks/${id}`, { key: null, body, headers: headers(secret) });
    expect(told.status).toBe(202);
    const error = vi.spyOn(console, 'error').mockImplementation(() => {});
    await app.callbacks.drain({ dead: app.deadCallbacks });
    expect(app.deadCallbacks.messages).toHaveLength(1);
    await app.deadCallbacks.drain();
    error.mockRestore();
    expect(await inbox()).toMatchObject([
      { status: 'held', errors: [{ detail: expect.stringContaining('replay it') }] },
    ]);
  });

  it('that was left held by one attempt is ended by the next', async () => {
    const { id, secret, body, headers } = await bigCommerceOrder();
    app.outside = () => new Response('', { status: 500 });
    await app.request('POST', `/callbacks/${id}`, { key: null, body, headers: headers(secret) });
    const [message] = app.callbacks.messages;
    app.outside = () => new Response('', { status: 401 });
    await app.callbacks.drain();
    expect(await inbox()).toMatchObject([{ status: 'held' }]);
    app.outside = ({ url }) =>
      /\/v2\/orders\/\d+$/.test(new URL(url).pathname)
        ? new Response(readFileSync(join(import.meta.dirname, 'fixtures/bigcommerce/order.json')))
        : new Response(null, { status: 204 });
    if (message !== undefined) app.callbacks.messages.push(message);
    await app.callbacks.drain();
    expect(await inbox()).toMatchObject([{ status: 'recorded', errors: [] }]);
  });

  async function bigCommerceOrder() {
    const config = { storeHash: STORE_HASH };
    const secret = 'a-client-secret-of-enough-characters';
    const made = { name: 'Big', scheme: 'bigcommerce', secret, config, accessToken: 'a-token' };
    const { body: source } = await app.request('POST', '/v1/sources', { key: shop.key, body: made });
    const body = readFileSync(join(import.meta.dirname, 'fixtures/bigcommerce/order-created.json'), 'utf8');
    const timestamp = Math.floor(app.clock.now() / 1000);
    const headers = (clientSecret: string) => signBigCommerce({ clientSecret, id: 'm1', timestamp, body });
    return { id: source.id, secret, body, headers };
  }
});

describe('a callback of a platform that makes no sense', () => {
  it.each([
    ['', '{"id": "none"}', 422],
    [' and is no JSON at all', '{"note": "\\ud800"}', 400],
  ])('%s is kept, and answered so that the platform goes on', async (_, body, otherwise) => {
    const app = await createTestApp();
    const shop = await createShop(app);
    const secret = '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';
    const made = { name: 'Shop', scheme: 'shopify', secret, config: { shop: SHOP } };
    const { body: source } = await app.request('POST', '/v1/sources', { key: shop.key, body: made });
    const headers = signShopify({ secret, body, topic: 'orders/paid' });
    const answer = await app.request('POST', `/callbacks/${source.id}`, { key: null, body, headers });
    expect([answer.status, answer.body.status]).toEqual([200, 'unusable']);
    const [kept] = (await app.request('GET', '/v1/callbacks', { key: shop.key })).body.items;
    expect(kept).toMatchObject({ status: 'unusable', errors: [{ detail: expect.stringMatching(/./) }] });
    const replay = await app.request('POST', `/v1/callbacks/${kept.id}/replay`, { key: shop.key });
    expect(replay.status).toBe(otherwise);
  });
});

describe('a platform whose clock runs ahead', () => {
  it('loses no order: it was bought when we heard of it', async () => {
    const app = await createTestApp();
    const shop = await createShop(app);
    const secret = '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';
    const made = { name: 'Shop', scheme: 'shopify', secret, config: { shop: SHOP } };
    const { body: source } = await app.request('POST', '/v1/sources', { key: shop.key, body: made });
    const order = readFileSync(join(import.meta.dirname, 'fixtures/shopify/orders-paid.json'), 'utf8');
    const body = order.replace(/"processed_at": "[^"]+"/, '"processed_at": "2027-01-01T00:00:00Z"');
    const headers = signShopify({ secret, body, topic: 'orders/paid' });
    const answer = await app.request('POST', `/callbacks/${source.id}`, { key: null, body, headers });
    expect(answer.body.status).toBe('recorded');
    const [kept] = (await app.request('GET', '/v1/orders', { key: shop.key })).body.items;
    expect(kept.placedAt).toBe(new Date(app.clock.now()).toISOString());
  });
});

describe('the customer numbers of two sources', () => {
  async function secondSource(app: TestApp, shop: Shop, more: object): Promise<(customer: Json) => Promise<Json>> {
    const secret = 'a-secret-of-at-least-24-characters';
    const config = { signatureHeader: 'x-signature' };
    const made = { name: 'Second', scheme: 'hmac', secret, config, ...more };
    const { body: source } = await app.request('POST', '/v1/sources', { key: shop.key, body: made });
    return async (customer) => {
      const data = { ...ORDER, orderId: `second-${customer.id}`, customer, codes: [shop.ann.code] };
      const body = JSON.stringify({ type: 'order.paid', data });
      const headers = signHmac({ config: source.config, secret, body });
      const answer = await app.request('POST', `/callbacks/${source.id}`, { key: null, body, headers });
      return answer.body;
    };
  }

  it('are one and the same, unless a source says that its own are others', async () => {
    const app = await createTestApp();
    const shop = await createShop(app);
    const post = await secondSource(app, shop, {});
    expect(await post({ id: 'ann' })).toMatchObject({ status: 'recorded', reason: 'self_referral' });
  });

  it('of their own make no advocate of a stranger, and no two people one', async () => {
    const app = await createTestApp();
    const shop = await createShop(app);
    await shop.post('order.paid', { ...ORDER, customer: { id: '57' } });
    const post = await secondSource(app, shop, { ownCustomers: true });
    expect(await post({ id: 'ann' })).toMatchObject({ status: 'credited' });
    expect(await post({ id: '57' })).toMatchObject({ status: 'credited' });
    expect(await post({ id: '58', email: 'ann@example.com' })).toMatchObject({ reason: 'self_referral' });
  });
});

describe('the inbox', () => {
  it('holds every authentic callback with what came of it, those that repeat an order too', async () => {
    const app = await createTestApp();
    const shop = await createShop(app);
    await shop.post('order.paid', ORDER, { messageId: 'm1' });
    await shop.post('order.paid', ORDER, { messageId: 'm1' });
    await shop.post('order.paid', ORDER, { messageId: 'm2' });
    await shop.post('order.cancelled', { orderId: 'o2' });
    await shop.post('newsletter.opened', {});
    const { rows } = await app.database.client.execute('select message_id, type, status from callbacks order by id');
    expect(rows.map((row) => Object.values(row))).toEqual([
      ['m1', 'order.paid', 'recorded'],
      ['m2', 'order.paid', 'duplicate'],
      [expect.any(String), 'order.cancelled', 'parked'],
      [expect.any(String), 'newsletter.opened', 'ignored'],
    ]);
  });
});

describe('a callback carried out once more', () => {
  it('that had done its work keeps its outcome', async () => {
    const app = await createTestApp();
    const shop = await createShop(app);
    await shop.post('order.paid', { ...ORDER, clickToken: await shop.follow(shop.ann) });
    const inbox = async () => (await app.request('GET', '/v1/callbacks', { key: shop.key })).body.items;
    const [before] = await inbox();
    const replay = await app.request('POST', `/v1/callbacks/${before.id}/replay`, { key: shop.key });
    expect(replay.body.status).toBe('duplicate');
    expect(await inbox()).toEqual([{ ...before, replayedAt: expect.any(String) }]);
  });
});

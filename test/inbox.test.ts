import { beforeEach, describe, expect, it } from 'vitest';
import { createTestApp, type Json, type TestApp } from './support/app.ts';
import { HOUR } from './support/clock.ts';
import { createShop, type Shop } from './support/shop.ts';
import { signStandardWebhooks } from './support/signers.ts';

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

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { SCOPES } from '../../src/domain/scopes.ts';
import { createTestApp, type Json, type TestApp } from '../support/app.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../support/clock.ts';
import { makeSource } from '../support/resources.ts';
import { createShop, type Shop } from '../support/shop.ts';
import { SHOP, signShopify } from '../support/sign-shopify.ts';
import { signStandardWebhooks } from '../support/signers.ts';

const ORDER = { orderId: 'o1', currency: 'USD', subtotal: 5000, customer: { id: 'ben', email: 'ben@example.com' } };
/** What a second effect would show in. */
const EFFECTS = ['orders', 'order_changes', 'conversions', 'rewards', 'reward_moves', 'ledger_entries', 'events'];

let app: TestApp;
let shop: Shop;

beforeEach(async () => {
  app = await createTestApp();
  shop = await createShop(app);
});

async function inbox(query = ''): Promise<Json[]> {
  const { status, text, body } = await app.request('GET', `/v1/callbacks${query}`);
  expect(status, text).toBe(200);
  return body.items;
}

async function only(query = ''): Promise<Json> {
  const items = await inbox(query);
  expect(items).toHaveLength(1);
  return items[0];
}

/** All that was written, row by row. */
async function effects(): Promise<unknown[][]> {
  const results = await app.database.client.batch(
    EFFECTS.map((table) => `select * from ${table}`),
    'read',
  );
  return results.map(({ rows }) => rows.map((row) => Object.values(row)));
}

async function pay(orderId: string): Promise<void> {
  const clickToken = await shop.follow(shop.ann);
  const answer = await shop.post('order.paid', { ...ORDER, orderId, clickToken });
  expect(answer.body.status).toBe('credited');
}

function replay(id: string) {
  return app.request('POST', `/v1/callbacks/${id}/replay`);
}

function replayAll(body: object) {
  return app.request('POST', '/v1/callbacks/replay', { body });
}

describe('GET /v1/callbacks', () => {
  it('shows what came and what came of it, the newest first', async () => {
    await pay('o1');
    await shop.post('order.refunded', { orderId: 'o2', refundId: 'r1', currency: 'USD', amount: 1 });
    await shop.post('newsletter.opened', {});
    await shop.post('order.paid', { orderId: 'o3' });
    expect(await inbox()).toMatchObject([
      { type: null, status: 'unusable', messageId: null, conversionId: null, replayedAt: null },
      { type: 'newsletter.opened', status: 'ignored', errors: [] },
      { type: 'order.refunded', status: 'parked' },
      {
        type: 'order.paid',
        status: 'credited',
        reason: null,
        sourceId: shop.sourceId,
        messageId: expect.stringMatching(/^msg_/),
        conversionId: expect.stringMatching(/^cnv_/),
        receivedAt: new Date(app.clock.now()).toISOString(),
      },
    ]);
    expect((await only('?status=unusable')).errors).toContainEqual({
      pointer: '/data/currency',
      detail: expect.any(String),
    });
  });

  it('is narrowed by source, status, type and time, and pages through what is left', async () => {
    const start = app.clock.now();
    const at = (time: number) => new Date(start + time).toISOString();
    for (let i = 0; i < 5; i += 1) {
      await shop.post(i % 2 === 0 ? 'even' : 'odd', { i });
      app.clock.advance(HOUR);
    }
    const times = async (query: string) =>
      (await inbox(query)).map(({ receivedAt }) => (Date.parse(receivedAt) - start) / HOUR);
    expect(await times('')).toEqual([4, 3, 2, 1, 0]);
    expect(await times('?type=odd')).toEqual([3, 1]);
    expect(await times(`?from=${at(HOUR)}&to=${at(3 * HOUR)}`)).toEqual([2, 1]);
    expect(await times(`?from=${at(HOUR + 1)}`)).toEqual([4, 3, 2]);
    expect(await times(`?to=${at(1)}&type=even`)).toEqual([0]);
    expect(await times('?status=credited')).toEqual([]);
    expect(await times(`?sourceId=${shop.sourceId}&status=ignored&limit=2`)).toEqual([4, 3]);
    const first = await app.request('GET', '/v1/callbacks?type=even&limit=2');
    expect(await times(`?type=even&limit=2&cursor=${first.body.nextCursor}`)).toEqual([0]);
    const other = await makeSource(app);
    expect(await times(`?sourceId=${other.id}`)).toEqual([]);
  });

  it('goes by the time of receipt where the id was made by a clock that was set back', async () => {
    await shop.post('any', {});
    const { receivedAt } = await only();
    const time = Date.parse(receivedAt);
    await app.database.client.execute({ sql: 'update callbacks set received_at = ?', args: [time - 9 * SECOND] });
    const before = new Date(time - 8 * SECOND).toISOString();
    expect(await inbox(`?to=${before}`)).toHaveLength(1);
    expect(await inbox(`?from=${before}`)).toHaveLength(0);
  });

  it.each(['status=lost', 'sourceId=src_x', 'from=yesterday', 'type=', 'cursor=x'])('refuses ?%s', async (query) => {
    const answer = await app.request('GET', `/v1/callbacks?${query}`);
    expect([answer.status, answer.body.code]).toEqual([422, 'query_invalid']);
  });
});

describe('GET /v1/callbacks/{callbackId}', () => {
  async function post(): Promise<{ id: string; body: string }> {
    const body = `${JSON.stringify({ type: 'order.paid', data: { ...ORDER, customer: { email: 'zoë@example.com' } } })}\n`;
    const headers = signStandardWebhooks({
      secret: shop.secret,
      id: 'msg_seen',
      timestamp: Math.floor(app.clock.now() / 1000),
      body,
    });
    await app.request('POST', `/callbacks/${shop.sourceId}?x=1`, {
      key: null,
      body,
      headers: { ...headers, Cookie: 's3cret=1', 'CF-Connecting-IP': '203.0.113.7' },
    });
    return { id: (await only()).id, body };
  }

  it('shows the request as it came, but for what was none of our business', async () => {
    const { id, body } = await post();
    const seen = await app.request('GET', `/v1/callbacks/${id}`);
    expect(seen.body).toMatchObject({ ...(await only()), requestMissing: null });
    const { headers, ...request } = seen.body.request;
    expect(request).toEqual({
      method: 'POST',
      url: `https://go.example.com/callbacks/${shop.sourceId}?x=1`,
      body,
      bodyEncoding: 'utf8',
    });
    expect(headers).toMatchObject({ 'content-type': 'application/json', 'webhook-id': 'msg_seen' });
    expect(seen.text).not.toMatch(/s3cret|203\.0\.113/);
  });

  it('shows nothing personal to a key that may not read it, and says why', async () => {
    const { id } = await post();
    const scopes = SCOPES.filter((scope) => scope !== 'pii:read');
    const { body: lesser } = await app.request('POST', '/v1/keys', { body: { name: 'Lesser', scopes } });
    for (const path of [`/v1/callbacks/${id}`, '/v1/callbacks']) {
      const seen = await app.request('GET', path, { key: lesser.key });
      expect(seen.status).toBe(200);
      expect(seen.text).not.toContain('@example.com');
    }
    const { body } = await app.request('GET', `/v1/callbacks/${id}`, { key: lesser.key });
    expect(body).toMatchObject({
      status: 'recorded',
      request: null,
      requestMissing: expect.stringContaining('pii:read'),
    });
  });

  it('has no request after 30 days, and still what came of it', async () => {
    const { id } = await post();
    app.clock.advance(30 * DAY);
    await app.cron();
    expect((await app.request('GET', `/v1/callbacks/${id}`)).body.request).not.toBeNull();
    app.clock.advance(1);
    await app.cron();
    const { body } = await app.request('GET', `/v1/callbacks/${id}`);
    expect(body).toMatchObject({
      status: 'recorded',
      request: null,
      requestMissing: expect.stringContaining('30 days'),
    });
    const again = await replay(id);
    expect([again.status, again.body.code]).toEqual([409, 'invalid_transition']);
    expect((await replayAll({})).body).toEqual({ queued: 0, nextCursor: null });
  });
});

describe('POST /v1/callbacks/{callbackId}/replay', () => {
  it('credits nothing twice, however often and at once', async () => {
    await pay('o1');
    const { id, conversionId } = await only();
    await shop.post('order.refunded', { orderId: 'o1', refundId: 'r1', currency: 'USD', amount: 1000 });
    const refund = await only('?type=order.refunded');
    const before = await effects();
    const answers = await Promise.all([id, refund.id, id, refund.id, id].map(replay));
    for (const { status, body } of answers) {
      expect([status, body]).toEqual([200, { status: 'duplicate', reason: null, conversionId }]);
    }
    expect(await effects()).toEqual(before);
    expect(await inbox()).toHaveLength(2);
  });

  it('judges as of the time that it came, also after its source and its secret have ended', async () => {
    const clickToken = await shop.follow(shop.ann);
    const cameAt = app.clock.now();
    await shop.post('order.paid', { ...ORDER, clickToken });
    const { id } = await only();
    await forgetEffects();
    await app.request('POST', `/v1/sources/${shop.sourceId}/rotate`, { body: { overlapHours: 0 } });
    await app.request('DELETE', `/v1/sources/${shop.sourceId}`);
    app.clock.advance(29 * DAY);
    expect((await replay(id)).body.status).toBe('credited');
    const { body } = await app.request('GET', '/v1/conversions');
    expect(body.items).toMatchObject([{ occurredAt: new Date(cameAt).toISOString() }]);
    expect(await only()).toMatchObject({
      id,
      status: 'credited',
      conversionId: body.items[0].id,
      receivedAt: new Date(cameAt).toISOString(),
      replayedAt: new Date(app.clock.now()).toISOString(),
    });
  });

  /** As after a restored backup: the inbox has the callback, and nothing else knows of it. */
  async function forgetEffects(): Promise<void> {
    const tables = ['ledger_entries', 'reward_moves', 'rewards', 'locks', 'conversions', 'order_changes', 'orders'];
    await app.database.client.migrate(tables.map((table) => `delete from ${table}`));
  }

  it('answers what is still wrong with an unusable one, and carries it out once it is mended', async () => {
    const body = readFileSync(join(import.meta.dirname, '../fixtures/shopify/orders-paid.json'), 'utf8');
    const secret = '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';
    const source = await makeSource(app, app.store.live, {
      scheme: 'shopify',
      secret,
      config: { shop: 'another.myshopify.com' },
    });
    const headers = signShopify({ secret, body, topic: 'orders/paid' });
    const posted = await app.request('POST', `/callbacks/${source.id}`, { key: null, body, headers });
    expect([posted.status, posted.body.status]).toEqual([200, 'unusable']);
    const { id, errors } = await only();

    app.clock.advance(MINUTE);
    const inVain = await replay(id);
    expect([inVain.status, inVain.body.code, inVain.body.errors]).toEqual([422, 'callback_unusable', errors]);
    expect(await only()).toMatchObject({ status: 'unusable', replayedAt: new Date(app.clock.now()).toISOString() });

    await app.request('PATCH', `/v1/sources/${source.id}`, { body: { config: { shop: SHOP } } });
    const mended = await replay(id);
    expect([mended.status, mended.body.status]).toEqual([200, 'recorded']);
    expect(await only()).toMatchObject({ id, type: 'orders/paid', status: 'recorded', errors: [] });
    expect((await replay(id)).body.status).toBe('duplicate');
  });

  it('that came without an effect has none the second time', async () => {
    await shop.post('newsletter.opened', {});
    const { id } = await only();
    const before = await effects();
    expect((await replay(id)).status).toBe(200);
    expect(await effects()).toEqual(before);
  });
});

describe('POST /v1/callbacks/replay', () => {
  it('queues what matches, the oldest first, and has no second effect', async () => {
    for (const orderId of ['o1', 'o2', 'o3']) await order(orderId);
    await shop.post('newsletter.opened', {});
    const before = await effects();
    const paid = await inbox('?type=order.paid');
    app.clock.advance(HOUR);

    const { status, body } = await replayAll({ type: 'order.paid' });
    expect([status, body]).toEqual([202, { queued: 3, nextCursor: null }]);
    expect(app.callbacks.messages.map(({ body }) => (body as Json).id)).toEqual(paid.map(({ id }) => id).reverse());
    await app.callbacks.drain({ again: true });
    expect(await effects()).toEqual(before);
    const replayed = (await inbox()).filter(({ replayedAt }) => replayedAt !== null);
    expect(replayed.map(({ id }) => id)).toEqual(paid.map(({ id }) => id));
  });

  async function order(orderId: string): Promise<void> {
    await shop.post('order.paid', { ...ORDER, orderId });
    app.clock.advance(HOUR);
  }

  it('is narrowed by source and time', async () => {
    const start = app.clock.now();
    for (const orderId of ['o1', 'o2', 'o3']) await order(orderId);
    const at = (time: number) => new Date(start + time).toISOString();
    expect((await replayAll({ from: at(HOUR), to: at(2 * HOUR) })).body.queued).toBe(1);
    expect((await replayAll({ sourceId: shop.sourceId, from: at(HOUR) })).body.queued).toBe(2);
    expect((await replayAll({ sourceId: (await makeSource(app)).id })).body.queued).toBe(0);
  });

  it('takes a thousand at a time, and goes on from there', async () => {
    await shop.post('any', {});
    await app.database.client.execute(`
      insert into callbacks (store_id, id, source_id, type, status, received_at, sealed)
      with recursive n (i) as (select 1 union all select i + 1 from n where i < 1001)
      select store_id, 'cbk_' || substr('00000000000000000000000000' || i, -26), source_id, type, status, received_at, sealed
      from callbacks, n`);
    const first = await replayAll({ status: 'ignored' });
    expect([first.status, first.body.queued]).toEqual([202, 1000]);
    expect(app.callbacks.sends).toBe(10);
    const second = await replayAll({ status: 'ignored', cursor: first.body.nextCursor });
    expect(second.body).toEqual({ queued: 2, nextCursor: null });
    const ids = app.callbacks.messages.map(({ body }) => (body as Json).id);
    expect(new Set(ids).size).toBe(1002);
    expect(ids).toEqual(ids.toSorted());
  });

  it('leaves the callbacks of other stores and of the other side alone', async () => {
    await shop.post('any', {});
    const other = (await app.createStore('Others')).live;
    for (const { secretKey } of [other, app.store.test]) {
      const answer = await app.request('POST', '/v1/callbacks/replay', {
        key: secretKey,
        body: { sourceId: shop.sourceId },
      });
      expect(answer.body.queued).toBe(0);
    }
    expect(app.callbacks.messages).toEqual([]);
  });

  it('says when to send it again where the queue is out of reach', async () => {
    await shop.post('any', {});
    app.callbacks.failing = true;
    const answer = await replayAll({});
    expect([answer.status, answer.body.code]).toEqual([503, 'busy']);
    expect(answer.headers.get('Retry-After')).toMatch(/^[1-9]/);
  });
});

describe('the guide', () => {
  it('has commands that work as they stand', async () => {
    await shop.post('newsletter.opened', {});
    const { id } = await only();
    const guide = readFileSync(join(import.meta.dirname, '../../docs/inbox.md'), 'utf8');
    const commands = [...guide.matchAll(/^(get|post) "?(\/v1\/[^"\s]+)"?(?: '([^']*)')?$/gm)];
    expect(commands).toHaveLength(7);
    for (const [, method = '', path = '', body] of commands) {
      const place = path.replace('$SOURCE', shop.sourceId).replace('$CALLBACK', id);
      const answer = await app.request(method.toUpperCase(), place, body === undefined ? {} : { body });
      expect([200, 202], `${path} ${answer.text}`).toContain(answer.status);
    }
  });
});

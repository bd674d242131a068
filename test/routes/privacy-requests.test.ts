import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { createTestApp, type Json, type TestApp } from '../support/app.ts';
import { HOUR } from '../support/clock.ts';
import { makeSource } from '../support/resources.ts';
import { SHOP, signShopify } from '../support/sign-shopify.ts';

const SECRET = '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';

describe('GET /v1/privacy-requests', () => {
  let app: TestApp;
  let source: Json;

  beforeEach(async () => {
    app = await createTestApp();
    source = await makeSource(app, app.store.live, { scheme: 'shopify', secret: SECRET, config: { shop: SHOP } });
  });

  async function ask(name: string, id: string): Promise<void> {
    const body = readFileSync(join(import.meta.dirname, `../fixtures/shopify/${name.replace('/', '-')}.json`), 'utf8');
    const headers = signShopify({ secret: SECRET, body, topic: name, id });
    const answer = await app.request('POST', `/callbacks/${source.id}`, { key: null, body, headers });
    expect(answer.status, answer.text).toBe(200);
    app.clock.advance(HOUR);
  }

  async function list(query = '', key = app.store.live.secretKey) {
    const answer = await app.request('GET', `/v1/privacy-requests${query}`, { key });
    expect(answer.status, answer.text).toBe(200);
    return answer;
  }

  it('shows what was asked through the platform, the newest first, without a word of who asked', async () => {
    const start = app.clock.now();
    await ask('customers/data_request', 'w1');
    await ask('customers/redact', 'w2');
    await ask('shop/redact', 'w3');
    const answer = await list();
    const at = (hours: number) => new Date(start + hours * HOUR).toISOString();
    expect(answer.body.items).toMatchObject([
      { kind: 'erase_store', sourceId: source.id, receivedAt: at(2) },
      { kind: 'erase', sourceId: source.id, receivedAt: at(1) },
      { kind: 'export', sourceId: source.id, receivedAt: at(0) },
    ]);
    expect(answer.text).not.toMatch(/@|digest/i);
  });

  it('shows each once, however often the platform told of it and it was replayed', async () => {
    await ask('customers/data_request', 'w1');
    await ask('customers/data_request', 'w2');
    await app.request('POST', '/v1/callbacks/replay', { body: {} });
    await app.callbacks.drain({ again: true });
    expect((await list()).body.items).toHaveLength(1);
  });

  it('comes in pages, and none of it to another store', async () => {
    await ask('customers/data_request', 'w1');
    await ask('shop/redact', 'w2');
    const first = await list('?limit=1');
    expect(first.body.items).toMatchObject([{ kind: 'erase_store' }]);
    const second = await list(`?limit=1&cursor=${first.body.nextCursor}`);
    expect(second.body).toMatchObject({ items: [{ kind: 'export' }], nextCursor: null });
    expect((await list('', app.store.test.secretKey)).body.items).toEqual([]);
  });
});

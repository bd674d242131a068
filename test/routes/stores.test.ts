import { describe, expect, it } from 'vitest';
import { stores } from '../../src/db/schema.ts';
import { createTestApp, DEPLOYMENT_TOKEN } from '../support/app.ts';
import { MINUTE } from '../support/clock.ts';
import { makeLink } from '../support/resources.ts';

const key = DEPLOYMENT_TOKEN;

describe('a new store', () => {
  it('has a live and a test side, each with keys that open that side alone', async () => {
    const app = await createTestApp();
    const { status, body } = await app.request('POST', '/v1/stores', { key, body: { name: '  Maple Coffee ' } });
    expect(status).toBe(201);
    expect(body.live).toMatchObject({ name: 'Maple Coffee', mode: 'live', twinId: body.test.id, archivedAt: null });
    expect(body.test).toMatchObject({ name: 'Maple Coffee', mode: 'test', twinId: body.live.id });
    for (const side of [body.live, body.test]) {
      const own = await app.request('GET', '/v1/store', { key: side.secretKey });
      const { secretKey, publishableKey, ...rest } = side;
      expect(own.body).toEqual(rest);
      expect(secretKey).toMatch(new RegExp(`^gw_sk_${side.mode}_`));
      expect(publishableKey).toMatch(new RegExp(`^gw_pk_${side.mode}_`));
    }
  });

  it('keeps no key in clear, and seals a digest key of its own for each side', async () => {
    const app = await createTestApp();
    const tables = ['stores', 'keys', 'replays'];
    const { body } = await app.request('POST', '/v1/stores', {
      key,
      body: { name: 'Others' },
      headers: { 'Idempotency-Key': 'once' },
    });
    const stored = await Promise.all(tables.map((table) => app.database.client.execute(`select * from ${table}`)));
    const text = JSON.stringify(stored);
    for (const side of [body.live, body.test]) {
      expect(text).toContain(side.id);
      expect(text).not.toContain(side.secretKey.slice(12));
      expect(text).not.toContain(side.publishableKey.slice(12));
    }
    const rows = await app.database.query.select().from(stores);
    expect(new Set(rows.map(({ digestKey }) => digestKey)).size).toBe(4);
  });

  it.each([
    ['no name', {}, '/name'],
    ['an empty name', { name: ' ' }, '/name'],
    ['a name of 101 characters', { name: 'x'.repeat(101) }, '/name'],
    ['a name that is no text', { name: 7 }, '/name'],
    ['a name with a line break', { name: 'Maple\nCoffee' }, '/name'],
  ])('is refused with %s', async (_, body, pointer) => {
    const app = await createTestApp();
    const answer = await app.request('POST', '/v1/stores', { key, body });
    expect(answer.status).toBe(422);
    expect(answer.body.errors).toEqual([{ pointer, detail: expect.any(String) }]);
  });
});

describe('stores', () => {
  it('are listed newest first, page by page, each side once', async () => {
    const app = await createTestApp();
    const made = [app.store];
    for (const name of ['B', 'C']) {
      app.clock.advance(MINUTE);
      made.unshift(await app.createStore(name));
    }
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const query: string = cursor === '' ? '' : `&cursor=${cursor}`;
      const { body } = await app.request('GET', `/v1/stores?limit=4${query}`, { key });
      seen.push(...body.items.map(({ id }: { id: string }) => id));
      cursor = body.nextCursor;
    }
    expect(seen).toEqual(made.flatMap(({ live, test }) => [test.id, live.id]));
  });

  it('are renamed on both sides', async () => {
    const app = await createTestApp();
    app.clock.advance(MINUTE);
    const { live, test } = app.store;
    const renamed = await app.request('PATCH', `/v1/stores/${test.id}`, { key, body: { name: 'Oak' } });
    expect(renamed.body).toMatchObject({ id: test.id, name: 'Oak', updatedAt: '2026-11-21T20:01:00.000Z' });
    const twin = await app.request('GET', `/v1/stores/${live.id}`, { key });
    expect(twin.body).toMatchObject({ name: 'Oak', updatedAt: '2026-11-21T20:01:00.000Z' });
  });

  it('keep clicks for 90 days, or as long as is said for each side', async () => {
    const app = await createTestApp();
    const { live, test } = app.store;
    app.clock.advance(MINUTE);
    const path = `/v1/stores/${live.id}`;
    const changed = await app.request('PATCH', path, { key, body: { clickRetentionDays: 3650 } });
    expect(changed.body).toMatchObject({
      ...{ id: live.id, name: 'Maple Coffee', clickRetentionDays: 3650 },
      updatedAt: '2026-11-21T20:01:00.000Z',
    });
    const own = await app.request('GET', '/v1/store');
    expect(own.body).toEqual(changed.body);
    const twin = await app.request('GET', '/v1/store', { key: test.secretKey });
    expect(twin.body).toMatchObject({ clickRetentionDays: 90, updatedAt: '2026-11-21T20:00:00.000Z' });
    const both = await app.request('PATCH', path, { key, body: { name: 'Oak', clickRetentionDays: 1 } });
    expect(both.body).toMatchObject({ name: 'Oak', clickRetentionDays: 1 });
    const renamed = await app.request('GET', '/v1/store', { key: test.secretKey });
    expect(renamed.body).toMatchObject({ name: 'Oak', clickRetentionDays: 90 });
  });

  it.each([0, -1, 3651, 1.5, '90', null])('cannot keep clicks for %j days', async (clickRetentionDays) => {
    const app = await createTestApp();
    const path = `/v1/stores/${app.store.live.id}`;
    const answer = await app.request('PATCH', path, { key, body: { clickRetentionDays } });
    expect([answer.status, answer.body.errors]).toMatchObject([422, [{ pointer: '/clickRetentionDays' }]]);
    expect((await app.request('GET', '/v1/store')).body.clickRetentionDays).toBe(90);
  });

  it('stop working on both sides when archived, and keep the time of the first archiving', async () => {
    const app = await createTestApp();
    const { live, test } = app.store;
    const first = await app.request('DELETE', `/v1/stores/${live.id}`, { key });
    expect(first.body.archivedAt).toBe('2026-11-21T20:00:00.000Z');
    for (const side of [live, test]) {
      const answer = await app.request('GET', '/v1/store', { key: side.secretKey });
      expect(answer.body.code).toBe('key_invalid');
    }
    app.clock.advance(MINUTE);
    const again = await app.request('DELETE', `/v1/stores/${test.id}`, { key });
    expect(again.body.archivedAt).toBe('2026-11-21T20:00:00.000Z');
  });

  it('of others are not touched by renaming and archiving', async () => {
    const app = await createTestApp();
    const { live } = await app.createStore('Others');
    await app.request('PATCH', `/v1/stores/${live.id}`, { key, body: { name: 'Changed' } });
    await app.request('DELETE', `/v1/stores/${live.id}`, { key });
    const own = await app.request('GET', '/v1/store');
    expect(own.body).toMatchObject({ name: 'Maple Coffee', archivedAt: null });
  });
});

describe('the links of an archived store', () => {
  it('are forgotten by the edge too, where a copy of them stands', async () => {
    const app = await createTestApp();
    const { url } = await makeLink(app);
    const follow = async () => (await app.fetch(new Request(url))).status;
    expect(await follow()).toBe(302);
    await app.settled();
    expect(app.kv.entries.size).toBe(1);
    await app.request('DELETE', `/v1/stores/${app.store.live.id}`, { key: DEPLOYMENT_TOKEN });
    await app.settled();
    app.coldStart();
    expect(await follow()).toBe(404);
  });
});

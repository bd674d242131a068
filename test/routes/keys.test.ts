import { describe, expect, it } from 'vitest';
import { createTestApp, type TestApp } from '../support/app.ts';
import { DAY, HOUR } from '../support/clock.ts';

async function newKey(app: TestApp, body: object = {}, key = app.store.live.secretKey) {
  return app.request('POST', '/v1/keys', { key, body: { name: 'A key', scopes: ['stores:read'], ...body } });
}

async function works(app: TestApp, key: string): Promise<boolean> {
  const { status } = await app.request('GET', '/v1/store', { key });
  return status === 200;
}

describe('a new key', () => {
  it('works at once, has just its scopes, and is shown only in the answer that made it', async () => {
    const app = await createTestApp();
    const { status, body } = await newKey(app);
    expect(status).toBe(201);
    expect(body.key).toMatch(/^gw_sk_live_/);
    expect(body.hint).toBe(body.key.slice(-4));
    expect(await works(app, body.key)).toBe(true);
    const refused = await app.request('GET', '/v1/keys', { key: body.key });
    expect(refused.body.code).toBe('scope_missing');
    const { key: _, ...shown } = body;
    expect((await app.request('GET', `/v1/keys/${body.id}`)).body).toEqual(shown);
  });

  it('belongs to the side of the key that made it', async () => {
    const app = await createTestApp();
    const { body } = await newKey(app, {}, app.store.test.secretKey);
    expect(body.key).toMatch(/^gw_sk_test_/);
    expect((await app.request('GET', '/v1/store', { key: body.key })).body.id).toBe(app.store.test.id);
  });

  it('works until it expires, and not at that moment', async () => {
    const app = await createTestApp();
    const { body } = await newKey(app, { expiresAt: '2026-11-21T21:00:00+00:00' });
    expect(body.expiresAt).toBe('2026-11-21T21:00:00.000Z');
    app.clock.advance(HOUR - 1);
    expect(await works(app, body.key)).toBe(true);
    app.clock.advance(1);
    expect(await works(app, body.key)).toBe(false);
  });

  it('cannot have a scope that the key it is made with has not', async () => {
    const app = await createTestApp();
    const lesser = await newKey(app, { scopes: ['keys:write', 'links:read'] });
    const greedy = await newKey(app, { scopes: ['links:read', 'ledger:read'] }, lesser.body.key);
    expect(greedy.status).toBe(403);
    expect(greedy.body.detail).toContain('ledger:read');
    const modest = await newKey(app, { scopes: ['links:read'] }, lesser.body.key);
    expect(modest.status).toBe(201);
  });

  it.each([
    ['an unknown scope', { scopes: ['links:admin'] }, '/scopes/0'],
    ['an expiry that is past', { expiresAt: '2026-11-21T20:00:00Z' }, '/expiresAt'],
    ['an expiry on no day of the calendar', { expiresAt: '2027-02-30T00:00:00Z' }, '/expiresAt'],
    ['an expiry that is a number', { expiresAt: 1_900_000_000 }, '/expiresAt'],
    ['scopes for a publishable key', { kind: 'publishable', scopes: ['links:read'] }, '/scopes'],
    ['a kind nobody knows', { kind: 'master' }, '/kind'],
  ])('is refused with %s', async (_, body, pointer) => {
    const app = await createTestApp();
    const answer = await newKey(app, body);
    expect(answer.status).toBe(422);
    expect(answer.body.errors.map((error: { pointer: string }) => error.pointer)).toEqual([pointer]);
  });
});

describe('rotating a key', () => {
  it('lets both keys work for the overlap, with one name and the same scopes', async () => {
    const app = await createTestApp();
    const old = (await newKey(app, { name: 'Orders', scopes: ['stores:read', 'links:read'] })).body;
    const { status, body } = await app.request('POST', `/v1/keys/${old.id}/rotate`, { body: { overlapHours: 2 } });
    expect(status).toBe(201);
    expect(body).toMatchObject({ name: 'Orders', scopes: old.scopes, expiresAt: null, kind: 'secret' });
    expect(body.id).not.toBe(old.id);
    app.clock.advance(2 * HOUR - 1);
    expect([await works(app, old.key), await works(app, body.key)]).toEqual([true, true]);
    app.clock.advance(1);
    expect([await works(app, old.key), await works(app, body.key)]).toEqual([false, true]);
  });

  it('takes a day of overlap unless another is said', async () => {
    const app = await createTestApp();
    const old = (await newKey(app)).body;
    await app.request('POST', `/v1/keys/${old.id}/rotate`, { body: {} });
    const { body } = await app.request('GET', `/v1/keys/${old.id}`);
    expect(Date.parse(body.expiresAt)).toBe(app.clock.now() + DAY);
  });

  it('never lets the old key live longer than it would have', async () => {
    const app = await createTestApp();
    const old = (await newKey(app, { expiresAt: '2026-11-21T21:00:00Z' })).body;
    await app.request('POST', `/v1/keys/${old.id}/rotate`, { body: { overlapHours: 48 } });
    expect((await app.request('GET', `/v1/keys/${old.id}`)).body.expiresAt).toBe('2026-11-21T21:00:00.000Z');
  });

  it('is refused for a key that is revoked or expired', async () => {
    const app = await createTestApp();
    const revoked = (await newKey(app)).body;
    await app.request('DELETE', `/v1/keys/${revoked.id}`);
    const expired = (await newKey(app, { expiresAt: '2026-11-21T21:00:00Z' })).body;
    app.clock.advance(HOUR);
    for (const { id } of [revoked, expired]) {
      const answer = await app.request('POST', `/v1/keys/${id}/rotate`, { body: {} });
      expect(answer.status).toBe(409);
      expect(answer.body.code).toBe('invalid_transition');
    }
    expect((await app.request('GET', '/v1/keys')).body.items).toHaveLength(4);
    expect((await app.request('GET', `/v1/keys/${revoked.id}`)).body.expiresAt).toBeNull();
  });

  it('is no way to a key with more scopes than one has', async () => {
    const app = await createTestApp();
    const mighty = (await newKey(app, { scopes: ['keys:write', 'ledger:write'] })).body;
    const lesser = (await newKey(app, { scopes: ['keys:write'] })).body;
    const answer = await app.request('POST', `/v1/keys/${mighty.id}/rotate`, { key: lesser.key, body: {} });
    expect(answer.status).toBe(403);
    expect(answer.body.code).toBe('scope_missing');
  });
});

describe('revoking a key', () => {
  it('stops it at once, keeps it in the list, and changes nothing the second time', async () => {
    const app = await createTestApp();
    const key = (await newKey(app)).body;
    await app.request('DELETE', `/v1/keys/${key.id}`);
    expect(await works(app, key.key)).toBe(false);
    app.clock.advance(HOUR);
    const again = await app.request('DELETE', `/v1/keys/${key.id}`);
    expect(again.body.revokedAt).toBe('2026-11-21T20:00:00.000Z');
    const { body } = await app.request('GET', '/v1/keys');
    expect(body.items[0]).toMatchObject({ id: key.id, revokedAt: again.body.revokedAt });
  });
});

describe('the list of keys', () => {
  it('shows those of its own store and side only, and no key itself', async () => {
    const app = await createTestApp();
    await newKey(app, {}, app.store.test.secretKey);
    await newKey(app, {}, (await app.createStore('Others')).live.secretKey);
    const { body, text } = await app.request('GET', '/v1/keys');
    expect(body.items.map(({ name }: { name: string }) => name)).toEqual(['First publishable key', 'First secret key']);
    expect(text).not.toContain('gw_');
  });
});

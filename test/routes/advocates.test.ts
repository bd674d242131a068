import { and, eq } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { advocates as table } from '../../src/db/schema.ts';
import { createTestApp, type Json, type TestApp } from '../support/app.ts';
import { DAY } from '../support/clock.ts';
import { loggedErrors } from '../support/console.ts';
import { makeAdvocate, makeLink } from '../support/resources.ts';

const ANN = { customerId: 'c-1', email: 'ann@example.com', name: 'Ann' };

function enrol(app: TestApp, body: unknown = ANN, key = app.store.live.secretKey) {
  return app.request('POST', '/v1/advocates', { key, body });
}

function search(app: TestApp, email: unknown, key = app.store.live.secretKey) {
  return app.request('POST', '/v1/advocates/search', { key, body: { email } });
}

async function keyWith(app: TestApp, scopes: string[]): Promise<string> {
  return (await app.request('POST', '/v1/keys', { body: { name: 'Lesser', scopes } })).body.key;
}

async function rowOf(app: TestApp, { id }: Json) {
  const where = and(eq(table.storeId, app.store.live.id), eq(table.id, id));
  const [row] = await app.database.query.select().from(table).where(where);
  return row;
}

describe('enrolling a customer', () => {
  it('makes an advocate the first time and finds the same one the second', async () => {
    const app = await createTestApp();
    const first = await enrol(app);
    expect(first.status).toBe(201);
    expect(first.body).toMatchObject({ ...ANN, bannedAt: null, archivedAt: null });
    const second = await enrol(app);
    expect(second.status).toBe(200);
    expect(second.body).toEqual(first.body);
    expect((await app.request('GET', '/v1/advocates')).body.items).toEqual([first.body]);
  });

  it('makes one advocate of twenty requests at once', async () => {
    const app = await createTestApp();
    const answers = await Promise.all(Array.from({ length: 20 }, () => enrol(app)));
    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses).toEqual([...Array(19).fill(200), 201]);
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
    expect((await app.request('GET', '/v1/advocates')).body.items).toHaveLength(1);
  });

  it('changes what is given of a known one, takes away what is null and leaves the rest', async () => {
    const app = await createTestApp();
    const { body: before } = await enrol(app);
    app.clock.advance(DAY);
    const { body } = await enrol(app, { customerId: 'c-1', email: 'new@example.com' });
    expect(body).toEqual({ ...before, email: 'new@example.com', updatedAt: '2026-11-22T20:00:00.000Z' });
    expect((await enrol(app, { customerId: 'c-1', name: null })).body).toMatchObject({ email: body.email, name: null });
    expect((await search(app, ANN.email)).body.items).toEqual([]);
  });

  it('writes nothing when there is nothing to write', async () => {
    const app = await createTestApp();
    const { body } = await enrol(app);
    app.clock.advance(DAY);
    expect((await enrol(app, { customerId: 'c-1' })).body).toEqual(body);
  });

  it('takes two spellings of a customer id for two customers', async () => {
    const app = await createTestApp();
    await enrol(app, { customerId: 'c-1' });
    expect((await enrol(app, { customerId: 'C-1' })).status).toBe(201);
  });

  it('takes the same customer id of another store for another customer', async () => {
    const app = await createTestApp();
    const mine = await enrol(app);
    const theirs = await enrol(app, ANN, (await app.createStore('Others')).live.secretKey);
    expect(theirs.status).toBe(201);
    expect(theirs.body.id).not.toBe(mine.body.id);
  });

  it.each([
    ['no customer', {}, '/customerId'],
    ['an empty customer id', { customerId: '' }, '/customerId'],
    ['a customer id of 129 characters', { customerId: 'c'.repeat(129) }, '/customerId'],
    ['a number as customer id', { customerId: 7 }, '/customerId'],
    ['a line break in the customer id', { customerId: 'c-1\r\nx' }, '/customerId'],
    ['an e-mail address as customer id', { customerId: 'ann@example.com' }, '/customerId'],
    ['two addresses in one', { ...ANN, email: 'a@b.example, c@d.example' }, '/email'],
    ['an address without a host', { ...ANN, email: 'ann@' }, '/email'],
    ['an address with a character that cannot be seen', { ...ANN, email: 'an\u200bn@example.com' }, '/email'],
    ['an address of 255 characters', { ...ANN, email: `${'a'.repeat(243)}@example.com` }, '/email'],
    ['a name of blanks', { ...ANN, name: '   ' }, '/name'],
    ['a ban', { ...ANN, banned: true }, '/banned'],
    ['an id of its own', { ...ANN, id: 'adv_01kar7b2e5f3v8t9w0x1y2z3a4' }, '/id'],
  ])('is refused with %s', async (_, body, pointer) => {
    const app = await createTestApp();
    const answer = await enrol(app, body);
    expect(answer.status).toBe(422);
    expect(answer.body.errors.map((error: Json) => error.pointer)).toContain(pointer);
    expect((await app.request('GET', '/v1/advocates')).body.items).toEqual([]);
  });
});

describe('what is personal', () => {
  it('is told only to keys that may read it', async () => {
    const app = await createTestApp();
    const { body } = await enrol(app);
    const key = await keyWith(app, ['advocates:read', 'advocates:write']);
    const { email, name, ...plain } = body;
    expect((await app.request('GET', `/v1/advocates/${body.id}`, { key })).body).toEqual(plain);
    expect((await app.request('GET', '/v1/advocates', { key })).body.items).toEqual([plain]);
    expect((await search(app, ANN.email, key)).body.items).toEqual([plain]);
    expect((await enrol(app, ANN, key)).text).not.toContain('example.com');
  });

  it('stands in the database sealed or digested only, and differently for the same address', async () => {
    const app = await createTestApp();
    const one = await rowOf(app, (await enrol(app)).body);
    const two = await rowOf(app, (await enrol(app, { ...ANN, customerId: 'c-2' })).body);
    expect(JSON.stringify([one, two])).not.toMatch(/ann@|Ann|example/);
    expect(one?.emailDigest).toBe(two?.emailDigest);
    expect(one?.sealedEmail).not.toBe(two?.sealedEmail);
  });

  it('has a digest that says nothing in another store', async () => {
    const app = await createTestApp();
    const live = (await enrol(app)).body;
    await enrol(app, ANN, app.store.test.secretKey);
    const rows = await app.database.query.select().from(table);
    expect(new Set(rows.map(({ emailDigest }) => emailDigest)).size).toBe(2);
    expect(new Set(rows.map(({ customerDigest }) => customerDigest)).size).toBe(2);
    expect((await search(app, ANN.email)).body.items).toEqual([live]);
  });

  it('cannot be moved from one row to another', async () => {
    const app = await createTestApp();
    const ann = (await enrol(app)).body;
    const eve = (await enrol(app, { customerId: 'c-2', email: 'eve@example.com' })).body;
    const { sealedEmail } = (await rowOf(app, ann)) ?? {};
    await app.database.query.update(table).set({ sealedEmail }).where(eq(table.id, eve.id));
    const answer = await app.request('GET', `/v1/advocates/${eve.id}`);
    expect(answer.status).toBe(500);
    expect(loggedErrors()).toHaveLength(1);
    expect(answer.text).not.toContain('ann@');
  });
});

describe('finding advocates', () => {
  it('by e-mail finds every account of the mailbox, however it is spelt', async () => {
    const app = await createTestApp();
    const one = (await enrol(app, { customerId: 'c-1', email: 'Ann.Smith+shop@gmail.com' })).body;
    const two = (await enrol(app, { customerId: 'c-2', email: 'annsmith@googlemail.com' })).body;
    await enrol(app, { customerId: 'c-3', email: 'annsmith@example.com' });
    await enrol(app, { customerId: 'c-4' });
    expect((await search(app, 'annsmith@gmail.com')).body.items).toEqual([two, one]);
    expect((await search(app, 'nobody@gmail.com')).body.items).toEqual([]);
    expect((await search(app, null)).status).toBe(422);
    expect((await search(app, '')).status).toBe(422);
  });

  it('by e-mail is not offered on a URL', async () => {
    const app = await createTestApp();
    const answer = await app.request('GET', '/v1/advocates?email=ann@example.com');
    expect([answer.status, answer.body.code]).toEqual([422, 'query_invalid']);
  });

  it('by customer id finds the one', async () => {
    const app = await createTestApp();
    const { body } = await enrol(app);
    await enrol(app, { customerId: 'c-10' });
    expect((await app.request('GET', '/v1/advocates?customerId=c-1')).body.items).toEqual([body]);
    expect((await app.request('GET', '/v1/advocates?customerId=c-11')).body.items).toEqual([]);
  });

  it('goes page by page, newest first', async () => {
    const app = await createTestApp();
    const made = [];
    for (let count = 0; count < 3; count += 1) made.unshift(await makeAdvocate(app));
    const first = await app.request('GET', '/v1/advocates?limit=2');
    const second = await app.request('GET', `/v1/advocates?limit=2&cursor=${first.body.nextCursor}`);
    expect([...first.body.items, ...second.body.items]).toEqual(made);
    expect(second.body.nextCursor).toBeNull();
  });
});

describe('changing an advocate', () => {
  it('changes what is given and finds them by the new address', async () => {
    const app = await createTestApp();
    const { body: before } = await enrol(app);
    app.clock.advance(DAY);
    const { body } = await app.request('PATCH', `/v1/advocates/${before.id}`, { body: { email: 'new@example.com' } });
    expect(body).toEqual({ ...before, email: 'new@example.com', updatedAt: '2026-11-22T20:00:00.000Z' });
    expect((await search(app, 'new@example.com')).body.items).toEqual([body]);
    expect((await search(app, ANN.email)).body.items).toEqual([]);
  });

  it('bans and pardons, and a ban that is repeated keeps its first time', async () => {
    const app = await createTestApp();
    const { id } = await makeAdvocate(app);
    const ban = (banned: boolean) => app.request('PATCH', `/v1/advocates/${id}`, { body: { banned } });
    const first = await ban(true);
    expect(first.body.bannedAt).toBe('2026-11-21T20:00:00.000Z');
    app.clock.advance(DAY);
    expect((await ban(true)).body.bannedAt).toBe(first.body.bannedAt);
    expect((await ban(false)).body.bannedAt).toBeNull();
  });

  it('never changes whose account it is', async () => {
    const app = await createTestApp();
    const { id } = await makeAdvocate(app);
    const answer = await app.request('PATCH', `/v1/advocates/${id}`, { body: { customerId: 'c-2' } });
    expect(answer.body.errors[0].pointer).toBe('/customerId');
  });
});

describe('archiving an advocate', () => {
  it('closes their links at once, and enrolling the customer again opens them', async () => {
    const app = await createTestApp();
    const link = await makeLink(app);
    await app.settled();
    const follow = async () => (await app.fetch(new Request(link.url, { redirect: 'manual' }))).status;
    expect(await follow()).toBe(302);
    const archived = await app.request('DELETE', `/v1/advocates/${link.advocateId}`);
    expect(archived.body.archivedAt).toBe('2026-11-21T20:00:00.000Z');
    await app.settled();
    expect(await follow()).toBe(410);
    app.coldStart();
    expect(await follow()).toBe(410);
    // Newer than any copy of before that is still on its way through KV.
    expect((await app.request('GET', `/v1/links/${link.id}`)).body.version).toBe(2);

    const { customerId } = archived.body;
    const again = await enrol(app, { customerId });
    expect([again.status, again.body.id, again.body.archivedAt]).toEqual([200, link.advocateId, null]);
    await app.settled();
    expect(await follow()).toBe(302);
    app.coldStart();
    expect(await follow()).toBe(302);
  });

  it('keeps its first time and stays readable', async () => {
    const app = await createTestApp();
    const { id } = await makeAdvocate(app);
    const { body } = await app.request('DELETE', `/v1/advocates/${id}`);
    app.clock.advance(DAY);
    expect((await app.request('DELETE', `/v1/advocates/${id}`)).body).toEqual(body);
    expect((await app.request('GET', `/v1/advocates/${id}`)).body).toEqual(body);
    expect((await app.request('GET', '/v1/advocates')).body.items).toEqual([body]);
  });
});

describe('advocates of another store', () => {
  it('are as unknown, to the other side of the same store too', async () => {
    const app = await createTestApp();
    const ann = (await enrol(app)).body;
    const others = await app.createStore('Others');
    for (const { secretKey: key } of [others.live, app.store.test]) {
      for (const [method, body] of [['GET'], ['PATCH', { banned: true }], ['DELETE']] as const) {
        const answer = await app.request(method, `/v1/advocates/${ann.id}`, { key, body });
        expect([answer.status, answer.body.code]).toEqual([404, 'advocate_not_found']);
      }
      expect((await app.request('GET', '/v1/advocates', { key })).body.items).toEqual([]);
      expect((await search(app, ANN.email, key)).body.items).toEqual([]);
    }
    expect((await app.request('GET', `/v1/advocates/${ann.id}`)).body).toEqual(ann);
  });
});

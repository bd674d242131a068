import { and, eq } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { codes as codeTable } from '../../src/db/schema.ts';
import { createTestApp, type Json, ORIGIN, type TestApp } from '../support/app.ts';
import { DAY, HOUR } from '../support/clock.ts';
import { makeAdvocate, makeLink, makeProgram } from '../support/resources.ts';

async function parents(app: TestApp) {
  return { programId: (await makeProgram(app)).id, advocateId: (await makeAdvocate(app)).id };
}

function post(app: TestApp, body: object, key = app.store.live.secretKey) {
  return app.request('POST', '/v1/links', { key, body });
}

function patch(app: TestApp, { id }: Json, body: object) {
  return app.request('PATCH', `/v1/links/${id}`, { body });
}

function pointers(answer: { body: Json }): string[] {
  return answer.body.errors.map((error: { pointer: string }) => error.pointer);
}

/** A page of that many characters for each of the countries. */
function pages(codes: string, length: number): Record<string, string> {
  return Object.fromEntries(codes.split(' ').map((code) => [code, 'https://shop.example/'.padEnd(length, 'x')]));
}

async function follow(app: TestApp, code: string): Promise<string> {
  const response = await app.fetch(new Request(`${ORIGIN}/${code}`, { redirect: 'manual' }));
  return response.headers.get('Location')?.replace(/[?&]gw=.*/, '') ?? String(response.status);
}

async function ownerOf(app: TestApp, code: string): Promise<string | undefined> {
  const where = and(eq(codeTable.host, 'go.example.com'), eq(codeTable.code, code));
  const [row] = await app.database.query.select().from(codeTable).where(where);
  return row?.linkId;
}

describe('a new link', () => {
  it('gets a code that is easy to read out, works at once, and reads as it was answered', async () => {
    const app = await createTestApp();
    const { status, body } = await post(app, await parents(app));
    expect(status).toBe(201);
    expect(body.code).toMatch(/^[2-9a-hjkmnp-z]{10}$/);
    expect(body).toMatchObject({
      url: `${ORIGIN}/${body.code}`,
      formerCodes: [],
      destination: null,
      enabled: true,
      version: 1,
    });
    expect(await follow(app, body.code)).toBe('https://shop.example/welcome');
    expect((await app.request('GET', `/v1/links/${body.id}`)).body).toEqual(body);
  });

  it('can be found although its code was asked for before it was made', async () => {
    const app = await createTestApp();
    expect(await follow(app, 'ann')).toBe('404');
    await post(app, { ...(await parents(app)), code: 'ann' });
    await app.settled();
    expect(await follow(app, 'ann')).toBe('https://shop.example/welcome');
  });

  it('leads where it says, on a host that the program allows', async () => {
    const app = await createTestApp();
    const of = await parents(app);
    const { body } = await post(app, { ...of, destination: 'https://shop.example/tea' });
    expect(await follow(app, body.code)).toBe('https://shop.example/tea');
    const evil = await post(app, { ...of, destination: 'https://evil.example/tea' });
    expect([evil.status, evil.body.code, pointers(evil)]).toEqual([422, 'destination_not_allowed', ['/destination']]);
  });

  it.each([
    ['in capitals', 'Ann'],
    ['too short', 'ab'],
    ['too long', 'a'.repeat(33)],
    ['with a dot', 'ann.b'],
    ['with a slash', 'ann/b'],
    ['with a letter that only looks like a', '\u0430nn'],
    ['that is a path of ours', 'openapi'],
    ['that is an offence in digits', 'fuck-y0u'],
    ['that ends with a hyphen', 'ann-'],
  ])('is refused a code %s', async (_, code) => {
    const app = await createTestApp();
    const answer = await post(app, { ...(await parents(app)), code });
    expect([answer.status, pointers(answer)]).toEqual([422, ['/code']]);
  });

  it('ends after it starts', async () => {
    const app = await createTestApp();
    const of = await parents(app);
    const at = '2026-12-01T00:00:00Z';
    const answer = await post(app, { ...of, startsAt: at, endsAt: at });
    expect([answer.status, pointers(answer)]).toEqual([422, ['/endsAt']]);
    const { body } = await post(app, { ...of, startsAt: at, endsAt: '2026-12-01T02:00:00.5+01:00' });
    expect([body.startsAt, body.endsAt]).toEqual(['2026-12-01T00:00:00.000Z', '2026-12-01T01:00:00.500Z']);
  });

  it('takes rules, reads as it was answered, and gives them up again', async () => {
    const app = await createTestApp();
    const rules = {
      countries: { DE: 'https://shop.example/de', CH: 'https://shop.example/ch' },
      utm: { source: 'goodword', campaign: 'spring' },
      maxClicks: 100,
    };
    const { body } = await post(app, { ...(await parents(app)), ...rules });
    expect(body).toMatchObject(rules);
    expect((await app.request('GET', `/v1/links/${body.id}`)).body).toEqual(body);
    const none = { countries: null, utm: null, maxClicks: null };
    expect((await patch(app, body, none)).body).toMatchObject(none);
    expect(await makeLink(app)).toMatchObject(none);
  });

  it.each([
    ['a country that is none', { countries: { UK: 'https://shop.example/uk' } }, '/countries/UK'],
    ['a country in small letters', { countries: { de: 'https://shop.example/de' } }, '/countries/de'],
    ['a country of another host', { countries: { DE: 'https://evil.example/' } }, '/countries/DE'],
    ['a country of a script', { countries: { DE: 'javascript:alert(1)' } }, '/countries/DE'],
    ['more of countries than fits at the edge', { countries: pages('DE FR IT ES PT', 1700) }, '/countries'],
    ['a parameter that is unknown', { utm: { id: '1' } }, '/utm/id'],
    ['a parameter of two lines', { utm: { source: 'a\nb' } }, '/utm/source'],
    ['no clicks at all', { maxClicks: 0 }, '/maxClicks'],
    ['half a click', { maxClicks: 1.5 }, '/maxClicks'],
    ['too many clicks', { maxClicks: 1_000_000_001 }, '/maxClicks'],
  ])('is refused %s', async (_, rule, pointer) => {
    const app = await createTestApp();
    const of = await parents(app);
    const answer = await post(app, { ...of, ...rule });
    expect([answer.status, pointers(answer)]).toEqual([422, [pointer]]);
    const { body: link } = await post(app, of);
    expect(pointers(await patch(app, link, rule))).toEqual([pointer]);
  });

  it('has fifty countries at most', async () => {
    const app = await createTestApp();
    const of = await parents(app);
    const codes = 'AD AE AF AG AI AL AM AO AR AT AU AW AZ BA BB BD BE BF BG BH BI BJ BM BN BO BR BS BT BW BY';
    const more = 'BZ CA CD CF CG CH CI CL CM CN CO CR CU CV CY CZ DE DJ DK DM';
    expect((await post(app, { ...of, countries: pages(`${codes} ${more}`, 30) })).status).toBe(201);
    expect(pointers(await post(app, { ...of, countries: pages(`${codes} ${more} FR`, 30) }))).toEqual(['/countries']);
  });

  it('needs a program and an advocate of its own store', async () => {
    const app = await createTestApp();
    const mine = await parents(app);
    const theirs = { programId: '', advocateId: '' };
    const others = await app.createStore('Others');
    theirs.programId = (await makeProgram(app, others.live)).id;
    theirs.advocateId = (await makeAdvocate(app, others.live)).id;
    const foreignProgram = await post(app, { ...mine, programId: theirs.programId });
    expect([foreignProgram.status, foreignProgram.body.code]).toEqual([404, 'program_not_found']);
    expect(pointers(foreignProgram)).toEqual(['/programId']);
    const foreignAdvocate = await post(app, { ...mine, advocateId: theirs.advocateId });
    expect([foreignAdvocate.status, foreignAdvocate.body.code]).toEqual([404, 'advocate_not_found']);
    expect(pointers(await post(app, { ...mine, programId: mine.advocateId }))).toEqual(['/programId']);
    expect((await app.request('GET', '/v1/links')).body.items).toEqual([]);
  });

  it('is refused for an archived program or advocate, and made for paused and banned ones', async () => {
    const app = await createTestApp();
    const of = await parents(app);
    await app.request('PATCH', `/v1/programs/${of.programId}`, { body: { status: 'paused' } });
    await app.request('PATCH', `/v1/advocates/${of.advocateId}`, { body: { banned: true } });
    expect((await post(app, of)).status).toBe(201);
    await app.request('DELETE', `/v1/advocates/${of.advocateId}`);
    expect((await post(app, of)).body.code).toBe('invalid_transition');
    await app.request('DELETE', `/v1/programs/${of.programId}`);
    expect((await post(app, of)).body.code).toBe('program_archived');
  });
});

describe('a code', () => {
  it('goes to one of twenty who want it at once', async () => {
    const app = await createTestApp();
    const of = await parents(app);
    const answers = await Promise.all(Array.from({ length: 20 }, () => post(app, { ...of, code: 'maple' })));
    const won = answers.filter(({ status }) => status === 201);
    expect(won).toHaveLength(1);
    const lost = answers.filter(({ status, body }) => status === 409 && body.code === 'code_taken');
    expect(lost).toHaveLength(19);
    expect((await app.request('GET', '/v1/links')).body.items).toEqual([won[0]?.body]);
    expect(await ownerOf(app, 'maple')).toBe(won[0]?.body.id);
  });

  it('is taken for every store of the host, and says nothing of whose it is', async () => {
    const app = await createTestApp();
    await makeLink(app, app.store.live, { code: 'maple' });
    const others = await app.createStore('Others');
    const of = {
      programId: (await makeProgram(app, others.live)).id,
      advocateId: (await makeAdvocate(app, others.live)).id,
    };
    const answer = await post(app, { ...of, code: 'maple' }, others.live.secretKey);
    expect([answer.status, answer.body.code]).toEqual([409, 'code_taken']);
    expect(answer.text).not.toMatch(/lnk_|sto_/);
  });
});

describe('a link with a new code', () => {
  it('is led to by the old codes too, and can have them back', async () => {
    const app = await createTestApp();
    const link = await makeLink(app, app.store.live, { code: 'ann' });
    const second = await patch(app, link, { code: 'ann-maple' });
    expect(second.body).toMatchObject({
      code: 'ann-maple',
      url: `${ORIGIN}/ann-maple`,
      formerCodes: ['ann'],
      version: 2,
    });
    await app.settled();
    app.coldStart();
    for (const code of ['ann', 'ann-maple']) expect(await follow(app, code)).toBe('https://shop.example/welcome');
    const back = await patch(app, link, { code: 'ann' });
    expect(back.body).toMatchObject({ code: 'ann', formerCodes: ['ann-maple'], version: 3 });
    expect((await app.request('GET', `/v1/links/${link.id}`)).body).toEqual(back.body);
    expect([await ownerOf(app, 'ann'), await ownerOf(app, 'ann-maple')]).toEqual([link.id, link.id]);
  });

  it('changes at the edge everything that is behind any of its codes', async () => {
    const app = await createTestApp();
    const link = await makeLink(app, app.store.live, { code: 'ann' });
    await patch(app, link, { code: 'ann-maple' });
    await patch(app, link, { destination: 'https://shop.example/tea' });
    await app.settled();
    app.coldStart();
    for (const code of ['ann', 'ann-maple']) expect(await follow(app, code)).toBe('https://shop.example/tea');
  });

  it('cannot take a code that another link has or had', async () => {
    const app = await createTestApp();
    const ann = await makeLink(app, app.store.live, { code: 'ann' });
    await patch(app, ann, { code: 'ann-maple' });
    const bob = await makeLink(app, app.store.live, { code: 'bob' });
    for (const code of ['ann', 'ann-maple']) {
      const answer = await patch(app, bob, { code, destination: 'https://shop.example/tea' });
      expect([answer.status, answer.body.code]).toEqual([409, 'code_taken']);
    }
    expect((await app.request('GET', `/v1/links/${bob.id}`)).body).toEqual(bob);
  });

  it('keeps every code that it was given by requests at once, and shows one of them', async () => {
    const app = await createTestApp();
    const link = await makeLink(app, app.store.live, { code: 'ann' });
    const wanted = ['ann-one', 'ann-two', 'ann-three'];
    const answers = await Promise.all(wanted.map((code) => patch(app, link, { code })));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    const { body } = await app.request('GET', `/v1/links/${link.id}`);
    expect([body.code, ...body.formerCodes].sort()).toEqual(['ann', ...wanted].sort());
    expect(body.version).toBe(4);
  });

  it('has one code of that name when it is asked for the same one at once', async () => {
    const app = await createTestApp();
    const link = await makeLink(app, app.store.live, { code: 'ann' });
    const answers = await Promise.all([1, 2, 3].map(() => patch(app, link, { code: 'ann-maple' })));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect((await app.request('GET', `/v1/links/${link.id}`)).body.formerCodes).toEqual(['ann']);
  });

  it('has twenty codes at most over its life', async () => {
    const app = await createTestApp();
    const link = await makeLink(app, app.store.live, { code: 'ann-1' });
    for (let count = 2; count <= 20; count += 1) await patch(app, link, { code: `ann-${count}` });
    const more = await patch(app, link, { code: 'ann-21' });
    expect([more.status, more.body.code]).toEqual([409, 'invalid_transition']);
    expect((await patch(app, link, { code: 'ann-1' })).body.formerCodes).toHaveLength(19);
  });
});

describe('changing a link', () => {
  it('leaves what is not given', async () => {
    const app = await createTestApp();
    const link = await makeLink(app, app.store.live, {
      destination: 'https://shop.example/tea',
      endsAt: '2026-12-01T00:00:00Z',
    });
    app.clock.advance(HOUR);
    const { body } = await patch(app, link, { endsAt: null });
    expect(body).toEqual({ ...link, endsAt: null, version: 2, updatedAt: '2026-11-21T21:00:00.000Z' });
    expect((await app.request('GET', `/v1/links/${link.id}`)).body).toEqual(body);
  });

  it('opens and closes it at the edge, at once where it was changed', async () => {
    const app = await createTestApp();
    const link = await makeLink(app);
    await app.settled();
    expect(await follow(app, link.code)).toBe('https://shop.example/welcome');
    await patch(app, link, { enabled: false });
    await app.settled();
    expect(await follow(app, link.code)).toBe('410');
    await patch(app, link, { enabled: true });
    await app.settled();
    expect(await follow(app, link.code)).toBe('https://shop.example/welcome');
  });

  it('compares a new end with the start that stands', async () => {
    const app = await createTestApp();
    const link = await makeLink(app, app.store.live, { startsAt: '2026-12-01T00:00:00Z' });
    expect(pointers(await patch(app, link, { endsAt: '2026-11-30T00:00:00Z' }))).toEqual(['/endsAt']);
  });

  it('is possible while its own destination is no longer allowed, which then leads to that of the program', async () => {
    const app = await createTestApp();
    const { id: programId } = await makeProgram(app, app.store.live, { allowedHosts: ['shop.example', 'tea.example'] });
    const link = await makeLink(app, app.store.live, { programId, destination: 'https://tea.example/' });
    await app.request('PATCH', `/v1/programs/${programId}`, { body: { allowedHosts: ['shop.example'] } });
    expect((await patch(app, link, { endsAt: '2026-12-01T00:00:00Z' })).status).toBe(200);
    expect((await patch(app, link, { destination: 'https://tea.example/' })).body.code).toBe('destination_not_allowed');
    await app.settled();
    expect(await follow(app, link.code)).toBe('https://shop.example/welcome');
  });

  it('is refused where the program or the advocate is archived, or the field is not to be changed', async () => {
    const app = await createTestApp();
    const one = await makeLink(app);
    expect(pointers(await patch(app, one, { programId: one.programId }))).toEqual(['/programId']);
    await app.request('DELETE', `/v1/programs/${one.programId}`);
    expect((await patch(app, one, { enabled: true })).body.code).toBe('program_archived');
    const two = await makeLink(app);
    await app.request('DELETE', `/v1/advocates/${two.advocateId}`);
    expect((await patch(app, two, { enabled: true })).body.code).toBe('invalid_transition');
  });

  it('reaches the edge by the cron if it could not at once', async () => {
    const app = await createTestApp();
    const link = await makeLink(app, app.store.live, { code: 'ann' });
    await app.settled();
    app.kv.failing = true;
    await patch(app, link, { destination: 'https://shop.example/tea' });
    await app.settled();
    app.kv.failing = false;
    app.coldStart();
    expect(app.kv.entries.get('go.example.com/ann')).toContain('/welcome');
    app.clock.advance(HOUR);
    await app.cron();
    expect(app.kv.entries.get('go.example.com/ann')).toContain('/tea');
  });
});

describe('the list of links', () => {
  it('can be of one program or one advocate, newest first', async () => {
    const app = await createTestApp();
    const one = await makeLink(app);
    const two = await makeLink(app, app.store.live, { programId: one.programId });
    const three = await makeLink(app, app.store.live, { advocateId: one.advocateId });
    const list = async (query: string) => (await app.request('GET', `/v1/links${query}`)).body.items;
    expect(await list('')).toEqual([three, two, one]);
    expect(await list(`?programId=${one.programId}`)).toEqual([two, one]);
    expect(await list(`?advocateId=${one.advocateId}`)).toEqual([three, one]);
    expect(await list(`?advocateId=${one.advocateId}&programId=${one.programId}`)).toEqual([one]);
    expect((await app.request('GET', `/v1/links?programId=${one.advocateId}`)).status).toBe(422);
  });

  it('goes page by page', async () => {
    const app = await createTestApp();
    const one = await makeLink(app);
    app.clock.advance(DAY);
    const two = await makeLink(app);
    const first = await app.request('GET', '/v1/links?limit=1');
    const second = await app.request('GET', `/v1/links?limit=1&cursor=${first.body.nextCursor}`);
    expect([first.body.items, second.body.items, second.body.nextCursor]).toEqual([[two], [one], null]);
  });
});

describe('links of another store', () => {
  it('are as unknown, to the other side of the same store too', async () => {
    const app = await createTestApp();
    const link = await makeLink(app);
    const others = await app.createStore('Others');
    for (const { secretKey: key } of [others.live, app.store.test]) {
      for (const [method, body] of [['GET'], ['PATCH', { enabled: false }]] as const) {
        const answer = await app.request(method, `/v1/links/${link.id}`, { key, body });
        expect([answer.status, answer.body.code]).toEqual([404, 'link_not_found']);
      }
      const { body } = await app.request('GET', `/v1/links?programId=${link.programId}`, { key });
      expect(body.items).toEqual([]);
    }
    expect((await app.request('GET', `/v1/links/${link.id}`)).body).toEqual(link);
  });
});

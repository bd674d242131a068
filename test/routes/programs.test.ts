import { eq } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { rules as ruleTable } from '../../src/db/schema.ts';
import { createTestApp, type Json, type TestApp } from '../support/app.ts';
import { DAY } from '../support/clock.ts';
import { makeLink, makeProgram, PROGRAM } from '../support/resources.ts';

const FIXED = { side: 'friend', trigger: 'purchase', kind: 'coupon', value: { type: 'fixed', amounts: { USD: 500 } } };

function post(app: TestApp, body: object) {
  return app.request('POST', '/v1/programs', { body: { ...PROGRAM, ...body } });
}

function patch(app: TestApp, id: string, body: object) {
  return app.request('PATCH', `/v1/programs/${id}`, { body });
}

function pointers(answer: { body: Json }): string[] {
  return answer.body.errors.map((error: { pointer: string }) => error.pointer);
}

/** Where a friend who follows the link is sent. */
async function follow(app: TestApp, url: string): Promise<string> {
  const response = await app.fetch(new Request(url, { redirect: 'manual' }));
  const location = response.headers.get('Location');
  return location === null ? String(response.status) : location.replace(/[?&]gw=.*/, '');
}

describe('a new program', () => {
  it('has the documented defaults, and reads as it was answered', async () => {
    const app = await createTestApp();
    const { status, body } = await post(app, { rules: [FIXED] });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      status: 'active',
      fallbackUrl: null,
      model: 'last_touch',
      attributionWindowDays: 30,
      qualificationWindowDays: 90,
      timeZone: 'UTC',
      utm: null,
      clickDurability: 'fast',
      version: 1,
    });
    expect(body.rules).toEqual([
      {
        ...FIXED,
        id: body.rules[0].id,
        version: 1,
        minOrder: {},
        holdDays: 14,
        approval: 'automatic',
        newFriendsOnly: true,
        limitPerAdvocate: null,
        refundThresholdBasisPoints: 5000,
        priority: 0,
      },
    ]);
    expect((await app.request('GET', `/v1/programs/${body.id}`)).body).toEqual(body);
  });

  it('takes a time zone, parameters and durability, and gives them up again', async () => {
    const app = await createTestApp();
    const terms = { timeZone: 'America/Sao_Paulo', utm: { medium: 'referral' }, clickDurability: 'strict' };
    const { body } = await post(app, terms);
    expect(body).toMatchObject(terms);
    expect((await app.request('GET', `/v1/programs/${body.id}`)).body).toEqual(body);
    const usual = { timeZone: 'UTC', utm: null, clickDurability: 'fast' };
    expect((await patch(app, body.id, usual)).body).toMatchObject(usual);
  });

  it.each([
    ['no time zone', { timeZone: 'Europe/Atlantis' }, '/timeZone'],
    ['a time zone of two meanings', { timeZone: 'IST' }, '/timeZone'],
    ['an offset', { timeZone: '+01:00' }, '/timeZone'],
    ['an empty parameter', { utm: { source: '' } }, '/utm/source'],
    ['another durability', { clickDurability: 'eventual' }, '/clickDurability'],
  ])('is refused with %s', async (_, terms, pointer) => {
    const app = await createTestApp();
    const answer = await post(app, terms);
    expect([answer.status, pointers(answer)]).toEqual([422, [pointer]]);
  });

  it('spells the hosts as URLs do, and each once', async () => {
    const app = await createTestApp();
    const { body } = await post(app, {
      allowedHosts: ['SHOP.example', 'shop.example', 'bücher.example', 'localhost:8788'],
    });
    expect(body.allowedHosts).toEqual(['shop.example', 'xn--bcher-kva.example', 'localhost:8788']);
  });

  it('may lead to plain http on this machine alone', async () => {
    const app = await createTestApp();
    const local = await post(app, { destination: 'http://localhost:3000/shop', allowedHosts: ['localhost:3000'] });
    expect(local.status).toBe(201);
    const plain = await post(app, { destination: 'http://shop.example/' });
    expect(plain.body.code).toBe('destination_not_allowed');
  });

  it.each([
    ['of another host', 'https://evil.example/'],
    ['of another port', 'https://shop.example:8443/'],
    ['of a host below an allowed one', 'https://x.shop.example/'],
    ['of a host that begins like an allowed one', 'https://shop.example.evil.example/'],
    ['with a user name that looks like the host', 'https://shop.example@evil.example/'],
    ['with a password', 'https://shop.example:secret@shop.example/'],
    ['with a backslash', 'https://shop.example\\@evil.example/'],
    ['with a line break', 'https://shop.example/\r\nSet-Cookie: a=b'],
    ['that is a script', 'javascript:alert(1)'],
    ['without a scheme', '//shop.example/'],
  ])('refuses a destination and a fallback %s', async (_, url) => {
    const app = await createTestApp();
    const answer = await post(app, { destination: url, fallbackUrl: url });
    expect([answer.status, answer.body.code]).toEqual([422, 'destination_not_allowed']);
    expect(pointers(answer)).toEqual(['/destination', '/fallbackUrl']);
  });

  it.each([
    ['*.example'],
    ['https://shop.example'],
    ['shop.example/path'],
    ['user@shop.example'],
    ['shop.example '],
    ['[::1]'],
    [''],
    ['shop.example:99999'],
  ])('refuses %j as an allowed host', async (host) => {
    const app = await createTestApp();
    expect(pointers(await post(app, { allowedHosts: ['shop.example', host] }))).toContain('/allowedHosts/1');
  });

  const percent = { ...FIXED, value: { type: 'percent', basisPoints: 1000 } };
  it.each([
    ['a percentage of a sign-up', { ...percent, trigger: 'sign_up' }, '/rules/0/value'],
    ['a least order for a sign-up', { ...FIXED, trigger: 'sign_up', minOrder: { USD: 1 } }, '/rules/0/minOrder'],
    [
      'more than everything',
      { ...FIXED, value: { type: 'percent', basisPoints: 10_001 } },
      '/rules/0/value/basisPoints',
    ],
    ['part of a basis point', { ...FIXED, value: { type: 'percent', basisPoints: 1.5 } }, '/rules/0/value/basisPoints'],
    ['a value of no kind', { ...FIXED, value: { type: 'half' } }, '/rules/0/value/type'],
    [
      'amounts beside a percentage',
      { ...FIXED, value: { ...percent.value, amounts: { USD: 1 } } },
      '/rules/0/value/amounts',
    ],
    ['no amount at all', { ...FIXED, value: { type: 'fixed', amounts: {} } }, '/rules/0/value/amounts'],
    ['nothing as an amount', { ...FIXED, value: { type: 'fixed', amounts: { USD: 0 } } }, '/rules/0/value/amounts/USD'],
    [
      'a debt as an amount',
      { ...FIXED, value: { type: 'fixed', amounts: { USD: -500 } } },
      '/rules/0/value/amounts/USD',
    ],
    [
      'a fraction of a cent',
      { ...FIXED, value: { type: 'fixed', amounts: { USD: 4.99 } } },
      '/rules/0/value/amounts/USD',
    ],
    [
      'text as an amount',
      { ...FIXED, value: { type: 'fixed', amounts: { USD: '500' } } },
      '/rules/0/value/amounts/USD',
    ],
    [
      'a currency in small letters',
      { ...FIXED, value: { type: 'fixed', amounts: { usd: 5 } } },
      '/rules/0/value/amounts/usd',
    ],
    ['a currency nobody has', { ...FIXED, minOrder: { ZZZ: 5 } }, '/rules/0/minOrder/ZZZ'],
    ['a hold that is too long', { ...FIXED, holdDays: 91 }, '/rules/0/holdDays'],
    ['a limit of none', { ...FIXED, limitPerAdvocate: 0 }, '/rules/0/limitPerAdvocate'],
    ['a field nobody knows', { ...FIXED, max_amount: 5 }, '/rules/0/max_amount'],
    ['an id of its own', { ...FIXED, id: 'rul_01kar7b2e5f3v8t9w0x1y2z3a5' }, '/rules/0/id'],
  ])('refuses a rule with %s', async (_, rule, pointer) => {
    const app = await createTestApp();
    const answer = await post(app, { rules: [rule] });
    expect([answer.status, answer.body.code]).toEqual([422, 'body_invalid']);
    expect(pointers(answer)).toEqual([pointer]);
    expect((await app.request('GET', '/v1/programs')).body.items).toEqual([]);
  });

  it('takes 20 rules and no more', async () => {
    const app = await createTestApp();
    expect((await post(app, { rules: Array(20).fill(FIXED) })).body.rules).toHaveLength(20);
    expect(pointers(await post(app, { rules: Array(21).fill(FIXED) }))).toEqual(['/rules']);
  });

  it('is one program however often the request is sent under one Idempotency-Key', async () => {
    const app = await createTestApp();
    const send = () =>
      app.request('POST', '/v1/programs', { body: PROGRAM, headers: { 'Idempotency-Key': 'a-program' } });
    const first = await send();
    expect((await send()).body).toEqual(first.body);
    expect((await app.request('GET', '/v1/programs')).body.items).toHaveLength(1);
  });
});

describe('changing a program', () => {
  it('leaves what is not given', async () => {
    const app = await createTestApp();
    const before = await makeProgram(app);
    app.clock.advance(DAY);
    const { body } = await patch(app, before.id, { name: 'New name', qualificationWindowDays: null });
    expect(body).toEqual({
      ...before,
      name: 'New name',
      qualificationWindowDays: null,
      version: 2,
      updatedAt: '2026-11-22T20:00:00.000Z',
    });
    expect((await app.request('GET', `/v1/programs/${before.id}`)).body).toEqual(body);
  });

  it('keeps a rule that is sent as it was answered, and makes a new version of one that is not', async () => {
    const app = await createTestApp();
    const { id, rules } = await makeProgram(app);
    const [kept, changed] = rules;
    app.clock.advance(DAY);
    const { body } = await patch(app, id, { rules: [{ ...changed, holdDays: 7 }, kept] });
    expect(body.rules).toEqual([kept, { ...changed, holdDays: 7, version: 2 }]);
    expect((await app.request('GET', `/v1/programs/${id}`)).body.rules).toEqual(body.rules);
    const rows = await app.database.query.select().from(ruleTable).where(eq(ruleTable.programId, id));
    const history = rows.map(({ id, version, holdDays, retiredAt }) => ({ id, version, holdDays, retiredAt }));
    expect(history).toHaveLength(3);
    expect(history).toContainEqual({ id: kept.id, version: 1, holdDays: 14, retiredAt: null });
    expect(history).toContainEqual({ id: changed.id, version: 1, holdDays: 0, retiredAt: app.clock.now() });
    expect(history).toContainEqual({ id: changed.id, version: 2, holdDays: 7, retiredAt: null });
  });

  it('does not take another order of the currencies for a change', async () => {
    const app = await createTestApp();
    const rule = { ...FIXED, minOrder: { USD: 1, EUR: 2 } };
    const { id, rules } = await makeProgram(app, app.store.live, { rules: [rule] });
    const { body } = await patch(app, id, { rules: [{ ...rules[0], minOrder: { EUR: 2, USD: 1 } }] });
    expect(body.rules[0].version).toBe(1);
  });

  it('ends a rule that is left out and begins one that has no id', async () => {
    const app = await createTestApp();
    const { id, rules } = await makeProgram(app);
    const { body } = await patch(app, id, { rules: [FIXED] });
    expect(body.rules).toHaveLength(1);
    expect(rules.map((rule: Json) => rule.id)).not.toContain(body.rules[0].id);
    expect((await patch(app, id, { rules: [] })).body.rules).toEqual([]);
  });

  it('knows no rule that was ended, that belongs to another program, or that is named twice', async () => {
    const app = await createTestApp();
    const { id, rules } = await makeProgram(app);
    const foreign = await makeProgram(app);
    const { body } = await patch(app, id, { rules: [rules[0]] });
    const answer = await patch(app, id, { rules: [rules[1], foreign.rules[0], rules[0], rules[0]] });
    expect([answer.status, pointers(answer)]).toEqual([422, ['/rules/0/id', '/rules/1/id', '/rules/3/id']]);
    expect((await app.request('GET', `/v1/programs/${id}`)).body).toEqual(body);
  });

  it('cannot take away the host that the destination is on', async () => {
    const app = await createTestApp();
    const { id } = await makeProgram(app);
    const answer = await patch(app, id, { allowedHosts: ['new.example'] });
    expect([answer.body.code, pointers(answer)]).toEqual(['destination_not_allowed', ['/destination']]);
    const both = await patch(app, id, { allowedHosts: ['new.example'], destination: 'https://new.example/' });
    expect(both.status).toBe(200);
  });

  it('loses no change of several that are made at once', async () => {
    const app = await createTestApp();
    const { id } = await makeProgram(app);
    const changes = [{ name: 'One' }, { attributionWindowDays: 7 }, { rules: [FIXED] }];
    const answers = await Promise.all(changes.map((change) => patch(app, id, change)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    const { body } = await app.request('GET', `/v1/programs/${id}`);
    expect(body).toMatchObject({ name: 'One', attributionWindowDays: 7, version: 4 });
    expect(body.rules).toHaveLength(1);
  });

  it('never leaves two sets of rules in force when they are changed at once', async () => {
    const app = await createTestApp();
    const { id } = await makeProgram(app);
    await Promise.all([1, 2, 3].map((priority) => patch(app, id, { rules: [{ ...FIXED, priority }] })));
    expect((await app.request('GET', `/v1/programs/${id}`)).body.rules).toHaveLength(1);
  });

  it('takes its links along, also those that the edge has seen', async () => {
    const app = await createTestApp();
    const { programId, url } = await makeLink(app);
    await app.settled();
    expect(await follow(app, url)).toBe('https://shop.example/welcome');
    await patch(app, programId, { destination: 'https://shop.example/new' });
    await app.settled();
    expect(await follow(app, url)).toBe('https://shop.example/new');
    app.coldStart();
    expect(await follow(app, url)).toBe('https://shop.example/new');
  });

  it('may set it to paused and active, and not to archived', async () => {
    const app = await createTestApp();
    const { id } = await makeProgram(app);
    expect((await patch(app, id, { status: 'paused' })).body.status).toBe('paused');
    expect((await patch(app, id, { status: 'active' })).body.status).toBe('active');
    expect(pointers(await patch(app, id, { status: 'archived' }))).toEqual(['/status']);
  });
});

describe('archiving a program', () => {
  it('is for good, closes its links, and changes nothing the second time', async () => {
    const app = await createTestApp();
    const { programId: id, url } = await makeLink(app);
    await app.settled();
    await follow(app, url);
    const { status, body } = await app.request('DELETE', `/v1/programs/${id}`);
    expect([status, body.status, body.version]).toEqual([200, 'archived', 2]);
    await app.settled();
    expect(await follow(app, url)).toBe('410');
    app.clock.advance(DAY);
    expect((await app.request('DELETE', `/v1/programs/${id}`)).body).toEqual(body);
    const change = await patch(app, id, { name: 'Again' });
    expect([change.status, change.body.code]).toEqual([409, 'program_archived']);
    expect((await app.request('GET', `/v1/programs/${id}`)).body).toEqual(body);
  });
});

describe('the list of programs', () => {
  it('goes page by page, newest first, each with its own rules', async () => {
    const app = await createTestApp();
    const made = [];
    for (const count of [0, 1, 2]) {
      made.push(await makeProgram(app, app.store.live, { rules: Array(count).fill(FIXED) }));
    }
    const first = await app.request('GET', '/v1/programs?limit=2');
    expect(first.body.items).toEqual([made[2], made[1]]);
    const second = await app.request('GET', `/v1/programs?limit=2&cursor=${first.body.nextCursor}`);
    expect(second.body).toEqual({ items: [made[0]], nextCursor: null });
  });

  it('can be of one status', async () => {
    const app = await createTestApp();
    await makeProgram(app);
    const paused = await makeProgram(app, app.store.live, { status: 'paused' });
    const { body } = await app.request('GET', '/v1/programs?status=paused');
    expect(body.items).toEqual([paused]);
    expect((await app.request('GET', '/v1/programs?status=closed')).status).toBe(422);
  });
});

describe('programs of another store', () => {
  it('are as unknown, to the other side of the same store too', async () => {
    const app = await createTestApp();
    const { id } = await makeProgram(app);
    const others = await app.createStore('Others');
    for (const { secretKey: key } of [others.live, app.store.test]) {
      for (const [method, body] of [['GET'], ['PATCH', { name: 'Mine' }], ['DELETE']] as const) {
        const answer = await app.request(method, `/v1/programs/${id}`, { key, body });
        expect([answer.status, answer.body.code]).toEqual([404, 'program_not_found']);
      }
      expect((await app.request('GET', '/v1/programs', { key })).body.items).toEqual([]);
    }
    expect((await app.request('GET', `/v1/programs/${id}`)).body).toMatchObject({ version: 1, status: 'active' });
  });
});

import { describe, expect, it } from 'vitest';
import { sourceForCallback } from '../../src/db/sources.ts';
import { createTestApp, DEPLOYMENT_TOKEN, type Json, ORIGIN, type TestApp } from '../support/app.ts';
import { DAY, HOUR } from '../support/clock.ts';
import { makeSource } from '../support/resources.ts';
import { signHmac, signStandardWebhooks } from '../support/signers.ts';

const OWN_SECRET = 'a secret of at least 24 bytes';

function post(app: TestApp, body: object) {
  return app.request('POST', '/v1/sources', { body: { name: 'Own shop', ...body } });
}

function patch(app: TestApp, { id }: Json, body: object) {
  return app.request('PATCH', `/v1/sources/${id}`, { body });
}

function rotate(app: TestApp, { id }: Json, body: object = {}) {
  return app.request('POST', `/v1/sources/${id}/rotate`, { body });
}

function pointers(answer: { body: Json }): string[] {
  return answer.body.errors.map((error: { pointer: string }) => error.pointer);
}

let messages = 0;

/** Whether a callback that is signed so is taken. */
async function takes(app: TestApp, source: Json, secret: string): Promise<boolean> {
  messages += 1;
  const body = JSON.stringify({ type: 'signup', data: { customer: { id: `friend-${messages}` } } });
  const signed = signStandardWebhooks({ secret, id: `msg_${messages}`, timestamp: app.clock.now() / 1000, body });
  const { status } = await app.request('POST', new URL(source.callbackUrl).pathname, {
    key: null,
    body,
    headers: signed,
  });
  expect([200, 401]).toContain(status);
  return status === 200;
}

describe('a new source', () => {
  it('takes callbacks signed with the secret that is shown in the answer that made it, and only there', async () => {
    const app = await createTestApp();
    const { status, body } = await post(app, { scheme: 'standard_webhooks' });
    expect(status).toBe(201);
    expect(body.callbackUrl).toBe(`${ORIGIN}/callbacks/${body.id}`);
    expect(await takes(app, body, body.secret)).toBe(true);
    const { secret, ...shown } = body;
    expect(shown).toMatchObject({ account: body.id, config: {}, enabled: true, archivedAt: null });
    expect(shown.secrets).toEqual([
      { id: body.secrets[0].id, hint: secret.slice(-4), createdAt: '2026-11-21T20:00:00.000Z', expiresAt: null },
    ]);
    const read = await app.request('GET', `/v1/sources/${body.id}`);
    expect(read.body).toEqual(shown);
    expect((await app.request('GET', '/v1/sources')).body.items).toEqual([shown]);
    expect(read.text).not.toContain(secret);
  });

  it('has a secret that differs from every other', async () => {
    const app = await createTestApp();
    const [one, two] = [await makeSource(app), await makeSource(app)];
    expect(one.secret).not.toBe(two.secret);
    expect(await takes(app, one, two.secret)).toBe(false);
  });

  it('keeps no secret in the clear', async () => {
    const app = await createTestApp();
    const { secret } = await makeSource(app, app.store.live, { scheme: 'hmac', secret: OWN_SECRET });
    const { rows } = await app.database.client.execute('select * from source_secrets');
    expect(secret).toBe(OWN_SECRET);
    expect(JSON.stringify(rows)).not.toContain(OWN_SECRET);
  });

  it('says what the scheme is set to, defaults and all, and verifies by it', async () => {
    const app = await createTestApp();
    const config = { signatureHeader: 'X-Maple-Signature', prefix: 'sha256=' };
    const { body } = await post(app, { scheme: 'hmac', config, secret: OWN_SECRET });
    expect(body.config).toMatchObject({
      signatureHeader: 'x-maple-signature',
      prefix: 'sha256=',
      hash: 'sha256',
      encoding: 'hex',
    });
    const sent = JSON.stringify({ type: 'signup', data: { customer: { id: 'friend' } } });
    const headers = signHmac({ config: body.config, secret: OWN_SECRET, body: sent });
    const answer = await app.request('POST', `/callbacks/${body.id}`, { key: null, body: sent, headers });
    expect(answer.status).toBe(200);
  });

  it.each([
    ['an unknown scheme', { scheme: 'md5' }, '/scheme'],
    ['no scheme', {}, '/scheme'],
    [
      'settings that its scheme does not have',
      { scheme: 'standard_webhooks', config: { hash: 'sha256' } },
      '/config/hash',
    ],
    ['a header of HTTP itself', { scheme: 'hmac', config: { signatureHeader: 'Host' } }, '/config/signatureHeader'],
    ['a secret of another scheme', { scheme: 'standard_webhooks', secret: OWN_SECRET }, '/secret'],
    ['a short secret', { scheme: 'hmac', secret: 'too short' }, '/secret'],
    [
      'a secret that its encoding cannot mean',
      { scheme: 'hmac', config: { secretEncoding: 'hex' }, secret: OWN_SECRET },
      '/secret',
    ],
    ['an empty secret', { scheme: 'hmac', secret: '' }, '/secret'],
    ['an account with a blank', { scheme: 'hmac', account: 'my shop' }, '/account'],
    ['an empty account', { scheme: 'hmac', account: '' }, '/account'],
    ['an account of 129 characters', { scheme: 'hmac', account: 'a'.repeat(129) }, '/account'],
    ['no name', { scheme: 'hmac', name: ' ' }, '/name'],
    ['a field nobody knows', { scheme: 'hmac', url: 'https://shop.example' }, '/url'],
  ])('is refused with %s', async (_, body, pointer) => {
    const app = await createTestApp();
    const answer = await post(app, body);
    expect([answer.status, pointers(answer)]).toEqual([422, [pointer]]);
    expect(answer.text).not.toContain(OWN_SECRET);
    expect((await app.request('GET', '/v1/sources')).body.items).toEqual([]);
  });
});

describe('rotating a secret', () => {
  it('lets the old and the new one sign for the overlap, and only the new one from then on', async () => {
    const app = await createTestApp();
    const source = await makeSource(app);
    app.clock.advance(HOUR);
    const { status, body } = await rotate(app, source, { overlapHours: 2 });
    expect(status).toBe(201);
    expect(body.secrets.map(({ hint, expiresAt }: Json) => [hint, expiresAt])).toEqual([
      [body.secret.slice(-4), null],
      [source.secret.slice(-4), '2026-11-21T23:00:00.000Z'],
    ]);
    app.clock.advance(2 * HOUR - 1000);
    expect([await takes(app, source, source.secret), await takes(app, source, body.secret)]).toEqual([true, true]);
    app.clock.advance(1000);
    expect([await takes(app, source, source.secret), await takes(app, source, body.secret)]).toEqual([false, true]);
    expect((await app.request('GET', `/v1/sources/${source.id}`)).body.secrets).toEqual([body.secrets[0]]);
  });

  it('takes a day of overlap unless another is said, and can do without', async () => {
    const app = await createTestApp();
    const source = await makeSource(app);
    const first = await rotate(app, source);
    expect(Date.parse(first.body.secrets[1].expiresAt)).toBe(app.clock.now() + DAY);
    const second = await rotate(app, source, { overlapHours: 0 });
    expect(second.body.secrets).toHaveLength(1);
    expect(await takes(app, source, first.body.secret)).toBe(false);
    expect(await takes(app, source, second.body.secret)).toBe(true);
  });

  it('never lets a secret live longer than it would have', async () => {
    const app = await createTestApp();
    const source = await makeSource(app);
    const { body } = await rotate(app, source, { overlapHours: 1 });
    const again = await rotate(app, source, { overlapHours: 100 });
    expect(again.body.secrets[2]).toEqual(body.secrets[1]);
  });

  it('takes the secret that the sender has, if the scheme can use it', async () => {
    const app = await createTestApp();
    const source = await makeSource(app, app.store.live, { scheme: 'hmac', config: { secretEncoding: 'hex' } });
    expect(pointers(await rotate(app, source, { secret: OWN_SECRET }))).toEqual(['/secret']);
    const { body } = await rotate(app, source, { secret: 'ab'.repeat(24) });
    expect(body.secret).toBe('ab'.repeat(24));
  });

  it.each([-1, 169, 0.5, '24', null])('refuses an overlap of %j hours', async (overlapHours) => {
    const app = await createTestApp();
    const source = await makeSource(app);
    const answer = await rotate(app, source, { overlapHours });
    expect([answer.status, pointers(answer)[0]]).toEqual([422, '/overlapHours']);
  });

  it('leaves all secrets in force that were made at once', async () => {
    const app = await createTestApp();
    const source = await makeSource(app);
    const made = await Promise.all([1, 2, 3].map(async () => (await rotate(app, source)).body.secret));
    for (const secret of [source.secret, ...made]) expect(await takes(app, source, secret)).toBe(true);
  });
});

describe('the secrets in force of one source', () => {
  const hints = ({ secrets }: Json) => secrets.map(({ hint }: Json) => hint);

  it('are five at most: another rotation ends the oldest at once', async () => {
    const app = await createTestApp();
    const source = await makeSource(app);
    const other = await makeSource(app);
    const made: string[] = [source.secret];
    for (let i = 0; i < 4; i += 1) made.push((await rotate(app, source, { overlapHours: 168 })).body.secret);
    for (const secret of made) expect(await takes(app, source, secret)).toBe(true);
    const { body } = await rotate(app, source, { overlapHours: 168 });
    made.push(body.secret);
    expect(hints(body)).toEqual(
      made
        .slice(1)
        .map((secret) => secret.slice(-4))
        .reverse(),
    );
    const [oldest = '', ...rest] = made;
    expect(await takes(app, source, oldest)).toBe(false);
    for (const secret of rest) expect(await takes(app, source, secret)).toBe(true);
    expect(await takes(app, other, other.secret)).toBe(true);
  });

  it('are five as well when many rotations come at once, the newest among them', async () => {
    const app = await createTestApp();
    const source = await makeSource(app);
    await Promise.all(Array.from({ length: 9 }, () => rotate(app, source)));
    const last = await rotate(app, source);
    expect(last.body.secrets).toHaveLength(5);
    expect(await takes(app, source, last.body.secret)).toBe(true);
    const { rows } = await app.database.client.execute('select count(*) as n from source_secrets');
    expect(rows[0]?.['n']).toBe(11);
  });

  it('leave the time alone of those that have ended', async () => {
    const app = await createTestApp();
    const source = await makeSource(app);
    await rotate(app, source, { overlapHours: 0 });
    const endOfFirst = async () => {
      const sql = 'select expires_at from source_secrets order by id limit 1';
      return (await app.database.client.execute(sql)).rows[0]?.['expires_at'];
    };
    const ended = await endOfFirst();
    app.clock.advance(HOUR);
    for (let i = 0; i < 6; i += 1) await rotate(app, source);
    expect(await endOfFirst()).toBe(ended);
  });
});

describe('changing a source', () => {
  it('changes what is given', async () => {
    const app = await createTestApp();
    const { secret, ...source } = await makeSource(app);
    app.clock.advance(DAY);
    const { body } = await patch(app, source, { name: 'New shop' });
    expect(body).toEqual({ ...source, name: 'New shop', updatedAt: '2026-11-22T20:00:00.000Z' });
    expect((await app.request('GET', `/v1/sources/${source.id}`)).body).toEqual(body);
  });

  it('stops its callbacks while it is disabled', async () => {
    const app = await createTestApp();
    const source = await makeSource(app);
    await patch(app, source, { enabled: false });
    expect(await takes(app, source, source.secret)).toBe(false);
    await patch(app, source, { enabled: true });
    expect(await takes(app, source, source.secret)).toBe(true);
  });

  it('takes a configuration that its own scheme knows, as a whole', async () => {
    const app = await createTestApp();
    const source = await makeSource(app, app.store.live, { scheme: 'hmac', config: { prefix: 'v0=', hash: 'sha512' } });
    const { body } = await patch(app, source, { config: { hash: 'sha384' } });
    expect(body.config).toMatchObject({ hash: 'sha384', prefix: '' });
    expect((await app.request('GET', `/v1/sources/${source.id}`)).body.config).toEqual(body.config);
    expect(pointers(await patch(app, source, { config: { hash: 'md5' } }))).toEqual(['/config/hash']);
    const other = await makeSource(app);
    expect(pointers(await patch(app, other, { config: { hash: 'sha256' } }))).toEqual(['/config/hash']);
  });

  it('takes no configuration under which a secret in force means nothing', async () => {
    const app = await createTestApp();
    const source = await makeSource(app, app.store.live, { scheme: 'hmac', secret: OWN_SECRET });
    const config = { secretEncoding: 'hex' };
    const answer = await patch(app, source, { config });
    expect([answer.status, pointers(answer)]).toEqual([422, ['/config']]);
    await rotate(app, source, { overlapHours: 0 });
    expect((await patch(app, source, { config })).body.config.secretEncoding).toBe('hex');
  });

  it.each(['scheme', 'account', 'secret'])('leaves the %s as it is', async (field) => {
    const app = await createTestApp();
    const source = await makeSource(app);
    expect(pointers(await patch(app, source, { [field]: 'hmac' }))).toEqual([`/${field}`]);
  });
});

describe('archiving a source', () => {
  it('ends its callbacks for good and keeps it readable', async () => {
    const app = await createTestApp();
    const source = await makeSource(app);
    const { status, body } = await app.request('DELETE', `/v1/sources/${source.id}`);
    expect([status, body.archivedAt]).toEqual([200, '2026-11-21T20:00:00.000Z']);
    expect(await takes(app, source, source.secret)).toBe(false);
    app.clock.advance(DAY);
    expect((await app.request('DELETE', `/v1/sources/${source.id}`)).body).toEqual(body);
    expect((await app.request('GET', '/v1/sources')).body.items).toEqual([body]);
    for (const answer of [await patch(app, source, { enabled: true }), await rotate(app, source)]) {
      expect([answer.status, answer.body.code]).toEqual([409, 'invalid_transition']);
    }
  });
});

describe('the source of a callback', () => {
  it('is found in one trip, with its store and all secrets in force, the newest first', async () => {
    const app = await createTestApp();
    const source = await makeSource(app, app.store.test, { account: 'shop-1' });
    const { secretKey: key } = app.store.test;
    const body = { overlapHours: 1 };
    const rotated = await app.request('POST', `/v1/sources/${source.id}/rotate`, { key, body });
    const found = await sourceForCallback(app.database, source.id, app.clock.now());
    expect(found).toMatchObject({
      storeId: app.store.test.id,
      account: 'shop-1',
      mode: 'test',
      scheme: 'standard_webhooks',
    });
    expect(found?.secrets.map(({ id }) => id)).toEqual(rotated.body.secrets.map(({ id }: Json) => id));
    const later = await sourceForCallback(app.database, source.id, app.clock.now() + HOUR);
    expect(later?.secrets.map(({ id }) => id)).toEqual([rotated.body.secrets[0].id]);
  });

  it('is none once the store is archived', async () => {
    const app = await createTestApp();
    const source = await makeSource(app);
    await app.request('DELETE', `/v1/stores/${app.store.live.id}`, { key: DEPLOYMENT_TOKEN });
    expect(await takes(app, source, source.secret)).toBe(false);
  });
});

describe('sources of another store', () => {
  it('are as unknown, to the other side of the same store too', async () => {
    const app = await createTestApp();
    const { secret, ...source } = await makeSource(app);
    const others = await app.createStore('Others');
    for (const { secretKey: key } of [others.live, app.store.test]) {
      for (const [method, path, body] of [
        ['GET', '', undefined],
        ['PATCH', '', { name: 'Mine' }],
        ['POST', '/rotate', {}],
        ['DELETE', '', undefined],
      ] as const) {
        const answer = await app.request(method, `/v1/sources/${source.id}${path}`, { key, body });
        expect([answer.status, answer.body.code]).toEqual([404, 'source_not_found']);
      }
      expect((await app.request('GET', '/v1/sources', { key })).body.items).toEqual([]);
    }
    expect((await app.request('GET', `/v1/sources/${source.id}`)).body).toEqual(source);
    expect(await takes(app, source, secret)).toBe(true);
  });
});

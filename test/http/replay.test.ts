import { describe, expect, it } from 'vitest';
import { createTestApp, DEPLOYMENT_TOKEN, type RequestOptions, type TestApp } from '../support/app.ts';
import { DAY, SECOND } from '../support/clock.ts';
import { loggedErrors } from '../support/console.ts';

function newKey(app: TestApp, idempotencyKey: string, options: RequestOptions = {}) {
  return app.request('POST', '/v1/keys', {
    body: { name: 'A key', scopes: [] },
    ...options,
    headers: { 'Idempotency-Key': idempotencyKey },
  });
}

async function keysMade(app: TestApp): Promise<number> {
  const { rows } = await app.database.client.execute("select count(*) as n from keys where name = 'A key'");
  return Number(rows[0]?.n);
}

describe('a write that is sent again with its Idempotency-Key', () => {
  it('has its effect once, and the first answer again, secret and all', async () => {
    const app = await createTestApp();
    const first = await newKey(app, 'k');
    app.clock.advance(DAY);
    const second = await newKey(app, 'k');
    expect(second.status).toBe(201);
    expect(second.body).toEqual(first.body);
    expect(first.headers.get('Idempotent-Replayed')).toBeNull();
    expect(second.headers.get('Idempotent-Replayed')).toBe('true');
    expect(await keysMade(app)).toBe(1);
  });

  it('has its effect once among 20 at the same moment', async () => {
    const app = await createTestApp();
    const answers = await Promise.all(Array.from({ length: 20 }, () => newKey(app, 'k')));
    const made = answers.filter(({ status }) => status === 201);
    const running = answers.filter(({ body }) => body.code === 'idempotency_running');
    expect(made.length + running.length).toBe(20);
    expect(new Set(made.map(({ body }) => body.key)).size).toBe(1);
    expect(made.filter(({ headers }) => headers.get('Idempotent-Replayed') === null)).toHaveLength(1);
    expect(running.every(({ headers }) => headers.get('Retry-After') === '1')).toBe(true);
    expect(await keysMade(app)).toBe(1);
  });

  it.each([
    ['another body', 'POST', '/v1/keys', { name: 'Another', scopes: [] }],
    ['the same body in other bytes', 'POST', '/v1/keys', '{"scopes":[],"name":"A key"}'],
  ])('is refused with %s', async (_, method, path, body) => {
    const app = await createTestApp();
    await newKey(app, 'k');
    const answer = await app.request(method, path, { body, headers: { 'Idempotency-Key': 'k' } });
    expect(answer.status).toBe(422);
    expect(answer.body.code).toBe('idempotency_mismatch');
  });

  it('is refused on another path', async () => {
    const app = await createTestApp();
    const { body } = await newKey(app, 'k');
    const answer = await app.request('DELETE', `/v1/keys/${body.id}`, { headers: { 'Idempotency-Key': 'k' } });
    expect(answer.body.code).toBe('idempotency_mismatch');
    expect((await app.request('GET', `/v1/keys/${body.id}`)).body.revokedAt).toBeNull();
  });

  it('never meets the key of another store, another side or the deployment', async () => {
    const app = await createTestApp();
    const others = await app.createStore('Others');
    const secrets = [app.store.live, app.store.test, others.live].map(({ secretKey }) => secretKey);
    const answers = [];
    for (const key of secrets) answers.push(await newKey(app, 'k', { key }));
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201]);
    const store = await app.request('POST', '/v1/stores', {
      key: DEPLOYMENT_TOKEN,
      body: { name: 'Third' },
      headers: { 'Idempotency-Key': 'k' },
    });
    expect(store.status).toBe(201);
    expect(store.headers.get('Idempotent-Replayed')).toBeNull();
  });

  it('gets a refusal again as well', async () => {
    const app = await createTestApp();
    const { body } = await newKey(app, 'make');
    await app.request('DELETE', `/v1/keys/${body.id}`);
    const rotate = () =>
      app.request('POST', `/v1/keys/${body.id}/rotate`, { body: {}, headers: { 'Idempotency-Key': 'k' } });
    const first = await rotate();
    const second = await rotate();
    expect([first.status, second.status]).toEqual([409, 409]);
    expect(second.body).toEqual(first.body);
    expect(second.headers.get('Content-Type')).toBe('application/problem+json');
    expect(second.headers.get('X-Request-Id')).not.toBe(first.body.requestId);
  });

  it('is judged anew after 7 days', async () => {
    const app = await createTestApp();
    const first = await newKey(app, 'k');
    app.clock.advance(7 * DAY - 1);
    expect((await newKey(app, 'k')).body.id).toBe(first.body.id);
    app.clock.advance(1);
    expect((await newKey(app, 'k')).body.id).not.toBe(first.body.id);
  });

  it('is forgotten after 7 days by the cron', async () => {
    const app = await createTestApp();
    await newKey(app, 'old');
    app.clock.advance(7 * DAY - SECOND);
    await newKey(app, 'new');
    app.clock.advance(SECOND);
    await app.cron();
    const { rows } = await app.database.client.execute('select key from replays');
    expect(rows.map(({ key }) => key)).toEqual(['new']);
  });
});

describe('what is not a first answer', () => {
  it('an input that is refused may be mended under the same key', async () => {
    const app = await createTestApp();
    const wrong = await newKey(app, 'k', { body: { name: '', scopes: [] } });
    expect(wrong.status).toBe(422);
    expect((await newKey(app, 'k')).status).toBe(201);
  });

  it('an outage leaves no trace', async () => {
    const app = await createTestApp();
    // The claim is written, and the write itself fails.
    await app.database.client.execute(
      "create trigger outage before insert on keys when new.name = 'A key' begin select raise(fail, 'broken'); end",
    );
    const failed = await newKey(app, 'k');
    expect(failed.status).toBe(500);
    expect(loggedErrors()).toHaveLength(1);
    await app.database.client.execute('drop trigger outage');
    const second = await newKey(app, 'k');
    expect(second.status).toBe(201);
    expect(second.headers.get('Idempotent-Replayed')).toBeNull();
  });

  it('an answer that could not be kept is given all the same, because its effect stands', async () => {
    const app = await createTestApp();
    // 1 the key, 2 the claim, 3 the effect, 4 the answer.
    app.database.down = (trip) => trip === 4;
    expect((await newKey(app, 'k')).status).toBe(201);
    expect((await newKey(app, 'k')).body.code).toBe('idempotency_running');
  });

  it('a database that cannot be reached is not remembered', async () => {
    const app = await createTestApp();
    app.database.down = true;
    expect((await newKey(app, 'k')).status).toBe(503);
    app.database.down = false;
    expect((await newKey(app, 'k')).status).toBe(201);
  });
});

describe('a claim that was left open', () => {
  async function leaveOpen(app: TestApp) {
    await newKey(app, 'k');
    await app.database.client.execute('update replays set status = null, sealed_body = null');
  }

  it('is waited for during a minute, and then taken over', async () => {
    const app = await createTestApp();
    await leaveOpen(app);
    app.clock.advance(60 * SECOND - 1);
    const early = await newKey(app, 'k');
    expect(early.status).toBe(409);
    expect(early.body.code).toBe('idempotency_running');
    app.clock.advance(1);
    expect((await newKey(app, 'k')).status).toBe(201);
  });

  it('is taken over by one request of 20', async () => {
    const app = await createTestApp();
    await leaveOpen(app);
    app.clock.advance(60 * SECOND);
    const answers = await Promise.all(Array.from({ length: 20 }, () => newKey(app, 'k')));
    expect(new Set(answers.filter(({ status }) => status === 201).map(({ body }) => body.id)).size).toBe(1);
    expect(await keysMade(app)).toBe(2);
  });

  it('is not taken over by another request', async () => {
    const app = await createTestApp();
    await leaveOpen(app);
    app.clock.advance(60 * SECOND);
    const answer = await newKey(app, 'k', { body: { name: 'Another', scopes: [] } });
    expect(answer.body.code).toBe('idempotency_mismatch');
  });
});

describe('an Idempotency-Key', () => {
  it.each(['', 'two words', 'naïve', 'x'.repeat(256), 'tab\there'])('is refused when it is "%s"', async (key) => {
    const app = await createTestApp();
    const answer = await newKey(app, key);
    expect(answer.status).toBe(400);
    expect(answer.body.code).toBe('idempotency_key_invalid');
  });

  it('may have 255 visible characters', async () => {
    const app = await createTestApp();
    expect((await newKey(app, '~'.repeat(255))).status).toBe(201);
  });

  it('costs two trips, and none when it is not sent', async () => {
    const app = await createTestApp();
    await app.request('POST', '/v1/keys', { body: { name: 'A key', scopes: [] } });
    expect(app.database.trips).toBe(2);
    app.database.trips = 0;
    await newKey(app, 'k');
    expect(app.database.trips).toBe(4);
  });

  it('is not looked at where nothing is written', async () => {
    const app = await createTestApp();
    const answer = await app.request('GET', '/v1/keys', { headers: { 'Idempotency-Key': 'two words' } });
    expect(answer.status).toBe(200);
  });
});

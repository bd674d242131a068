import { describe, expect, it } from 'vitest';
import { createTestApp, ORIGIN } from '../support/app.ts';
import { loggedErrors, loggedLines } from '../support/console.ts';
import { insertLink } from '../support/link-rows.ts';

describe('every answer', () => {
  it.each(['/health', '/v1/keys', '/v1/nothing', '/nothing', '/callbacks/x'])(
    'of %s carries a request id of its own',
    async (path) => {
      const app = await createTestApp();
      const ids = [];
      for (let i = 0; i < 2; i++) ids.push((await app.fetch(new Request(ORIGIN + path))).headers.get('X-Request-Id'));
      expect(ids[0]).toMatch(/^[\w.-]{8,64}$/);
      expect(ids[1]).not.toBe(ids[0]);
    },
  );

  it("carries the client's request id, also inside a problem", async () => {
    const app = await createTestApp();
    const answer = await app.request('GET', '/v1/keys', { key: null, headers: { 'X-Request-Id': 'order-4711.a_b' } });
    expect(answer.headers.get('X-Request-Id')).toBe('order-4711.a_b');
    expect(answer.body.requestId).toBe('order-4711.a_b');
  });

  it.each([
    ['a redirect', 'GET', '/tea', {}],
    ['a card', 'GET', '/tea', { 'User-Agent': 'WhatsApp/2.24.20.89 A' }],
    ['a link that there is not', 'GET', '/mug', {}],
    ['a link that is over', 'GET', '/over', {}],
    ['a fallback', 'GET', '/fallback', { Accept: 'text/html' }],
    ['another method', 'POST', '/tea', {}],
    ['a picture', 'GET', '/tea/qr.svg', {}],
    ['a page', 'GET', '/', { Accept: 'text/html' }],
  ])('that is %s carries it too', async (_, method, path, headers) => {
    const app = await createTestApp();
    await insertLink(app.database, 'tea');
    await insertLink(app.database, 'over', { link: { enabled: false } });
    await insertLink(app.database, 'fallback', {
      link: { enabled: false },
      program: { fallbackUrl: 'https://shop.example/' },
    });
    const request = (id: Record<string, string>) =>
      new Request(ORIGIN + path, { method, headers: { ...headers, ...id } });
    const named = await app.fetch(request({ 'X-Request-Id': 'order-4711.a_b' }));
    expect(named.headers.get('X-Request-Id')).toBe('order-4711.a_b');
    const unnamed = await app.fetch(request({}));
    const id = unnamed.headers.get('X-Request-Id');
    expect(id).toMatch(/^[\w.-]{8,64}$/);
    const isProblem = unnamed.headers.get('Content-Type') === 'application/problem+json';
    expect(isProblem ? JSON.parse(await unnamed.text()).requestId : id).toBe(id);
  });

  it.each(['short', 'x'.repeat(65), 'with blank', '<script>alert</script>', 'ann@example.com'])(
    'carries another id than the unfit "%s"',
    async (id) => {
      const app = await createTestApp();
      const answer = await app.request('GET', '/health', { headers: { 'X-Request-Id': id } });
      expect(answer.headers.get('X-Request-Id')).not.toBe(id);
    },
  );

  it('of the API is kept by no cache and read as nothing but JSON', async () => {
    const app = await createTestApp();
    for (const path of ['/v1/store', '/v1/nothing']) {
      const { headers } = await app.request('GET', path);
      expect(headers.get('Cache-Control')).toBe('no-store');
      expect(headers.get('X-Content-Type-Options')).toBe('nosniff');
      expect(headers.get('Content-Security-Policy')).toContain("default-src 'none'");
    }
  });

  it('to HEAD has no content', async () => {
    const app = await createTestApp();
    const answer = await app.request('HEAD', '/v1/store');
    expect([answer.status, answer.text]).toEqual([200, '']);
  });
});

describe('the log', () => {
  it('has one line for a request, with the pattern of its path and nothing of what was sent', async () => {
    const app = await createTestApp();
    const { id } = app.store.live;
    const lines = await loggedLines(async () => {
      await app.request('GET', `/v1/keys/key_00000000000000000000000000`);
      await app.request('GET', '/v1/keys?cursor=s3cret');
      await app.request('POST', '/v1/keys', { body: { name: 's3cret' } });
      await app.request('GET', '/v1/s3cret', { key: 's3cret' });
    });
    const common = { message: 'request', requestId: expect.any(String), milliseconds: 0 };
    expect(lines).toEqual([
      { ...common, method: 'GET', route: '/v1/keys/:keyId', status: 404, storeId: id },
      { ...common, method: 'GET', route: '/v1/keys', status: 422, storeId: id },
      { ...common, method: 'POST', route: '/v1/keys', status: 422, storeId: id },
      { ...common, method: 'GET', route: 'none', status: 404 },
    ]);
  });

  it('tells of a bug once, with where it was and the request id, and without the parameters of the query', async () => {
    const app = await createTestApp();
    await app.database.client.execute('drop table keys');
    const answer = await app.request('GET', '/v1/keys');
    expect(answer.status).toBe(500);
    expect(answer.body.detail).not.toMatch(/keys|sql/i);
    const [line, ...more] = loggedErrors();
    expect(more).toEqual([]);
    const text = JSON.stringify(line);
    expect(text).toContain(answer.body.requestId);
    expect(text).toContain('no such table');
    expect(text).toMatch(/src\/db\/keys\.ts/);
    expect(text).not.toContain(app.store.live.id);
    expect(text).not.toContain('params');
  });

  it('tells a deployment that is not set up what is missing, and its caller nothing', async () => {
    const app = await createTestApp();
    const { DATABASE_URL: _, ...rest } = app.bindings;
    const response = await app.fetch(new Request(`${ORIGIN}/health`), rest as typeof app.bindings);
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain('DATABASE_URL');
    expect(JSON.stringify(loggedErrors())).toContain('DATABASE_URL is missing');
  });
});

describe('an outage of the database', () => {
  it('is answered 503 with when to come back, and is no bug', async () => {
    const app = await createTestApp();
    app.database.down = true;
    const answer = await app.request('GET', '/v1/keys');
    expect(answer.status).toBe(503);
    expect(answer.body.code).toBe('database_unavailable');
    expect(Number(answer.headers.get('Retry-After'))).toBeGreaterThan(0);
  });
});

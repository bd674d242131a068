import { describe, expect, it } from 'vitest';
import { createTestApp, type Json, ORIGIN, type TestApp } from '../support/app.ts';
import { makeDomain, makeLink } from '../support/resources.ts';
import { BROWSER } from '../support/shop.ts';

function follow(app: TestApp, url: string, headers: Record<string, string> = {}, method = 'GET') {
  return app.fetch(new Request(url, { method, headers: { 'User-Agent': BROWSER, ...headers } }));
}

describe('a new domain', () => {
  it('says which record to set, and reads as it was made', async () => {
    const app = await createTestApp();
    const { status, body } = await app.request('POST', '/v1/domains', {
      body: { host: 'Go.Bücher.example', rootUrl: 'https://bücher.example/' },
    });
    expect(status).toBe(201);
    const host = 'go.xn--bcher-kva.example';
    expect(body).toMatchObject({ host, rootUrl: 'https://bücher.example/', archivedAt: null });
    expect(body.dns.records).toEqual([{ type: 'CNAME', name: host, value: 'go.example.com' }]);
    expect((await app.request('GET', `/v1/domains/${body.id}`)).body).toEqual(body);
    expect((await app.request('GET', '/v1/domains')).body.items).toEqual([body]);
  });

  it('is refused where its host is in use, in whatever store and spelling', async () => {
    const app = await createTestApp();
    const { host } = await makeDomain(app);
    const others = [app.store.live, app.store.test, (await app.createStore('Others')).live];
    for (const { secretKey } of others) {
      const again = await app.request('POST', '/v1/domains', { key: secretKey, body: { host: host.toUpperCase() } });
      expect([again.status, again.body.code]).toEqual([409, 'domain_taken']);
    }
  });

  it.each([
    ['the host of the deployment', { host: 'go.example.com' }, '/host'],
    ['no host name', { host: 'https://go.shop.example' }, '/host'],
    ['a root that is no URL', { host: 'go.shop.example', rootUrl: '/welcome' }, '/rootUrl'],
    ['a root in the clear', { host: 'go.shop.example', rootUrl: 'http://shop.example' }, '/rootUrl'],
    ['a root that runs', { host: 'go.shop.example', rootUrl: 'javascript:alert(1)' }, '/rootUrl'],
    ['a root with a password', { host: 'go.shop.example', rootUrl: 'https://a:b@shop.example' }, '/rootUrl'],
    [
      'a root that splits the header',
      { host: 'go.shop.example', rootUrl: 'https://shop.example/\r\nX: y' },
      '/rootUrl',
    ],
    [
      'a root without end',
      { host: 'go.shop.example', rootUrl: `https://shop.example/${'x'.repeat(2048)}` },
      '/rootUrl',
    ],
  ])('is refused with %s', async (_, body, pointer) => {
    const app = await createTestApp();
    const answer = await app.request('POST', '/v1/domains', { body });
    expect(answer.status).toBe(422);
    expect(answer.body.errors.map((error: { pointer: string }) => error.pointer)).toEqual([pointer]);
  });
});

describe('a link on a domain', () => {
  it('is found there and nowhere else', async () => {
    const app = await createTestApp();
    const { host } = await makeDomain(app);
    const link = await makeLink(app, app.store.live, { host: host.toUpperCase(), code: 'tea' });
    expect([link.url, link.host]).toEqual([`https://${host}/tea`, host]);
    expect((await follow(app, link.url)).status).toBe(302);
    expect((await follow(app, 'https://go.example.com/tea')).status).toBe(404);
  });

  it('has a code that other hosts may have as well, and its own only once', async () => {
    const app = await createTestApp();
    const { host } = await makeDomain(app);
    const ours = await makeLink(app, app.store.live, { host, code: 'tea' });
    const general = await makeLink(app, app.store.live, { code: 'tea' });
    expect(general.url).toBe('https://go.example.com/tea');
    const { programId, advocateId } = ours;
    const again = await app.request('POST', '/v1/links', { body: { programId, advocateId, host, code: 'tea' } });
    expect([again.status, again.body.code]).toEqual([409, 'code_taken']);
  });

  it('stays on it after a change of its code', async () => {
    const app = await createTestApp();
    const { host } = await makeDomain(app);
    const { id } = await makeLink(app, app.store.live, { host, code: 'tea' });
    const { body } = await app.request('PATCH', `/v1/links/${id}`, { body: { code: 'green-tea' } });
    expect(body.url).toBe(`https://${host}/green-tea`);
    expect((await follow(app, `https://${host}/green-tea`)).status).toBe(302);
    expect((await follow(app, `https://${host}/tea`)).status).toBe(302);
  });

  it('is refused on a host that is no domain of the store in use', async () => {
    const app = await createTestApp();
    const others = await makeDomain(app, app.store.test);
    const archived = await makeDomain(app);
    await app.request('DELETE', `/v1/domains/${archived.id}`);
    const { programId, advocateId } = await makeLink(app);
    for (const host of [others.host, archived.host, 'nobody.example', 'go.example.com']) {
      const answer = await app.request('POST', '/v1/links', { body: { programId, advocateId, host } });
      expect([answer.status, answer.body.errors]).toMatchObject([422, [{ pointer: '/host' }]]);
    }
  });
});

describe('an archived domain', () => {
  it('lets its links be unknown, at once here and for an isolate that asks KV', async () => {
    const app = await createTestApp();
    const { id, host } = await makeDomain(app);
    const { url } = await makeLink(app, app.store.live, { host, code: 'tea' });
    const elsewhere = await makeLink(app);
    await app.settled();
    expect((await follow(app, url)).status).toBe(302);
    const { body } = await app.request('DELETE', `/v1/domains/${id}`);
    expect(body.archivedAt).toBe('2026-11-21T20:00:00.000Z');
    await app.settled();
    expect((await follow(app, url)).status).toBe(404);
    app.coldStart();
    const trips = app.database.trips;
    const answer = await follow(app, url);
    expect([answer.status, await answer.json()]).toMatchObject([404, { code: 'link_not_found' }]);
    expect(app.database.trips).toBe(trips);
    expect((await follow(app, elsewhere.url)).status).toBe(302);
  });

  it('lets its links be unknown where KV has forgotten them', async () => {
    const app = await createTestApp();
    const { id, host } = await makeDomain(app);
    const { url } = await makeLink(app, app.store.live, { host });
    await app.request('DELETE', `/v1/domains/${id}`);
    await app.settled();
    app.kv.entries.clear();
    app.coldStart();
    expect((await follow(app, url)).status).toBe(404);
  });

  it('keeps the time of its first archiving and its host, and cannot be changed', async () => {
    const app = await createTestApp();
    const { id, host } = await makeDomain(app);
    const first = await app.request('DELETE', `/v1/domains/${id}`);
    app.clock.advance(1000);
    const second = await app.request('DELETE', `/v1/domains/${id}`);
    expect(second.body).toEqual(first.body);
    const changed = await app.request('PATCH', `/v1/domains/${id}`, { body: { rootUrl: null } });
    expect([changed.status, changed.body.code]).toEqual([409, 'invalid_transition']);
    const again = await app.request('POST', '/v1/domains', { body: { host } });
    expect(again.body.code).toBe('domain_taken');
  });
});

describe("a host that was the deployment's once", () => {
  it('can be archived by one store without the links that others have on it', async () => {
    const app = await createTestApp();
    const { programId, advocateId } = await makeLink(app, app.store.test);
    const headers = {
      Authorization: `Bearer ${app.store.test.secretKey}`,
      'Content-Type': 'application/json',
    };
    const request = new Request(`${ORIGIN}/v1/links`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ programId, advocateId }),
    });
    const made = await app.fetch(request, { ...app.bindings, PUBLIC_URL: 'https://old.example.com' });
    const { url } = (await made.json()) as Json;
    expect(url).toMatch(/^https:\/\/old\.example\.com\//);
    const { id } = await makeDomain(app, app.store.live, { host: 'old.example.com' });
    await app.request('DELETE', `/v1/domains/${id}`);
    await app.settled();
    app.kv.entries.clear();
    app.coldStart();
    expect((await follow(app, url)).status).toBe(302);
  });
});

describe('changing a domain', () => {
  it('changes what is given', async () => {
    const app = await createTestApp();
    const domain = await makeDomain(app, app.store.live, { rootUrl: 'https://shop.example/' });
    app.clock.advance(1000);
    const same = await app.request('PATCH', `/v1/domains/${domain.id}`, { body: {} });
    expect(same.body.rootUrl).toBe('https://shop.example/');
    const { body } = await app.request('PATCH', `/v1/domains/${domain.id}`, { body: { rootUrl: null } });
    expect(body).toEqual({ ...domain, rootUrl: null, updatedAt: '2026-11-21T20:00:01.000Z' });
  });
});

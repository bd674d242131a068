import { describe, expect, it } from 'vitest';
import { createTestApp, ORIGIN, type TestApp } from '../support/app.ts';
import { faultsOf } from '../support/html.ts';
import { makeDomain } from '../support/resources.ts';

const BROWSER_ACCEPTS = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';

function open(app: TestApp, url: string, accept = BROWSER_ACCEPTS, method = 'GET') {
  return app.fetch(new Request(url, { method, headers: { Accept: accept } }));
}

describe("the deployment's bare host", () => {
  it('says what it is to people, on a page that is valid and runs nothing', async () => {
    const app = await createTestApp();
    const response = await open(app, ORIGIN);
    expect(response.status).toBe(200);
    expect(response.headers.get('Content-Type')).toBe('text/html; charset=utf-8');
    expect(response.headers.get('Content-Security-Policy')).toContain("default-src 'none'");
    const page = await response.text();
    expect(page).toContain('href="/openapi.json"');
    expect(await faultsOf(page)).toEqual([]);
  });

  it.each(['application/json', '*/*', ''])('says to a client that accepts "%s" where to go on', async (accept) => {
    const app = await createTestApp();
    const response = await open(app, ORIGIN, accept);
    expect(response.headers.get('Content-Type')).toBe('application/json');
    const { openapi, problems, health } = (await response.json()) as Record<string, string>;
    for (const url of [openapi, problems, health]) {
      expect((await app.fetch(new Request(url ?? ''))).status).toBe(200);
    }
  });

  it('tells caches that it depends on what is accepted', async () => {
    const app = await createTestApp();
    for (const accept of [BROWSER_ACCEPTS, '*/*']) {
      expect((await open(app, ORIGIN, accept)).headers.get('Vary')).toBe('Accept');
    }
  });

  it('answers HEAD without a body and refuses other methods, asking nothing', async () => {
    const app = await createTestApp();
    const head = await open(app, ORIGIN, BROWSER_ACCEPTS, 'HEAD');
    expect([head.status, await head.text()]).toEqual([200, '']);
    expect(head.headers.get('Content-Type')).toBe('text/html; charset=utf-8');
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
      const response = await open(app, ORIGIN, BROWSER_ACCEPTS, method);
      expect([response.status, response.headers.get('Allow')]).toEqual([405, 'GET, HEAD']);
    }
    expect([app.kv.calls.get, app.database.trips]).toEqual([0, 0]);
  });
});

describe("a store's bare domain", () => {
  it('leads where the store says, under a name that a header can carry', async () => {
    const app = await createTestApp();
    const { host, id } = await makeDomain(app, app.store.live, { rootUrl: 'https://bücher.example/größe?a=1' });
    const leadsTo = async () => (await open(app, `https://${host}/`)).headers.get('Location');
    const response = await open(app, `https://${host}/?utm_source=x`);
    expect(response.status).toBe(302);
    expect(await leadsTo()).toBe('https://xn--bcher-kva.example/gr%C3%B6%C3%9Fe?a=1');
    await app.request('PATCH', `/v1/domains/${id}`, { body: { rootUrl: 'https://shop.example/' } });
    expect(await leadsTo()).toBe('https://shop.example/');
  });

  it('has a page of its own where the store says nothing', async () => {
    const app = await createTestApp();
    const { host } = await makeDomain(app);
    const response = await open(app, `https://${host}/`);
    const page = await response.text();
    expect([response.status, page.includes(host)]).toEqual([200, true]);
    expect(page).not.toContain('openapi');
    expect(await faultsOf(page)).toEqual([]);
  });

  it('is no more than a host of the deployment once it is archived', async () => {
    const app = await createTestApp();
    const { host, id } = await makeDomain(app, app.store.live, { rootUrl: 'https://shop.example/' });
    await app.request('DELETE', `/v1/domains/${id}`);
    const [archived, unknown] = [await open(app, `https://${host}/`), await open(app, 'https://any.example/')];
    expect([archived.status, await archived.text()]).toEqual([200, await unknown.text()]);
  });

  it('is out of reach while the database is, and does not say that it is nobody', async () => {
    const app = await createTestApp();
    const { host } = await makeDomain(app, app.store.live, { rootUrl: 'https://shop.example/' });
    app.database.down = true;
    expect((await open(app, `https://${host}/`)).status).toBe(503);
    expect((await open(app, ORIGIN)).status).toBe(200);
  });
});

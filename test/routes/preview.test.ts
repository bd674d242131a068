import { describe, expect, it } from 'vitest';
import { clicks } from '../../src/db/schema.ts';
import { createTestApp, type Json, ORIGIN, type TestApp } from '../support/app.ts';
import { loggedLines } from '../support/console.ts';
import { faultsOf } from '../support/html.ts';
import { makeAdvocate, makeDomain, makeLink, makeProgram } from '../support/resources.ts';
import { BROWSER } from '../support/shop.ts';

const WHATSAPP = 'WhatsApp/2.24.20.89 A';
const X = 'Twitterbot/1.0';

function follow(app: TestApp, url: string, agent = WHATSAPP, method = 'GET') {
  return app.fetch(new Request(url, { method, headers: { 'User-Agent': agent } }));
}

async function tagsAt(app: TestApp, url: string, agent = WHATSAPP): Promise<Record<string, string>> {
  const page = await (await follow(app, url, agent)).text();
  expect(await faultsOf(page)).toEqual([]);
  return Object.fromEntries(
    Array.from(
      page.matchAll(/<meta (?:name|property)="([^"]+)" content="([^"]*)">/g),
      ([, name = '', content = '']) => [name, content],
    ),
  );
}

/** A link with the tags of its own and of its program as given. */
async function linkWith(app: TestApp, link: object, preview: object = {}): Promise<Json> {
  const { id: programId } = await makeProgram(app, app.store.live, { name: 'Give 5, get 5', preview });
  const { id: advocateId } = await makeAdvocate(app);
  return makeLink(app, app.store.live, { programId, advocateId, ...link });
}

describe('who draws a card of a link', () => {
  it('is shown a page that caches may keep for others who draw cards, and that nobody indexes', async () => {
    const app = await createTestApp();
    const { url } = await linkWith(app, {});
    const response = await follow(app, url);
    expect(response.status).toBe(200);
    const { headers } = response;
    expect(headers.get('Content-Type')).toBe('text/html; charset=utf-8');
    expect(headers.get('Cache-Control')).toBe('public, max-age=300');
    expect(headers.get('Vary')).toBe('User-Agent');
    expect(headers.get('X-Robots-Tag')).toBe('noindex');
    expect(headers.get('Content-Security-Policy')).toBe(
      "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    );
    expect(headers.get('Set-Cookie')).toBeNull();
  });

  it('is no person: the clicks say what it was', async () => {
    const app = await createTestApp();
    const { url, id } = await linkWith(app, {});
    for (const method of ['HEAD', 'HEAD', 'GET']) await follow(app, `${url}/x`, X, method);
    await app.settled();
    await app.clicks.drain();
    const rows = await app.database.query.select().from(clicks).orderBy(clicks.id);
    expect(rows).toMatchObject(
      ['head', 'head', 'preview'].map((kind) => ({ kind, linkId: id, channel: 'x', agent: 'bot' })),
    );
  });

  it('gets the same answer to HEAD, without the page', async () => {
    const app = await createTestApp();
    const { url } = await linkWith(app, {});
    const [head, get] = [await follow(app, url, X, 'HEAD'), await follow(app, url, X)];
    expect([head.status, await head.text()]).toEqual([200, '']);
    expect(head.headers.get('Content-Type')).toBe(get.headers.get('Content-Type'));
  });

  it('costs no look-up on a warm hit', async () => {
    const app = await createTestApp();
    const { url } = await linkWith(app, {});
    await app.settled();
    await follow(app, url);
    await app.settled();
    const [gets, trips] = [app.kv.calls.get, app.database.trips];
    expect((await follow(app, url)).status).toBe(200);
    expect([app.kv.calls.get, app.database.trips]).toEqual([gets, trips]);
  });

  it('finds what the person who lands there finds: the shop, with the proof of the click', async () => {
    const app = await createTestApp();
    const { url } = await linkWith(app, {});
    const page = await (await follow(app, url)).text();
    const [, href = ''] = /<a href="([^"]+)"/.exec(page) ?? [];
    expect(href).toMatch(/^https:\/\/shop\.example\/welcome\?gw=[\w-]{70}$/);
  });

  it('leaves people to the redirect, and gives other bots nothing else', async () => {
    const app = await createTestApp();
    const { url } = await linkWith(app, { title: 'Tea' });
    for (const agent of [BROWSER, 'curl/8.5.0', 'Mozilla/5.0 (compatible; Googlebot/2.1)']) {
      expect((await follow(app, url, agent)).status).toBe(302);
    }
  });

  it('finds nothing where the link leads nowhere', async () => {
    const app = await createTestApp();
    const { url } = await linkWith(app, { enabled: false, title: 'Tea' });
    expect((await follow(app, url)).status).toBe(410);
    expect((await follow(app, `${ORIGIN}/nothing-here`)).status).toBe(404);
  });
});

describe('a card', () => {
  it('has the texts of the link, else of its program, else its name', async () => {
    const app = await createTestApp();
    const preview = { title: 'Of the program', description: 'All tea.', image: 'https://cdn.example/p.png' };
    const own = await linkWith(app, { title: 'Of the link', image: 'https://cdn.example/l.png' }, preview);
    expect(await tagsAt(app, own.url)).toMatchObject({
      'og:title': 'Of the link',
      'og:description': 'All tea.',
      'og:image': 'https://cdn.example/l.png',
    });
    const { url } = await linkWith(app, {}, preview);
    expect(await tagsAt(app, url)).toMatchObject({ 'og:title': 'Of the program', 'og:image': preview.image });
    const bare = await linkWith(app, {});
    expect((await tagsAt(app, bare.url))['og:title']).toBe('Give 5, get 5');
  });

  it('speaks the language of the program', async () => {
    const app = await createTestApp();
    const { url } = await linkWith(app, { title: 'תה ירוק' }, { language: 'HE-il' });
    expect(await tagsAt(app, url)).toMatchObject({ 'og:title': 'תה ירוק', 'og:locale': 'he_IL' });
    expect(await (await follow(app, url)).text()).toContain('<html lang="he-IL">');
  });

  it.each([
    ['', ''],
    ['/whatsapp', '/whatsapp'],
    ['/WhatsApp/', '/whatsapp'],
    ['?fbclid=1&utm_source=x', ''],
    ['/email?to=/mugs%3Fsize%3Dl&x=1', '/email?to=%2Fmugs%3Fsize%3Dl'],
  ])('leads to the link as it was shared by %s', async (shared, canonical) => {
    const app = await createTestApp();
    const { host } = await makeDomain(app);
    const { url } = await linkWith(app, { host, code: 'tea' });
    expect((await tagsAt(app, url + shared))['og:url']).toBe(`https://${host}/tea${canonical}`);
  });

  it('cannot be made to hold what the address says', async () => {
    const app = await createTestApp();
    const { url } = await linkWith(app, {});
    const page = await (await follow(app, `${url}?to=${encodeURIComponent('/"><script>alert(1)</script>')}`)).text();
    expect(page).not.toContain('<script');
    expect(await faultsOf(page)).toEqual([]);
  });

  it('changes with its link and its program', async () => {
    const app = await createTestApp();
    const link = await linkWith(app, {});
    const title = async () => {
      await app.settled();
      app.clock.advance(11_000);
      return (await tagsAt(app, link.url))['og:title'];
    };
    expect(await title()).toBe('Give 5, get 5');
    const program = `/v1/programs/${link.programId}`;
    const renamed = await app.request('PATCH', program, { body: { name: 'Give 10, get 10' } });
    expect(renamed.status).toBe(200);
    expect(await title()).toBe('Give 10, get 10');
    await app.request('PATCH', program, { body: { preview: { title: 'Tea for two' } } });
    expect(await title()).toBe('Tea for two');
    await app.request('PATCH', `/v1/links/${link.id}`, { body: { title: "Ann's tea" } });
    expect(await title()).toBe('Ann&#39;s tea');
    await app.request('PATCH', `/v1/links/${link.id}`, { body: { title: null } });
    expect(await title()).toBe('Tea for two');
  });

  it('is drawn of a copy at the edge from before there were cards', async () => {
    const app = await createTestApp();
    const { url } = await linkWith(app, {});
    await app.settled();
    const [[key, text]] = [...app.kv.entries] as [[string, string]];
    const { preview, ...older } = JSON.parse(text);
    expect(preview).toEqual({ title: 'Give 5, get 5' });
    app.kv.entries.set(key, JSON.stringify(older));
    app.coldStart();
    expect(await tagsAt(app, url)).toMatchObject({ 'og:title': 'shop.example', 'og:site_name': 'shop.example' });
  });
});

describe('the texts of a card', () => {
  it('read as they were written, on the link and on the program', async () => {
    const app = await createTestApp();
    const texts = { title: '👩‍👩‍👧‍👦 & <tea>', description: 'é'.repeat(300), image: 'https://cdn.example/a.png' };
    const link = await linkWith(app, texts, { ...texts, language: 'pt-br' });
    expect(link).toMatchObject(texts);
    expect((await app.request('GET', `/v1/links/${link.id}`)).body).toMatchObject(texts);
    const program = await app.request('GET', `/v1/programs/${link.programId}`);
    expect(program.body.preview).toEqual({ ...texts, language: 'pt-BR' });
  });

  it('change one by one on a program, and nothing else of it with them', async () => {
    const app = await createTestApp();
    const { programId } = await linkWith(app, {}, { title: 'Tea', description: 'Green', language: 'de' });
    const { body } = await app.request('PATCH', `/v1/programs/${programId}`, { body: { preview: { title: null } } });
    expect(body.preview).toEqual({ title: null, description: 'Green', image: null, language: 'de' });
  });

  it.each([
    ['title', '👩'.repeat(121)],
    ['title', ''],
    ['title', '   '],
    ['title', 'a\u0007b'],
    ['title', 'a\nb'],
    ['title', 7],
    ['description', 'é'.repeat(301)],
    ['description', 'x'.repeat(10_000)],
    ['image', 'http://cdn.example/a.png'],
    ['image', 'http://localhost/a.png'],
    ['image', '//cdn.example/a.png'],
    ['image', 'data:image/png;base64,AAAA'],
    ['image', 'javascript:alert(1)'],
    ['image', 'https://a:b@cdn.example/a.png'],
    ['image', `https://cdn.example/${'x'.repeat(2048)}`],
  ])('are refused: %s %j', async (field, value) => {
    const app = await createTestApp();
    const link = await linkWith(app, {});
    const own = await app.request('PATCH', `/v1/links/${link.id}`, { body: { [field]: value } });
    expect([own.status, own.body.errors]).toMatchObject([422, [{ pointer: `/${field}` }]]);
    const body = { preview: { [field]: value } };
    const shared = await app.request('PATCH', `/v1/programs/${link.programId}`, { body });
    expect([shared.status, shared.body.errors]).toMatchObject([422, [{ pointer: `/preview/${field}` }]]);
  });

  it.each(['', 'english', 'de_AT', 'x', 'en-', `en-${'x'.repeat(40)}`, '"><script>'])(
    'are in no language called %j',
    async (language) => {
      const app = await createTestApp();
      const { programId } = await linkWith(app, {});
      const answer = await app.request('PATCH', `/v1/programs/${programId}`, { body: { preview: { language } } });
      expect([answer.status, answer.body.errors]).toMatchObject([422, [{ pointer: '/preview/language' }]]);
    },
  );

  it('stand in no log', async () => {
    const app = await createTestApp();
    const lines = await loggedLines(async () => {
      const { url } = await linkWith(app, { title: 'A secret title' });
      await follow(app, url);
      await app.settled();
    });
    expect(lines.length).toBeGreaterThan(0);
    expect(JSON.stringify(lines)).not.toContain('A secret title');
  });
});

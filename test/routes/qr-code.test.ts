import { encode } from 'uqr';
import { describe, expect, it } from 'vitest';
import { clickCounts } from '../../src/db/schema.ts';
import { createTestApp, type Json, ORIGIN, type TestApp } from '../support/app.ts';
import { makeDomain, makeLink } from '../support/resources.ts';
import { BROWSER } from '../support/shop.ts';

function get(app: TestApp, url: string, method = 'GET') {
  return app.fetch(new Request(url, { method, headers: { 'User-Agent': BROWSER } }));
}

async function sizeOf(response: Response): Promise<number> {
  return Number(/viewBox="0 0 (\d+)/.exec(await response.text())?.[1]);
}

describe('the QR code of a link', () => {
  it('is a picture that caches keep, where the link says', async () => {
    const app = await createTestApp();
    const { url, qrUrl } = await makeLink(app);
    expect(qrUrl).toBe(`${url}/qr.svg`);
    const response = await get(app, qrUrl);
    expect(response.status).toBe(200);
    expect(response.headers.get('Content-Type')).toBe('image/svg+xml; charset=utf-8');
    expect(response.headers.get('Cache-Control')).toBe('public, max-age=86400');
    expect(response.headers.get('X-Content-Type-Options')).toBe('nosniff');
    expect(await response.text()).toMatch(/^<svg [^>]+>.*<\/svg>\n$/);
  });

  it('holds the link on its own host with the channel qr, by which a scan is counted', async () => {
    const app = await createTestApp();
    const { host } = await makeDomain(app);
    const { qrUrl, id } = await makeLink(app, app.store.live, { host, code: 'ann-maple' });
    const scanned = `https://${host}/ann-maple/qr`;
    const { data } = encode(scanned, { ecc: 'M', border: 4 });
    const dark = data.flat().filter(Boolean).length;
    const svg = await (await get(app, qrUrl)).text();
    const painted = Array.from(svg.matchAll(/h(\d+)v1/g), ([, width]) => Number(width));
    expect(painted.reduce((sum, width) => sum + width, 0)).toBe(dark);

    expect((await get(app, scanned)).status).toBe(302);
    await app.settled();
    await app.clicks.drain();
    expect(await app.database.query.select().from(clickCounts)).toMatchObject([
      { linkId: id, channel: 'qr', kind: 'human', clicks: 1 },
    ]);
  });

  it('is one and the same however the code is typed, and counts no click itself', async () => {
    const app = await createTestApp();
    const { qrUrl } = await makeLink(app, app.store.live, { code: 'ann' });
    const [lower, upper] = [await get(app, qrUrl), await get(app, `${ORIGIN}/ANN/qr.svg`)];
    expect(await upper.text()).toBe(await lower.text());
    await app.settled();
    expect(app.clicks.sends).toBe(0);
  });

  it('looks as it is asked to', async () => {
    const app = await createTestApp();
    const { qrUrl } = await makeLink(app, app.store.live, { code: 'ann' });
    const usual = await sizeOf(await get(app, qrUrl));
    expect(await sizeOf(await get(app, `${qrUrl}?border=0`))).toBe(usual - 8);
    expect(await sizeOf(await get(app, `${qrUrl}?ecc=H`))).toBeGreaterThan(usual);
    const coloured = await (await get(app, `${qrUrl}?fg=1A2b3c&bg=ffeedd`)).text();
    expect(coloured.match(/fill="[^"]*"/g)).toEqual(['fill="#ffeedd"', 'fill="#1A2b3c"']);
  });

  it.each([
    ['ecc=m', 'ecc'],
    ['ecc=', 'ecc'],
    ['border=11', 'border'],
    ['border=-1', 'border'],
    ['border=1e1', 'border'],
    ['fg=red', 'fg'],
    ['fg=%23000000', 'fg'],
    ['fg=0000000', 'fg'],
    ['bg=%22onload=alert(1)', 'bg'],
    ['size=9999', 'size'],
    ['border=1&border=2', 'border'],
  ])('is refused with %s', async (query, name) => {
    const app = await createTestApp();
    const { qrUrl } = await makeLink(app);
    const response = await get(app, `${qrUrl}?${query}`);
    const { code, errors } = (await response.json()) as Json;
    expect([response.status, code, errors[0].pointer]).toEqual([422, 'query_invalid', `#query/${name}`]);
  });

  it('may be printed before the link begins and stays when it has ended', async () => {
    const app = await createTestApp();
    const early = await makeLink(app, app.store.live, { startsAt: '2027-01-01T00:00:00Z' });
    const over = await makeLink(app, app.store.live, { enabled: false });
    expect((await get(app, early.qrUrl)).status).toBe(200);
    expect((await get(app, over.qrUrl)).status).toBe(200);
  });

  it('is unknown where the code is, without a look-up where it cannot be one', async () => {
    const app = await createTestApp();
    const response = await get(app, `${ORIGIN}/nothing/qr.svg`);
    expect([response.status, await response.json()]).toMatchObject([404, { code: 'link_not_found' }]);
    const [gets, trips] = [app.kv.calls.get, app.database.trips];
    for (const code of ['v1', 'health', 'ab', 'te_a', 'a'.repeat(33)]) {
      expect((await get(app, `${ORIGIN}/${code}/qr.svg`)).status).toBe(404);
    }
    expect([app.kv.calls.get, app.database.trips]).toEqual([gets, trips]);
  });

  it('answers HEAD without the picture, and refuses other methods', async () => {
    const app = await createTestApp();
    const { qrUrl } = await makeLink(app);
    const head = await get(app, qrUrl, 'HEAD');
    expect([head.status, await head.text()]).toEqual([200, '']);
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
      const response = await get(app, qrUrl, method);
      expect([response.status, response.headers.get('Allow')]).toEqual([405, 'GET, HEAD']);
    }
  });
});

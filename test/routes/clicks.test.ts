import { describe, expect, it } from 'vitest';
import { clicks } from '../../src/db/schema.ts';
import { createTestApp, type Json, type TestApp } from '../support/app.ts';
import { MINUTE } from '../support/clock.ts';
import { makeLink } from '../support/resources.ts';

const BROWSER = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0';

/** Clicks as friends and programs make them, all the way through the queue. */
async function follow(app: TestApp, url: string, headers: Record<string, string> = {}): Promise<void> {
  await app.fetch(new Request(url, { headers: { 'User-Agent': BROWSER, ...headers } }));
}

async function delivered(app: TestApp): Promise<void> {
  await app.settled();
  await app.clicks.drain();
}

async function get(app: TestApp, path: string): Promise<Json> {
  const { status, body, text } = await app.request('GET', path);
  expect(status, text).toBe(200);
  return body;
}

describe('a click', () => {
  it('is told with its kind, channel and referrer, and without anything that names the visitor', async () => {
    const app = await createTestApp();
    const link = await makeLink(app);
    await follow(app, `${link.url}/whatsapp`, { Referer: 'https://chat.example/room/7?user=ann' });
    await delivered(app);
    const { items } = await get(app, '/v1/clicks');
    expect(items).toMatchObject([
      {
        linkId: link.id,
        programId: link.programId,
        at: '2026-11-21T20:00:00.000Z',
        kind: 'human',
        channel: 'whatsapp',
        device: 'desktop',
        referrerHost: 'chat.example',
      },
    ]);
    expect(await get(app, `/v1/clicks/${items[0].id}`)).toEqual(items[0]);
    await app.database.query.update(clicks).set({ visitor: 'digest-of-a-visitor' });
    expect(JSON.stringify(await get(app, '/v1/clicks'))).not.toContain('digest-of-a-visitor');
  });
});

describe('the list', () => {
  it('is filtered by link, kind, channel and time; from is inside, to is not', async () => {
    const app = await createTestApp();
    const [one, other] = [await makeLink(app), await makeLink(app)];
    await follow(app, one.url);
    await follow(app, `${one.url}/qr`);
    await delivered(app);
    app.clock.advance(MINUTE);
    await follow(app, other.url, { 'User-Agent': 'Googlebot/2.1 (+http://www.google.com/bot.html)' });
    await delivered(app);
    const count = async (query: string) => (await get(app, `/v1/clicks?${query}`)).items.length;
    expect(await count('')).toBe(3);
    expect(await count(`linkId=${one.id}`)).toBe(2);
    expect(await count(`linkId=${one.id}&channel=qr`)).toBe(1);
    expect(await count('kind=bot')).toBe(1);
    expect(await count(`kind=bot&linkId=${one.id}`)).toBe(0);
    expect(await count('from=2026-11-21T20:01:00Z')).toBe(1);
    expect(await count('from=2026-11-21T20:00:00Z&to=2026-11-21T20:01:00Z')).toBe(2);
    expect(await count('to=2026-11-21T21:00:00%2B01:00')).toBe(0);
  });

  it.each(['kind=person', 'channel=pigeon', 'from=yesterday', 'to=2026-11-21', 'linkId=adv_1'])(
    'refuses the filter %s',
    async (query) => {
      const app = await createTestApp();
      const { status, body } = await app.request('GET', `/v1/clicks?${query}`);
      expect(status).toBe(422);
      expect(body.errors[0].pointer).toBe(`#query/${query.split('=')[0]}`);
    },
  );

  it('holds nothing of another store', async () => {
    const app = await createTestApp();
    const link = await makeLink(app, app.store.test);
    await follow(app, link.url);
    await delivered(app);
    expect((await get(app, '/v1/clicks')).items).toEqual([]);
    expect((await get(app, `/v1/clicks?linkId=${link.id}`)).items).toEqual([]);
  });
});

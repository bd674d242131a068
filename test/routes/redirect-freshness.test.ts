import { describe, expect, it } from 'vitest';
import { createTestApp, ORIGIN, type TestApp } from '../support/app.ts';
import { SECOND } from '../support/clock.ts';
import { makeLink, makeProgram } from '../support/resources.ts';
import { BROWSER } from '../support/shop.ts';

/** What the API's description says, in seconds. */
const USUALLY_WITHIN = 75;

const WELCOME = 'https://shop.example/welcome';

interface Change {
  code: string;
  of: 'link' | 'program';
  body: object;
  /** Where a friend in Germany ends then. */
  after: string;
}

const CHANGES: Change[] = [
  { code: 'moved', of: 'link', body: { destination: 'https://shop.example/tea' }, after: 'https://shop.example/tea' },
  {
    code: 'split',
    of: 'link',
    body: { countries: { DE: 'https://shop.example/de' } },
    after: 'https://shop.example/de',
  },
  { code: 'named', of: 'link', body: { utm: { source: 'ann' } }, after: `${WELCOME}?utm_source=ann` },
  { code: 'disabled', of: 'link', body: { enabled: false }, after: '410' },
  { code: 'ended', of: 'link', body: { endsAt: '2026-11-21T00:00:00Z' }, after: '410' },
  { code: 'limited', of: 'link', body: { maxClicks: 1 }, after: '410' },
  { code: 'led', of: 'program', body: { destination: 'https://shop.example/mug' }, after: 'https://shop.example/mug' },
  { code: 'marked', of: 'program', body: { utm: { medium: 'mail' } }, after: `${WELCOME}?utm_medium=mail` },
];

async function end({ fetch }: { fetch: TestApp['fetch'] }, code: string): Promise<string> {
  const headers = { 'User-Agent': BROWSER, 'CF-IPCountry': 'DE' };
  const response = await fetch(new Request(`${ORIGIN}/${code}`, { headers }));
  return response.headers.get('Location')?.replace(/[?&]gw=[\w-]{70}/, '') ?? String(response.status);
}

/** A link for each change, warm in two places. */
async function createWorld(changes: readonly Change[]) {
  const app = await createTestApp();
  const far = app.elsewhere();
  const paths: string[] = [];
  for (const { code, of } of changes) {
    // Strictly, so that no request waits for others to send its click with theirs.
    const { id: programId } = await makeProgram(app, app.store.live, { clickDurability: 'strict' });
    const { id } = await makeLink(app, app.store.live, { programId, code });
    paths.push(of === 'link' ? `/v1/links/${id}` : `/v1/programs/${programId}`);
  }
  await app.settled();
  for (const { code } of changes) expect([await end(app, code), await end(far, code)]).toEqual([WELCOME, WELCOME]);
  await app.settled();
  await app.clicks.drain();
  app.clock.advance(SECOND);
  return {
    ...{ app, far },
    async change() {
      for (const [i, { body }] of changes.entries()) {
        expect((await app.request('PATCH', paths[i] ?? '', { body })).status).toBe(200);
      }
      await app.settled();
    },
  };
}

describe('a link that is hit every second', () => {
  it('is right at once where it was changed, and soon and for good elsewhere', { timeout: 20_000 }, async () => {
    const { app, far, change } = await createWorld(CHANGES);
    await change();
    const seen = CHANGES.map((): string[] => []);
    for (let second = 0; second < USUALLY_WITHIN + 30; second += 1) {
      const here = await Promise.all(CHANGES.map(({ code }) => end(app, code)));
      expect(here, `after ${second} s`).toEqual(CHANGES.map(({ after }) => after));
      const there = await Promise.all(CHANGES.map(({ code }) => end(far, code)));
      for (const [i, place] of there.entries()) seen[i]?.push(place);
      await app.settled();
      app.clock.advance(SECOND);
    }
    for (const [i, { code, after }] of CHANGES.entries()) {
      const places = seen[i] ?? [];
      const since = places.indexOf(after);
      expect(places.slice(0, since), code).toEqual(Array(since).fill(WELCOME));
      expect(since, code).toBeLessThanOrEqual(USUALLY_WITHIN);
      expect(new Set(places.slice(since)), code).toEqual(new Set([after]));
    }
  });

  it('is right elsewhere too when KV could not take the change at once', async () => {
    const { app, far, change } = await createWorld(CHANGES.slice(0, 1));
    app.kv.failing = true;
    await change();
    app.kv.failing = false;
    expect(await end(app, 'moved')).toBe('https://shop.example/tea');
    app.clock.advance(16 * SECOND);
    await app.cron();
    for (let i = 0; i < USUALLY_WITHIN / 5; i += 1) {
      await end(far, 'moved');
      await app.settled();
      app.clock.advance(5 * SECOND);
    }
    expect(await end(far, 'moved')).toBe('https://shop.example/tea');
  });
});

describe('a link that was not hit for a while', () => {
  it('is right at the first hit after the copies have had their time', async () => {
    const { app, far, change } = await createWorld(CHANGES.slice(0, 1));
    await change();
    app.clock.advance(60 * SECOND);
    expect(await end(far, 'moved')).toBe('https://shop.example/tea');
  });
});

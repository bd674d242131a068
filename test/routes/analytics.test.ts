import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { clickCounts, programs } from '../../src/db/schema.ts';
import { createTestApp, type Json, type TestApp } from '../support/app.ts';
import { HOUR } from '../support/clock.ts';
import { makeAdvocate, makeLink, makeProgram } from '../support/resources.ts';

type Counter = Partial<typeof clickCounts.$inferInsert>;

/** Twelve clicks of seven people, unless the counter says otherwise. */
async function count(app: TestApp, ...counters: Counter[]): Promise<void> {
  const counter = { linkId: 'lnk_1', day: '2026-11-21', channel: 'qr', country: 'FR', kind: 'human' as const };
  const rows = counters.map((changes) => ({
    ...{ ...counter, storeId: app.store.live.id, clicks: 12, visitors: 7 },
    ...changes,
  }));
  await app.database.query.insert(clickCounts).values(rows);
}

async function analyze(app: TestApp, query = ''): Promise<Json> {
  const { status, body, text } = await app.request('GET', `/v1/analytics/clicks?${query}`);
  expect(status, text).toBe(200);
  return body;
}

/** Key, clicks and visitors of every group, and the total. */
async function table(app: TestApp, query: string): Promise<Json[]> {
  const { groups, total } = await analyze(app, query);
  const rows = groups.map(({ key, clicks, visitors }: Json) => [key, clicks, visitors]);
  return [...rows, ['total', total.clicks, total.visitors]];
}

const WEEK = 'from=2026-11-15&to=2026-11-21';

describe('by day', () => {
  it('every day is there in its order, also one without clicks', async () => {
    const app = await createTestApp();
    await count(app, { day: '2026-11-21' }, { day: '2026-11-19', clicks: 3, visitors: 3 });
    await count(app, { day: '2026-11-19', channel: '', clicks: 2, visitors: 1 }, { day: '2026-11-14' });
    expect(await analyze(app, WEEK)).toEqual({
      from: '2026-11-15',
      to: '2026-11-21',
      timeZone: 'UTC',
      groupBy: 'day',
      total: { clicks: 17, visitors: 11 },
      groups: [
        { key: '2026-11-15', clicks: 0, visitors: 0 },
        { key: '2026-11-16', clicks: 0, visitors: 0 },
        { key: '2026-11-17', clicks: 0, visitors: 0 },
        { key: '2026-11-18', clicks: 0, visitors: 0 },
        { key: '2026-11-19', clicks: 5, visitors: 4 },
        { key: '2026-11-20', clicks: 0, visitors: 0 },
        { key: '2026-11-21', clicks: 12, visitors: 7 },
      ],
      other: { clicks: 0, visitors: 0 },
    });
  });

  it('the last 30 days up to today are told when none are named, however few groups are wanted', async () => {
    const app = await createTestApp();
    await count(app, { day: '2026-11-21' }, { day: '2026-10-23' }, { day: '2026-10-22' }, { day: '2026-11-22' });
    const { from, to, groups, total } = await analyze(app, 'limit=1');
    expect([from, to, groups.length, total.clicks]).toEqual(['2026-10-23', '2026-11-21', 30, 24]);
  });

  it('a leap day is a day', async () => {
    const app = await createTestApp();
    await count(app, { day: '2024-02-29' });
    const query = 'from=2024-02-28&to=2024-03-01';
    expect((await table(app, query)).slice(0, 3)).toEqual([
      ['2024-02-28', 0, 0],
      ['2024-02-29', 12, 7],
      ['2024-03-01', 0, 0],
    ]);
  });
});

describe('by another key', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await createTestApp();
    await count(
      app,
      { day: '2026-11-20', clicks: 5, visitors: 5 },
      { day: '2026-11-21', clicks: 6, visitors: 4, country: '' },
      { linkId: 'lnk_2', clicks: 20, visitors: 1, channel: '', country: 'DE' },
      { linkId: 'lnk_2', clicks: 4, visitors: 2, channel: 'email', country: 'DE' },
      { linkId: 'lnk_3', clicks: 100, visitors: 0, kind: 'bot', channel: '', country: 'US' },
      { linkId: 'lnk_3', day: '2026-11-14', clicks: 1000, visitors: 1000 },
    );
  });

  it.each([
    [
      'groupBy=link',
      [
        ['lnk_2', 24, 3],
        ['lnk_1', 11, 9],
        ['total', 35, 12],
      ],
    ],
    [
      'groupBy=channel',
      [
        [null, 20, 1],
        ['qr', 11, 9],
        ['email', 4, 2],
        ['total', 35, 12],
      ],
    ],
    [
      'groupBy=country',
      [
        ['DE', 24, 3],
        [null, 6, 4],
        ['FR', 5, 5],
        ['total', 35, 12],
      ],
    ],
    [
      'groupBy=kind',
      [
        ['human', 35, 12],
        ['total', 35, 12],
      ],
    ],
    [
      'groupBy=kind&kind=all',
      [
        ['bot', 100, 0],
        ['human', 35, 12],
        ['total', 135, 12],
      ],
    ],
    [
      'groupBy=link&kind=bot',
      [
        ['lnk_3', 100, 0],
        ['total', 100, 0],
      ],
    ],
    [
      'groupBy=link&channel=qr',
      [
        ['lnk_1', 11, 9],
        ['total', 11, 9],
      ],
    ],
    [
      'groupBy=channel&country=DE',
      [
        [null, 20, 1],
        ['email', 4, 2],
        ['total', 24, 3],
      ],
    ],
    ['groupBy=channel&country=JP', [['total', 0, 0]]],
  ])('%s: most clicks first', async (query, rows) => {
    expect(await table(app, `${WEEK}&${query}`)).toEqual(rows);
  });

  it('what goes beyond the limit is added up', async () => {
    const { groups, total, other } = await analyze(app, `${WEEK}&groupBy=channel&limit=1`);
    expect(groups).toEqual([{ key: null, clicks: 20, visitors: 1 }]);
    expect(other).toEqual({ clicks: 15, visitors: 11 });
    expect(total).toEqual({ clicks: 35, visitors: 12 });
  });

  it('groups with as many clicks come in the order of their keys', async () => {
    const app = await createTestApp();
    await count(app, ...['SE', 'AT', '', 'MX'].map((country) => ({ country })));
    const { groups } = await analyze(app, 'groupBy=country');
    expect(groups.map(({ key }: Json) => key)).toEqual([null, 'AT', 'MX', 'SE']);
  });
});

describe('a comparison', () => {
  it('is with as many days that end on the eve of the first', async () => {
    const app = await createTestApp();
    await count(app, { day: '2026-11-15', clicks: 30, visitors: 10 }, { day: '2026-11-14', clicks: 20, visitors: 15 });
    await count(app, { day: '2026-11-08', clicks: 4, visitors: 0 }, { day: '2026-11-07', clicks: 999 });
    const { previous, total, groups, other } = await analyze(app, `${WEEK}&compare=previous`);
    expect(previous).toEqual({ from: '2026-11-08', to: '2026-11-14' });
    expect(total).toEqual({
      clicks: 30,
      visitors: 10,
      previous: {
        clicks: 24,
        visitors: 15,
        difference: { clicks: 6, visitors: -5 },
        changeBasisPoints: { clicks: 2500, visitors: -3333 },
      },
    });
    expect(groups).toHaveLength(7);
    expect(groups[0]).toEqual({
      key: '2026-11-15',
      clicks: 30,
      visitors: 10,
      previous: {
        clicks: 4,
        visitors: 0,
        difference: { clicks: 26, visitors: 10 },
        changeBasisPoints: { clicks: 65_000, visitors: null },
      },
    });
    expect(groups[6].previous).toMatchObject({ clicks: 20, changeBasisPoints: { clicks: -10_000 } });
    expect(other.previous).toEqual({
      clicks: 0,
      visitors: 0,
      difference: { clicks: 0, visitors: 0 },
      changeBasisPoints: { clicks: null, visitors: null },
    });
  });

  it('tells also of what there was before and is no more, after all that there is', async () => {
    const app = await createTestApp();
    await count(
      app,
      { channel: 'sms', day: '2026-11-14', clicks: 50 },
      { channel: 'x', day: '2026-11-14', clicks: 90 },
    );
    await count(app, { channel: 'email', clicks: 1 });
    const { groups } = await analyze(app, `${WEEK}&groupBy=channel&compare=previous`);
    const rows = groups.map(({ key, clicks, previous }: Json) => [key, clicks, previous.clicks]);
    expect(rows).toEqual([
      ['email', 1, 0],
      ['x', 0, 90],
      ['sms', 0, 50],
    ]);
  });
});

describe('clicks', () => {
  it('of a program, an advocate or a link are those of its links alone', async () => {
    const app = await createTestApp();
    const advocateId = (await makeAdvocate(app)).id;
    const one = await makeLink(app, app.store.live, { advocateId });
    const two = await makeLink(app, app.store.live, { advocateId });
    const three = await makeLink(app, app.store.live, { programId: one.programId });
    await count(app, { linkId: one.id, clicks: 1 }, { linkId: two.id, clicks: 10 }, { linkId: three.id, clicks: 100 });
    await count(app, { linkId: 'lnk_gone', clicks: 1000 });
    const clicks = async (query: string) => (await analyze(app, query)).total.clicks;
    expect(await clicks('')).toBe(1111);
    expect(await clicks(`programId=${one.programId}`)).toBe(101);
    expect(await clicks(`advocateId=${advocateId}`)).toBe(11);
    expect(await clicks(`advocateId=${advocateId}&programId=${one.programId}`)).toBe(1);
    expect(await clicks(`linkId=${three.id}`)).toBe(100);
    expect(await clicks(`linkId=${three.id}&advocateId=${three.advocateId}&programId=${one.programId}`)).toBe(100);
    expect(await clicks(`linkId=${three.id}&programId=${two.programId}`)).toBe(0);
    expect(await clicks(`linkId=${three.id}&advocateId=${advocateId}`)).toBe(0);
  });

  it('of another store are never among them', async () => {
    const app = await createTestApp();
    const others = await app.createStore('Others');
    await count(
      app,
      { clicks: 1 },
      { storeId: app.store.test.id, clicks: 10 },
      { storeId: others.live.id, clicks: 100 },
    );
    for (const groupBy of ['day', 'link', 'channel', 'country', 'kind']) {
      expect((await analyze(app, `groupBy=${groupBy}&kind=all`)).total.clicks).toBe(1);
    }
  });
});

describe('the days', () => {
  it.each([
    ['Pacific/Kiritimati', 2 * HOUR, '2026-11-22'],
    ['America/New_York', 8.5 * HOUR, '2026-11-21'],
    ['Asia/Kathmandu', 0, '2026-11-22'],
    ['Etc/GMT+12', 15.5 * HOUR, '2026-11-21'],
  ])('of a program in %s end on its own day, and so do those of its links', async (timeZone, later, today) => {
    const app = await createTestApp();
    const { id, programId } = await makeLink(app);
    await app.database.query.update(programs).set({ timeZone });
    app.clock.advance(later);
    await count(app, { linkId: id, day: today });
    for (const query of [`programId=${programId}`, `linkId=${id}`]) {
      const { to, timeZone: told, groups } = await analyze(app, query);
      expect([to, told, groups.length]).toEqual([today, timeZone, 30]);
      expect(groups.at(-1)).toEqual({ key: today, clicks: 12, visitors: 7 });
    }
    const explicit = await analyze(app, `programId=${programId}&${WEEK}`);
    expect([explicit.to, explicit.timeZone]).toEqual(['2026-11-21', timeZone]);
  });

  it('that begin on the program’s tomorrow in UTC can begin where it is today already', async () => {
    const app = await createTestApp();
    const program = await makeProgram(app);
    await app.database.query.update(programs).set({ timeZone: 'Pacific/Auckland' });
    const { from, to } = await analyze(app, `programId=${program.id}&from=2026-11-22`);
    expect([from, to]).toEqual(['2026-11-22', '2026-11-22']);
    expect((await app.request('GET', '/v1/analytics/clicks?from=2026-11-22')).status).toBe(422);
  });
});

describe('the database', () => {
  it('is asked once beside the key, and once more for a time zone that says which day is today', async () => {
    const app = await createTestApp();
    const { id, programId, advocateId } = await makeLink(app);
    const trips = async (query: string) => {
      app.database.trips = 0;
      await analyze(app, query);
      return app.database.trips - 1;
    };
    const filters = `programId=${programId}&linkId=${id}&advocateId=${advocateId}&channel=qr&country=FR&kind=all`;
    expect(await trips(`${WEEK}&compare=previous&groupBy=link&${filters}`)).toBe(1);
    expect(await trips(`to=2026-11-21&${filters}`)).toBe(1);
    expect(await trips(`advocateId=${advocateId}`)).toBe(1);
    expect(await trips('')).toBe(1);
    expect(await trips(`programId=${programId}`)).toBe(2);
  });
});

describe('a question', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await createTestApp();
  });

  it.each([
    ['from=2026-11-22&to=2026-11-21', 'from'],
    ['from=2025-10-17&to=2026-11-21', 'from'],
    ['from=1970-01-01', 'from'],
    ['from=2026-02-30', 'from'],
    ['to=2026-13-01', 'to'],
    ['to=2026-11-21T00:00:00Z', 'to'],
    ['to=today', 'to'],
    ['from=', 'from'],
    ['groupBy=week', 'groupBy'],
    ['groupBy=link,day', 'groupBy'],
    ['groupBy=constructor', 'groupBy'],
    ['compare=next', 'compare'],
    ['kind=person', 'kind'],
    ['channel=pigeon', 'channel'],
    ['channel=', 'channel'],
    ['country=fr', 'country'],
    ['country=FRA', 'country'],
    ["country=F'", 'country'],
    ['limit=0', 'limit'],
    ['limit=101', 'limit'],
    ['limit=1e1', 'limit'],
    ['linkId=prg_1', 'linkId'],
    ['timeZone=Europe/Berlin', 'timeZone'],
    ['groupBy=day&groupBy=link', 'groupBy'],
  ])('of %s is refused and told where it is wrong', async (query, parameter) => {
    const { status, body } = await app.request('GET', `/v1/analytics/clicks?${query}`);
    expect([status, body.code]).toEqual([422, 'query_invalid']);
    expect(new Set(body.errors.map(({ pointer }: Json) => pointer))).toEqual(new Set([`#query/${parameter}`]));
  });

  it.each(['', `${WEEK}&`])('about what another store has is answered as one about nothing (%s)', async (days) => {
    const theirs = await makeLink(app, app.store.test);
    const nobody = '00000000000000000000000000';
    for (const [name, prefix, code] of [
      ['programId', 'prg', 'program_not_found'],
      ['linkId', 'lnk', 'link_not_found'],
      ['advocateId', 'adv', 'advocate_not_found'],
    ] as const) {
      const ids = [name === 'linkId' ? theirs.id : theirs[name], `${prefix}_${nobody}`];
      const [other, unknown] = await Promise.all(
        ids.map((id) => app.request('GET', `/v1/analytics/clicks?${days}${name}=${id}`)),
      );
      expect([other?.status, other?.body.code]).toEqual([404, code]);
      expect({ ...other?.body, requestId: '' }).toEqual({ ...unknown?.body, requestId: '' });
    }
  });
});

describe('the groups and the others', () => {
  const anyCounter = fc.record({
    linkId: fc.constantFrom('lnk_1', 'lnk_2', 'lnk_3', 'lnk_4'),
    day: fc.constantFrom('2026-11-13', '2026-11-14', '2026-11-17', '2026-11-20', '2026-11-21', '2026-11-22'),
    channel: fc.constantFrom('', 'qr', 'email', 'sms'),
    country: fc.constantFrom('', 'FR', 'DE', 'JP'),
    kind: fc.constantFrom('human' as const, 'bot' as const, 'head' as const),
    clicks: fc.integer({ min: 1, max: 1e9 }),
    visitors: fc.integer({ min: 0, max: 1e9 }),
  });
  const identity = ({ linkId, day, channel, country, kind }: Counter) => [linkId, day, channel, country, kind].join();
  const anyCounters = fc.uniqueArray(anyCounter, { selector: identity, minLength: 1, maxLength: 30 });

  it('add up to the total, however they are grouped, and the total is that of the counters', async () => {
    const app = await createTestApp();
    const from = '2026-11-18';
    const to = '2026-11-21';
    const eve = '2026-11-14';
    const anyLimit = fc.integer({ min: 1, max: 5 });
    await fc.assert(
      fc.asyncProperty(anyCounters, anyLimit, fc.constantFrom('all', 'human'), async (counters, limit, kind) => {
        await app.database.query.delete(clickCounts);
        await count(app, ...counters);
        const wanted = counters.filter((counter) => kind === 'all' || counter.kind === kind);
        const now = wanted.filter(({ day }) => day >= from && day <= to);
        const before = wanted.filter(({ day }) => day >= eve && day < from);
        const expected = [...sums(now), ...sums(before)];
        for (const groupBy of ['day', 'link', 'channel', 'country', 'kind']) {
          const query = `from=${from}&to=${to}&kind=${kind}&groupBy=${groupBy}&limit=${limit}&compare=previous`;
          const { groups, other, total } = await analyze(app, query);
          const parts: Json[] = [...groups, other];
          expect([...sums(parts), ...sums(parts.map(({ previous }) => previous))]).toEqual(expected);
          expect([...sums([total]), ...sums([total.previous])]).toEqual(expected);
          expect(groups.length).toBeLessThanOrEqual(groupBy === 'day' ? 4 : limit);
        }
      }),
      { numRuns: 25 },
    );
  });

  function sums(parts: { clicks: number; visitors: number }[]): [number, number] {
    return [parts.reduce((sum, { clicks }) => sum + clicks, 0), parts.reduce((sum, { visitors }) => sum + visitors, 0)];
  }
});

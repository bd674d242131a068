import { sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { clickAudits, clickCounts, clicks, deadDeliveries, stores } from '../../src/db/schema.ts';
import { createTestApp, DEPLOYMENT_TOKEN, type TestApp, type TestSide } from '../support/app.ts';
import { DAY, HOUR, MINUTE } from '../support/clock.ts';
import { createCountingId } from '../support/ids.ts';

async function storeClicks(app: TestApp, side: TestSide, count: number): Promise<void> {
  const newId = createCountingId(app.clock.now);
  const at = app.clock.now();
  const click = () => ({
    ...{ storeId: side.id, id: newId('clk'), linkId: `lnk_${'0'.repeat(26)}`, programId: `prg_${'0'.repeat(26)}`, at },
    ...{ kind: 'human', channel: null, country: null, visitor: null, agent: 'mobile', rule: 1, referrerHost: null },
  });
  await app.clicks.binding.send({ clicks: Array.from({ length: count }, click) });
  await app.clicks.drain();
}

async function keep(app: TestApp, side: TestSide, clickRetentionDays: number): Promise<void> {
  const answer = await app.request('PATCH', `/v1/stores/${side.id}`, {
    key: DEPLOYMENT_TOKEN,
    body: { clickRetentionDays },
  });
  expect(answer.status).toBe(200);
}

async function timesIn(app: TestApp, side: TestSide): Promise<number[]> {
  const rows = await app.database.query
    .select({ at: clicks.at })
    .from(clicks)
    .where(sql`${clicks.storeId} = ${side.id}`)
    .orderBy(clicks.id);
  return rows.map(({ at }) => at);
}

describe('clicks', () => {
  it('are deleted when their store keeps them no longer, to the millisecond, and those of other stores are not', async () => {
    const app = await createTestApp();
    const { live, test } = app.store;
    await keep(app, live, 2);
    await keep(app, test, 3);
    const start = app.clock.now();
    for (let hour = 0; hour <= 48; hour += 24) {
      await storeClicks(app, live, 2);
      await storeClicks(app, test, 1);
      app.clock.advance(DAY);
    }
    app.clock.advance(-DAY);
    await app.cron();
    expect(await timesIn(app, live)).toHaveLength(6);
    app.clock.advance(1);
    await app.cron();
    expect(await timesIn(app, live)).toEqual([start + DAY, start + DAY, start + 2 * DAY, start + 2 * DAY]);
    expect(await timesIn(app, test)).toEqual([start, start + DAY, start + 2 * DAY]);
  });

  it('leave their counters, whatever is deleted', async () => {
    const app = await createTestApp();
    await storeClicks(app, app.store.live, 30);
    const before = await app.database.query.select().from(clickCounts);
    app.clock.advance(91 * DAY);
    await app.cron();
    expect(await timesIn(app, app.store.live)).toEqual([]);
    expect(before).toMatchObject([{ clicks: 30 }]);
    expect(await app.database.query.select().from(clickCounts)).toEqual(before);
  });

  it('are deleted by and by, some in every run', async () => {
    const app = await createTestApp();
    await storeClicks(app, app.store.live, 11_000);
    app.clock.advance(91 * DAY);
    await app.cron();
    const left = (await timesIn(app, app.store.live)).length;
    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThan(11_000);
    app.clock.advance(MINUTE);
    await app.cron();
    expect(await timesIn(app, app.store.live)).toEqual([]);
  });

  it('are deleted of archived stores too', async () => {
    const app = await createTestApp();
    await storeClicks(app, app.store.live, 3);
    await app.database.query.update(stores).set({ archivedAt: 1 });
    app.clock.advance(91 * DAY);
    await app.cron();
    expect(await timesIn(app, app.store.live)).toEqual([]);
  });
});

describe('what is noted of the pipeline', () => {
  it('is deleted after a week, but for deliveries that nobody replayed', async () => {
    const app = await createTestApp();
    const { query } = app.database;
    const hour = app.clock.now();
    await query.insert(clickAudits).values([
      { hour, isolate: 'a', answered: 1 },
      { hour: hour + HOUR, isolate: 'a', answered: 1 },
    ]);
    await query.insert(deadDeliveries).values([
      { id: 'open', body: {}, diedAt: hour },
      { id: 'replayed', body: {}, diedAt: hour, replayedAt: hour },
      { id: 'replayed later', body: {}, diedAt: hour, replayedAt: hour + HOUR },
    ]);
    app.clock.advance(7 * DAY + 1);
    await app.cron();
    expect(await query.select({ hour: clickAudits.hour }).from(clickAudits)).toEqual([{ hour: hour + HOUR }]);
    const dead = await query.select({ id: deadDeliveries.id }).from(deadDeliveries).orderBy(deadDeliveries.id);
    expect(dead).toEqual([{ id: 'open' }, { id: 'replayed later' }]);
  });
});

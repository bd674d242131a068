import { describe, expect, it } from 'vitest';
import { clickAudits, deadDeliveries } from '../../src/db/schema.ts';
import { createTestApp, DEPLOYMENT_TOKEN, ORIGIN, type TestApp } from '../support/app.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../support/clock.ts';
import { insertLink } from '../support/link-rows.ts';
import { BROWSER } from '../support/shop.ts';

async function health(app: TestApp) {
  const answer = await app.request('GET', '/v1/health/clicks', { key: DEPLOYMENT_TOKEN });
  expect(answer.status).toBe(200);
  return answer.body;
}

async function follow(app: TestApp, times = 1): Promise<void> {
  for (let i = 0; i < times; i += 1) {
    await app.fetch(new Request(`${ORIGIN}/tea`, { headers: { 'User-Agent': BROWSER } }));
  }
  await app.settled();
}

async function stored(app: TestApp): Promise<void> {
  await app.settled();
  await app.clicks.drain();
}

describe('the health of the clicks', () => {
  it('is good where nothing ever happened', async () => {
    const app = await createTestApp();
    expect(await health(app)).toEqual({
      status: 'ok',
      hours: [],
      openDeadDeliveries: 0,
      oldestUnpublishedLinkSeconds: null,
      newestClickSeconds: null,
    });
  });

  it('holds what was answered against what was stored, hour by hour, in one trip', async () => {
    const app = await createTestApp();
    await insertLink(app.database, 'tea');
    await follow(app, 5);
    app.clock.advance(MINUTE);
    await follow(app);
    await stored(app);
    app.clock.advance(HOUR);
    await follow(app);
    await stored(app);
    app.clock.advance(7 * SECOND);
    app.database.trips = 0;
    expect(await health(app)).toEqual({
      status: 'ok',
      hours: [
        { hour: '2026-11-21T20:00:00.000Z', answered: 6, stored: 6, difference: 0 },
        { hour: '2026-11-21T21:00:00.000Z', answered: 1, stored: 1, difference: 0 },
      ],
      openDeadDeliveries: 0,
      oldestUnpublishedLinkSeconds: null,
      newestClickSeconds: 7,
    });
    expect(app.database.trips).toBe(1);
  });

  it('adds up what several isolates answered', async () => {
    const app = await createTestApp();
    await insertLink(app.database, 'tea');
    for (let isolate = 0; isolate < 3; isolate += 1) {
      app.coldStart();
      await follow(app);
    }
    await stored(app);
    expect((await health(app)).hours).toMatchObject([{ answered: 3, stored: 3, difference: 0 }]);
  });

  it('shows clicks that did not arrive: on their way, behind, and lost', async () => {
    const app = await createTestApp();
    await insertLink(app.database, 'tea');
    await follow(app);
    app.clicks.messages = [];
    expect(await health(app)).toMatchObject({ status: 'ok', hours: [{ answered: 1, stored: 0, difference: 1 }] });
    app.clock.advance(HOUR + 10 * MINUTE);
    expect(await health(app)).toMatchObject({ status: 'behind', newestClickSeconds: null });
    app.clock.advance(16 * HOUR);
    expect(await health(app)).toMatchObject({ status: 'lossy' });
  });

  it('takes no alarm at an isolate that was gone before its last tally', async () => {
    const app = await createTestApp();
    await insertLink(app.database, 'tea');
    await follow(app, 5);
    app.coldStart();
    await stored(app);
    app.clock.advance(30 * HOUR);
    expect(await health(app)).toMatchObject({ status: 'ok', hours: [{ answered: 1, stored: 5, difference: -4 }] });
  });

  it('does not take clicks that a store keeps no longer for lost', async () => {
    const app = await createTestApp();
    const { storeId } = await insertLink(app.database, 'tea');
    await app.request('PATCH', `/v1/stores/${storeId}`, { key: DEPLOYMENT_TOKEN, body: { clickRetentionDays: 1 } });
    await follow(app);
    await stored(app);
    app.clock.advance(DAY + HOUR);
    await app.cron();
    expect(await health(app)).toMatchObject({
      ...{ status: 'ok', newestClickSeconds: null },
      hours: [{ answered: 1, stored: 1, difference: 0 }],
    });
  });

  it('looks back for 48 hours', async () => {
    const app = await createTestApp();
    const hour = app.clock.now();
    await app.database.query.insert(clickAudits).values([
      { hour: hour - 49 * HOUR, isolate: 'clk_1', answered: 1 },
      { hour: hour - 48 * HOUR, isolate: 'clk_1', answered: 0 },
    ]);
    expect((await health(app)).hours).toMatchObject([{ hour: '2026-11-19T20:00:00.000Z' }]);
  });

  it('says that deliveries are dead until they are replayed', async () => {
    const app = await createTestApp();
    await app.database.query.insert(deadDeliveries).values([
      { id: '1', body: {}, diedAt: 1 },
      { id: '2', body: {}, diedAt: 1, replayedAt: 2 },
    ]);
    expect(await health(app)).toMatchObject({ status: 'behind', openDeadDeliveries: 1 });
  });

  it('says since when the edge does not show a change of a link', async () => {
    const app = await createTestApp();
    const link = await insertLink(app.database, 'tea');
    await app.database.client.execute({
      sql: 'insert into link_puts (store_id, link_id, version, created_at) values (?, ?, 1, ?)',
      args: [link.storeId, link.linkId, app.clock.now()],
    });
    app.clock.advance(5 * MINUTE);
    expect(await health(app)).toMatchObject({ status: 'behind', oldestUnpublishedLinkSeconds: 300 });
    await app.cron();
    expect(await health(app)).toMatchObject({ status: 'ok', oldestUnpublishedLinkSeconds: null });
  });
});

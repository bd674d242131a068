import { describe, expect, it } from 'vitest';
import type { Click } from '../src/domain/click.ts';
import { createDoors } from '../src/doors.ts';
import { createIsolate } from '../src/isolate.ts';
import { createTestApp, type TestApp } from './support/app.ts';
import { DAY } from './support/clock.ts';
import { loggedErrors } from './support/console.ts';
import { createCountingId } from './support/ids.ts';

function someClicks(app: TestApp, count: number): Click[] {
  const newId = createCountingId(app.clock.now);
  const common = { storeId: app.store.live.id, linkId: newId('lnk'), programId: newId('prg'), at: app.clock.now() };
  const rest = {
    kind: 'human',
    channel: null,
    country: 'CA',
    visitor: null,
    agent: 'mobile',
    rule: 1,
    referrerHost: null,
  } as const;
  return Array.from({ length: count }, () => ({ ...common, ...rest, id: newId('clk') }));
}

async function stored(app: TestApp): Promise<{ rows: number; counted: number }> {
  const { rows } = await app.database.client.execute(
    'select (select count(*) from clicks) as rows, (select coalesce(sum(clicks), 0) from click_counts) as counted',
  );
  return { rows: Number(rows[0]?.rows), counted: Number(rows[0]?.counted) };
}

describe('the queue of clicks', () => {
  it('stores and counts each click once, though everything is delivered twice and cut in other batches', async () => {
    const app = await createTestApp();
    const clicks = someClicks(app, 12);
    for (let i = 0; i < 12; i += 2) await app.clicks.binding.send({ clicks: clicks.slice(i, i + 2) });
    await app.clicks.drain({ again: true, batchSize: 4 });
    expect(await stored(app)).toEqual({ rows: 12, counted: 12 });
  });

  it('gives clicks back while the database is down, waits longer each time, and loses none', async () => {
    const app = await createTestApp();
    await app.clicks.binding.send({ clicks: someClicks(app, 3) });
    app.database.down = (trip) => trip <= 3;
    await app.clicks.drain();
    expect(app.clicks.delays).toEqual([2, 4, 8]);
    expect(await stored(app)).toEqual({ rows: 3, counted: 3 });
  });

  it('counts no click twice when the database did its work and its answer was lost', async () => {
    const app = await createTestApp();
    await app.clicks.binding.send({ clicks: someClicks(app, 3) });
    app.database.losesAnswer = (trip) => trip === 1;
    await app.clicks.drain();
    expect(await stored(app)).toEqual({ rows: 3, counted: 3 });
  });

  it('is not taken for another queue', async () => {
    const app = await createTestApp();
    const doors = createDoors(createIsolate());
    const batch = { queue: 'someone-elses', messages: [] } as unknown as MessageBatch;
    await expect(doors.queue(batch, app.bindings, {} as ExecutionContext)).rejects.toThrow('someone-elses');
  });
});

describe('the cron', () => {
  it('runs every flow though one of them fails, and fails then', async () => {
    const app = await createTestApp();
    await app.request('POST', '/v1/keys', {
      body: { name: 'A key', scopes: [] },
      headers: { 'Idempotency-Key': 'k' },
    });
    app.clock.advance(8 * DAY);
    await app.database.client.execute('alter table rewards rename to elsewhere');
    await expect(app.cron()).rejects.toThrow('1 of the flows');
    expect(loggedErrors()).toEqual([expect.objectContaining({ message: 'cron failed', flow: 'releaseRewards' })]);
    const { rows } = await app.database.client.execute('select * from replays');
    expect(rows).toEqual([]);
  });

  it('logs no error when the database is down, and fails', async () => {
    const app = await createTestApp();
    app.database.down = true;
    await expect(app.cron()).rejects.toThrow('failed');
  });

  it('does not pretend to run at a time that nothing is set for', async () => {
    const app = await createTestApp();
    await expect(app.cron('0 0 1 1 *')).rejects.toThrow('0 0 1 1 *');
  });
});

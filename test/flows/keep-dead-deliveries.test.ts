import { describe, expect, it } from 'vitest';
import { deadDeliveries } from '../../src/db/schema.ts';
import { createTestApp } from '../support/app.ts';
import { MINUTE } from '../support/clock.ts';

describe('a delivery that the queue gave up on', () => {
  it.each([{ clicks: [{ id: 'clk_1' }] }, null, undefined, 'text', 7, [], { é: '\u2028"' }])(
    'is kept as it was, whatever it holds: %j',
    async (body) => {
      const app = await createTestApp();
      await app.deadClicks.binding.send(body);
      await app.deadClicks.drain();
      expect(await app.database.query.select().from(deadDeliveries)).toEqual([
        { id: '1', body: body ?? null, diedAt: app.clock.now(), replayedAt: null },
      ]);
    },
  );

  it('is kept once, however often it comes, and stays replayed', async () => {
    const app = await createTestApp();
    for (let i = 0; i < 5; i += 1) await app.deadClicks.binding.send({ clicks: [i] });
    const all = [...app.deadClicks.messages];
    await app.deadClicks.drain({ batchSize: 2 });
    await app.database.query.update(deadDeliveries).set({ replayedAt: 1 });
    const before = await app.database.query.select().from(deadDeliveries).orderBy(deadDeliveries.id);
    app.clock.advance(MINUTE);
    app.deadClicks.messages = all.reverse();
    await app.deadClicks.drain();
    expect(before).toHaveLength(5);
    expect(await app.database.query.select().from(deadDeliveries).orderBy(deadDeliveries.id)).toEqual(before);
  });

  it('is given back while the database is down', async () => {
    const app = await createTestApp();
    await app.deadClicks.binding.send({ clicks: [] });
    app.database.down = (trip) => trip <= 2;
    await app.deadClicks.drain();
    expect(app.deadClicks.delays).toEqual([2, 4]);
    expect(await app.database.query.select().from(deadDeliveries)).toHaveLength(1);
  });
});

import { eq, inArray } from 'drizzle-orm';
import { describe, expect, it, vi } from 'vitest';
import { type Context, openContext } from '../../src/context.ts';
import { ledgerCheck } from '../../src/db/ledger.ts';
import { rewardById } from '../../src/db/rewards.ts';
import { events, rewardMoves, rewards } from '../../src/db/schema.ts';
import { readSettings } from '../../src/env.ts';
import { moveReward } from '../../src/flows/move-reward.ts';
import { releaseRewards } from '../../src/flows/release-rewards.ts';
import { createIsolate } from '../../src/isolate.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { DAY } from '../support/clock.ts';
import { insertCredit } from '../support/credit-rows.ts';

function contextOf(app: TestApp): Context {
  const isolate = createIsolate({ now: app.clock.now, fetch: app.database.fetch });
  return openContext(readSettings(app.bindings), isolate, () => {});
}

async function statesOf({ database }: TestApp, ids: string[]): Promise<Record<string, number>> {
  const rows = await database.query.select({ state: rewards.state }).from(rewards).where(inArray(rewards.id, ids));
  return Object.fromEntries([...Map.groupBy(rows, ({ state }) => state)].map(([state, all]) => [state, all.length]));
}

describe('releaseRewards', () => {
  it('approves a reward in the millisecond its hold ends, and none before', async () => {
    const app = await createTestApp();
    const { rewardIds } = await insertCredit(app, app.store.live.id, { heldFor: 14 * DAY });
    app.clock.advance(14 * DAY - 1);
    await releaseRewards(contextOf(app));
    expect(await statesOf(app, rewardIds)).toEqual({ held: 1 });
    app.clock.advance(1);
    await releaseRewards(contextOf(app));
    expect(await statesOf(app, rewardIds)).toEqual({ approved: 1 });
  });

  it('leaves the audit, the ledger and the event of each', async () => {
    const app = await createTestApp();
    const [one = ''] = (await insertCredit(app, app.store.live.id)).rewardIds;
    await releaseRewards(contextOf(app));
    const reward = await rewardById(app.database, app.store.live.id, one);
    expect(reward?.moves.at(-1)).toEqual({
      seq: 2,
      from: 'held',
      to: 'approved',
      actor: 'system',
      reason: 'hold_ended',
      note: null,
      at: app.clock.now(),
    });
    expect(await ledgerCheck(app.database, app.store.live.id)).toEqual({ rewards: 1, entries: 2, mismatches: [] });
    const told = await app.database.query.select().from(events).where(eq(events.type, 'reward.approved'));
    expect(told.map(({ data }) => data)).toMatchObject([{ rewardId: one, state: 'approved', reason: 'hold_ended' }]);
  });

  it('waits for a person where the rule or the verdict wants one', async () => {
    const app = await createTestApp();
    const { live } = app.store;
    const waiting = [
      await insertCredit(app, live.id, { approval: 'manual' }),
      await insertCredit(app, live.id, { verdict: 'review' }),
      await insertCredit(app, live.id, { verdict: 'block' }),
    ];
    await releaseRewards(contextOf(app));
    expect(
      await statesOf(
        app,
        waiting.flatMap(({ rewardIds }) => rewardIds),
      ),
    ).toEqual({ held: 3 });
  });

  it('serves all stores in one run, many rewards in few trips', async () => {
    const app = await createTestApp();
    const made = [
      await insertCredit(app, app.store.live.id, { rewards: 70 }),
      await insertCredit(app, app.store.test.id, { rewards: 60 }),
    ];
    app.database.trips = 0;
    await releaseRewards(contextOf(app));
    expect(
      await statesOf(
        app,
        made.flatMap(({ rewardIds }) => rewardIds),
      ),
    ).toEqual({ approved: 130 });
    expect(app.database.trips).toBeLessThanOrEqual(6);
    for (const { id } of [app.store.live, app.store.test]) {
      expect((await ledgerCheck(app.database, id)).mismatches).toEqual([]);
    }
  });

  it('goes on around a reward that cannot be written, and tries it again in the next run', async () => {
    const app = await createTestApp();
    const storeId = app.store.live.id;
    const { rewardIds } = await insertCredit(app, storeId, { rewards: 60 });
    const broken = rewardIds[3] ?? '';
    const audit = { storeId, rewardId: broken, seq: 2, toState: 'held' as const, actor: 'x', reason: 'x', at: 0 };
    await app.database.query.insert(rewardMoves).values(audit);
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    await releaseRewards(contextOf(app));
    expect(warn).toHaveBeenCalledWith(expect.objectContaining({ rewardIds: [broken] }));
    warn.mockRestore();
    expect(await statesOf(app, rewardIds)).toEqual({ approved: 59, held: 1 });
    await app.database.query.delete(rewardMoves).where(eq(rewardMoves.actor, 'x'));
    await releaseRewards(contextOf(app));
    expect(await statesOf(app, rewardIds)).toEqual({ approved: 60 });
    expect((await ledgerCheck(app.database, storeId)).mismatches).toEqual([]);
  });

  it('approves each reward once when two runs and an operator meet', async () => {
    const app = await createTestApp();
    const storeId = app.store.live.id;
    const { rewardIds } = await insertCredit(app, storeId, { rewards: 30 });
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    const cause = { actor: 'key_1', reason: 'requested', note: null };
    await Promise.allSettled([
      releaseRewards(contextOf(app)),
      releaseRewards(contextOf(app)),
      ...rewardIds.slice(0, 5).map((id) => moveReward(contextOf(app), storeId, id, 'approve', cause)),
    ]);
    await releaseRewards(contextOf(app));
    warn.mockRestore();
    expect(await statesOf(app, rewardIds)).toEqual({ approved: 30 });
    expect(await ledgerCheck(app.database, storeId)).toEqual({ rewards: 30, entries: 60, mismatches: [] });
    expect(await app.database.query.select().from(rewardMoves)).toHaveLength(60);
  });

  it('ends a run after a thousand rewards, and leaves the rest to the next minute', async () => {
    const app = await createTestApp();
    const { rewardIds } = await insertCredit(app, app.store.live.id, { rewards: 1010 });
    await releaseRewards(contextOf(app));
    expect(await statesOf(app, rewardIds.slice(0, 500))).toEqual({ approved: 500 });
    expect((await statesOf(app, rewardIds.slice(500))).held).toBe(10);
    await releaseRewards(contextOf(app));
    expect(await statesOf(app, rewardIds.slice(500))).toEqual({ approved: 510 });
  });
});

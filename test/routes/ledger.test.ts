import { eq } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { ledgerEntries, rewards } from '../../src/db/schema.ts';
import { createTestApp, type Json, type TestApp } from '../support/app.ts';
import { MINUTE } from '../support/clock.ts';
import { insertCredit } from '../support/credit-rows.ts';

const NOBODY = '00000000000000000000000000';

async function check(app: TestApp): Promise<Json> {
  const { status, body } = await app.request('GET', '/v1/ledger/check');
  expect(status).toBe(200);
  return body;
}

async function addEntry(app: TestApp, rewardId: string, changes: Partial<typeof ledgerEntries.$inferInsert>) {
  const [entry] = await app.database.query.select().from(ledgerEntries).where(eq(ledgerEntries.rewardId, rewardId));
  if (entry === undefined) throw new Error('The reward has no entries');
  await app.database.query
    .insert(ledgerEntries)
    .values({ ...entry, id: `led_${changes.cause}`, kind: 'adjust', pending: 0, ...changes });
}

describe('balances of an advocate', () => {
  it('follow every move, and are the sum of the entries', async () => {
    const app = await createTestApp();
    const { advocateId, rewardIds } = await insertCredit(app, app.store.live.id, { rewards: 3 });
    const [first, second] = rewardIds;
    const balances = async () => (await app.request('GET', `/v1/ledger/balances?advocateId=${advocateId}`)).body.items;
    const inDollars = { side: 'advocate', currency: 'USD' };
    expect(await balances()).toEqual([{ ...inDollars, pending: 1500, approved: 0, issued: 0, total: 1500 }]);
    await app.request('POST', `/v1/rewards/${first}/approve`);
    await app.request('POST', `/v1/rewards/${second}/approve`);
    await app.request('POST', `/v1/rewards/${second}/issue`);
    expect(await balances()).toEqual([{ ...inDollars, pending: 500, approved: 500, issued: 500, total: 1500 }]);
    await app.request('POST', `/v1/rewards/${first}/void`, { body: { reason: 'Mistake' } });
    expect(await balances()).toEqual([{ ...inDollars, pending: 500, approved: 0, issued: 500, total: 1000 }]);
    const { body } = await app.request('GET', `/v1/ledger/entries?advocateId=${advocateId}&limit=100`);
    const sum = body.items.reduce(
      (all: number, { pending, approved, issued }: Json) => all + pending + approved + issued,
      0,
    );
    expect(sum).toBe(1000);
  });

  it('are kept apart by currency', async () => {
    const app = await createTestApp();
    const { advocateId, rewardIds } = await insertCredit(app, app.store.live.id);
    await addEntry(app, rewardIds[0] ?? '', { cause: 'yen', currency: 'JPY', issued: 900 });
    const { body } = await app.request('GET', `/v1/ledger/balances?advocateId=${advocateId}`);
    expect(body.items).toMatchObject([
      { currency: 'JPY', issued: 900, total: 900 },
      { currency: 'USD', pending: 500, total: 500 },
    ]);
  });

  it('of one who has earned nothing are none, and of one who does not exist are refused', async () => {
    const app = await createTestApp();
    const { advocateId } = await insertCredit(app, app.store.live.id, { rewards: 0 });
    const theirs = await insertCredit(app, app.store.test.id);
    const none = await app.request('GET', `/v1/ledger/balances?advocateId=${advocateId}`);
    expect(none.body).toEqual({ items: [] });
    for (const id of [theirs.advocateId, `adv_${NOBODY}`]) {
      const { status, body } = await app.request('GET', `/v1/ledger/balances?advocateId=${id}`);
      expect(status).toBe(404);
      expect(body.code).toBe('advocate_not_found');
    }
  });
});

describe('balances of a friend', () => {
  it('are asked for by a conversion of theirs, and hold their own side alone', async () => {
    const app = await createTestApp();
    const { conversionId, rewardIds } = await insertCredit(app, app.store.live.id, { rewards: 2 });
    const [first = ''] = rewardIds;
    await insertCredit(app, app.store.live.id);
    await app.database.query.update(rewards).set({ side: 'friend' }).where(eq(rewards.id, first));
    await app.database.query.update(ledgerEntries).set({ side: 'friend' }).where(eq(ledgerEntries.rewardId, first));
    const { body } = await app.request('GET', `/v1/ledger/balances?friendOf=${conversionId}`);
    const items = [{ side: 'friend', currency: 'USD', pending: 500, approved: 0, issued: 0, total: 500 }];
    expect(body).toEqual({ items });
  });

  it('of a conversion of another store are not told', async () => {
    const app = await createTestApp();
    const theirs = await insertCredit(app, app.store.test.id);
    for (const id of [theirs.conversionId, `cnv_${NOBODY}`]) {
      const { status, body } = await app.request('GET', `/v1/ledger/balances?friendOf=${id}`);
      expect(status).toBe(404);
      expect(body.code).toBe('conversion_not_found');
    }
  });

  it.each(['', `?advocateId=adv_${NOBODY}&friendOf=cnv_${NOBODY}`])(
    'are neither asked for without a holder nor with two: %j',
    async (query) => {
      const app = await createTestApp();
      const { status, body } = await app.request('GET', `/v1/ledger/balances${query}`);
      expect(status).toBe(422);
      expect(body.code).toBe('query_invalid');
    },
  );
});

describe('entries', () => {
  it('are filtered by reward, advocate and side, newest first', async () => {
    const app = await createTestApp();
    const { advocateId, rewardIds } = await insertCredit(app, app.store.live.id, { rewards: 2 });
    await insertCredit(app, app.store.live.id);
    const [first] = rewardIds;
    app.clock.advance(MINUTE);
    await app.request('POST', `/v1/rewards/${first}/approve`);
    const kinds = async (query: string) =>
      (await app.request('GET', `/v1/ledger/entries?${query}`)).body.items.map(({ kind }: Json) => kind);
    expect(await kinds(`rewardId=${first}`)).toEqual(['approve', 'grant']);
    expect(await kinds(`advocateId=${advocateId}&side=advocate`)).toHaveLength(3);
    expect(await kinds(`advocateId=${advocateId}&side=friend`)).toEqual([]);
    expect(await kinds('')).toHaveLength(4);
  });

  it('tell nothing of the friend', async () => {
    const app = await createTestApp();
    await insertCredit(app, app.store.live.id);
    expect((await app.request('GET', '/v1/ledger/entries')).text).not.toContain('friend of');
  });
});

describe('the check', () => {
  it('finds nothing wrong in a store whose rewards were moved as they may be', async () => {
    const app = await createTestApp();
    const { rewardIds } = await insertCredit(app, app.store.live.id, { rewards: 4 });
    for (const id of rewardIds.slice(0, 3)) await app.request('POST', `/v1/rewards/${id}/approve`);
    await app.request('POST', `/v1/rewards/${rewardIds[1]}/issue`);
    await app.request('POST', `/v1/rewards/${rewardIds[2]}/void`, { body: { reason: 'Mistake' } });
    expect(await check(app)).toEqual({ balanced: true, rewards: 4, entries: 9, mismatches: [] });
  });

  it('finds the reward whose sum is a cent off, and says by how much', async () => {
    const app = await createTestApp();
    const { rewardIds } = await insertCredit(app, app.store.live.id, { rewards: 3 });
    await addEntry(app, rewardIds[1] ?? '', { cause: 'slip', pending: 1 });
    const { balanced, mismatches } = await check(app);
    expect(balanced).toBe(false);
    expect(mismatches).toEqual([
      {
        rewardId: rewardIds[1],
        state: 'held',
        currency: 'USD',
        amount: 500,
        reversed: 0,
        expected: { pending: 500, approved: 0, issued: 0, total: 500 },
        found: { pending: 501, approved: 0, issued: 0, total: 501 },
        strays: 0,
      },
    ]);
  });

  it.each<[string, Partial<typeof rewards.$inferInsert>]>([
    ['a state that its entries do not know of', { state: 'issued' }],
    ['a blocked reward that has entries', { state: 'blocked' }],
    ['a reversal without an entry', { reversed: 1 }],
  ])('finds %s', async (_, changes) => {
    const app = await createTestApp();
    const [id = ''] = (await insertCredit(app, app.store.live.id)).rewardIds;
    await app.database.query.update(rewards).set(changes).where(eq(rewards.id, id));
    expect((await check(app)).mismatches).toMatchObject([{ rewardId: id }]);
  });

  it('finds a reward without any entries, and entries that are balanced but of somebody else', async () => {
    const app = await createTestApp();
    const { rewardIds } = await insertCredit(app, app.store.live.id, { rewards: 2 });
    const [bare = '', stray = ''] = rewardIds;
    await app.database.query.delete(ledgerEntries).where(eq(ledgerEntries.rewardId, bare));
    await app.database.query
      .update(ledgerEntries)
      .set({ advocateId: 'adv_x' })
      .where(eq(ledgerEntries.rewardId, stray));
    const { mismatches } = await check(app);
    expect(mismatches.find(({ rewardId }: Json) => rewardId === bare).found.total).toBe(0);
    expect(mismatches.find(({ rewardId }: Json) => rewardId === stray).strays).toBe(1);
  });

  it('looks at one store only', async () => {
    const app = await createTestApp();
    const { rewardIds } = await insertCredit(app, app.store.test.id);
    await addEntry(app, rewardIds[0] ?? '', { cause: 'slip', issued: 7 });
    expect(await check(app)).toEqual({ balanced: true, rewards: 0, entries: 0, mismatches: [] });
  });
});

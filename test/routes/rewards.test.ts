import { describe, expect, it } from 'vitest';
import { createTestApp, type Json, type TestApp } from '../support/app.ts';
import { MINUTE } from '../support/clock.ts';
import { insertCredit } from '../support/credit-rows.ts';

async function keyId(app: TestApp): Promise<string> {
  const { body } = await app.request('GET', '/v1/keys');
  return body.items.find(({ kind }: Json) => kind === 'secret').id;
}

async function listed(app: TestApp, query = ''): Promise<string[]> {
  const { status, body } = await app.request('GET', `/v1/rewards${query}`);
  expect(status).toBe(200);
  return body.items.map(({ id }: Json) => id);
}

describe('a reward', () => {
  it('goes from held to approved to issued, and shows who moved it and when', async () => {
    const app = await createTestApp();
    const [id] = (await insertCredit(app, app.store.live.id)).rewardIds;
    const actor = await keyId(app);
    app.clock.advance(MINUTE);
    const approved = await app.request('POST', `/v1/rewards/${id}/approve`);
    expect(approved.body).toMatchObject({ id, state: 'approved', updatedAt: '2026-11-21T20:01:00.000Z' });
    app.clock.advance(MINUTE);
    const issued = await app.request('POST', `/v1/rewards/${id}/issue`);
    expect(issued.body).toMatchObject({ state: 'issued', amount: 500, reversed: 0 });
    expect(issued.body.moves).toMatchObject([
      { seq: 1, from: null, to: 'held', actor: 'system', reason: 'earned' },
      { seq: 2, from: 'held', to: 'approved', actor, reason: 'requested', at: '2026-11-21T20:01:00.000Z' },
      { seq: 3, from: 'approved', to: 'issued', actor, reason: 'requested', at: '2026-11-21T20:02:00.000Z' },
    ]);
    expect((await app.request('GET', `/v1/rewards/${id}`)).body).toEqual(issued.body);
  });

  it('tells nothing of the friend', async () => {
    const app = await createTestApp();
    const [id] = (await insertCredit(app, app.store.live.id)).rewardIds;
    for (const path of [`/v1/rewards/${id}`, '/v1/rewards']) {
      expect((await app.request('GET', path)).text).not.toContain('friend of');
    }
  });
});

describe('voiding', () => {
  it('takes back the whole, and keeps the reason and the note', async () => {
    const app = await createTestApp();
    const [id] = (await insertCredit(app, app.store.live.id)).rewardIds;
    app.clock.advance(MINUTE);
    const body = { reason: '  An employee bought it.  ', note: 'Seen by Zoe' };
    const answer = await app.request('POST', `/v1/rewards/${id}/void`, { body });
    expect(answer.body).toMatchObject({ state: 'voided', amount: 500, reversed: 500 });
    expect(answer.body.moves[1]).toMatchObject({ to: 'voided', reason: 'An employee bought it.', note: 'Seen by Zoe' });
    const { body: after } = await app.request('GET', `/v1/ledger/entries?rewardId=${id}`);
    expect(after.items).toMatchObject([{ kind: 'reverse', cause: 'void', pending: -500 }, { kind: 'grant' }]);
  });

  it('is not possible any more once it was issued', async () => {
    const app = await createTestApp();
    const [id] = (await insertCredit(app, app.store.live.id)).rewardIds;
    await app.request('POST', `/v1/rewards/${id}/approve`);
    await app.request('POST', `/v1/rewards/${id}/issue`);
    const { status, body } = await app.request('POST', `/v1/rewards/${id}/void`, { body: { reason: 'Too late' } });
    expect(status).toBe(409);
    expect(body.detail).toBe(
      'The reward is issued and cannot become voided. From here it can become: redeemed, reversed, expired.',
    );
  });

  it.each([
    ['no reason', {}],
    ['an empty reason', { reason: '' }],
    ['a blank reason', { reason: ' \t ' }],
    ['a reason that is too long', { reason: 'x'.repeat(201) }],
    ['a reason that is no text', { reason: 7 }],
  ])('is refused with %s', async (_, body) => {
    const app = await createTestApp();
    const [id] = (await insertCredit(app, app.store.live.id)).rewardIds;
    const answer = await app.request('POST', `/v1/rewards/${id}/void`, { body });
    expect(answer.status).toBe(422);
    expect(answer.body.errors).toMatchObject([{ pointer: '/reason' }]);
    expect((await app.request('GET', `/v1/rewards/${id}`)).body.state).toBe('held');
  });

  it('takes a reason of 200 characters', async () => {
    const app = await createTestApp();
    const [id] = (await insertCredit(app, app.store.live.id)).rewardIds;
    const { status } = await app.request('POST', `/v1/rewards/${id}/void`, { body: { reason: 'x'.repeat(200) } });
    expect(status).toBe(200);
  });
});

describe('the list', () => {
  it('is filtered by state, side, advocate, program and conversion, each alone and together', async () => {
    const app = await createTestApp();
    const one = await insertCredit(app, app.store.live.id, { rewards: 2 });
    const other = await insertCredit(app, app.store.live.id);
    await insertCredit(app, app.store.test.id);
    const [first = '', second = ''] = one.rewardIds;
    await app.request('POST', `/v1/rewards/${first}/approve`);
    expect(new Set(await listed(app))).toEqual(new Set([first, second, ...other.rewardIds]));
    expect(await listed(app, '?state=approved')).toEqual([first]);
    expect(await listed(app, '?side=friend')).toEqual([]);
    for (const query of [
      `advocateId=${one.advocateId}`,
      `programId=${one.programId}`,
      `conversionId=${one.conversionId}`,
    ]) {
      expect(new Set(await listed(app, `?${query}`))).toEqual(new Set([first, second]));
      expect(await listed(app, `?${query}&state=held`)).toEqual([second]);
    }
    expect(await listed(app, `?advocateId=${one.advocateId}&programId=${other.programId}`)).toEqual([]);
  });

  it('comes in pages that leave nothing out and repeat nothing', async () => {
    const app = await createTestApp();
    const { rewardIds } = await insertCredit(app, app.store.live.id, { rewards: 5 });
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const query: string = cursor === null ? '' : `&cursor=${cursor}`;
      const { body } = await app.request('GET', `/v1/rewards?state=held&limit=2${query}`);
      seen.push(...body.items.map(({ id }: Json) => id));
      cursor = body.nextCursor;
    } while (cursor !== null);
    expect(seen).toEqual(rewardIds.toSorted().toReversed());
  });

  it.each(['state=lost', 'side=left', 'advocateId=rwd_x', 'conversionId=', 'programId=1'])(
    'refuses the filter %s',
    async (query) => {
      const app = await createTestApp();
      expect((await app.request('GET', `/v1/rewards?${query}`)).status).toBe(422);
    },
  );
});

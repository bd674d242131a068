import { eq } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { ledgerCheck } from '../../src/db/ledger.ts';
import { events, ledgerEntries, rewardMoves } from '../../src/db/schema.ts';
import { createTestApp, type TestAnswer, type TestApp } from '../support/app.ts';
import { insertCredit } from '../support/credit-rows.ts';

async function held(app: TestApp): Promise<string> {
  return (await insertCredit(app, app.store.live.id)).rewardIds[0] ?? '';
}

function move(app: TestApp, id: string, verb: string, body?: unknown): Promise<TestAnswer> {
  return app.request('POST', `/v1/rewards/${id}/${verb}`, { body });
}

function statuses(answers: TestAnswer[]): Record<string, number> {
  return Object.fromEntries(
    [...Map.groupBy(answers, ({ status }) => status)].map(([status, all]) => [status, all.length]),
  );
}

describe('moveReward', () => {
  it('moves once when twenty approve at the same moment, and tells the others so', async () => {
    const app = await createTestApp();
    const id = await held(app);
    const answers = await Promise.all(Array.from({ length: 20 }, () => move(app, id, 'approve')));
    expect(statuses(answers)).toEqual({ 200: 1, 409: 19 });
    const refused = answers.find(({ status }) => status === 409);
    expect(refused?.body).toMatchObject({ code: 'invalid_transition' });
    expect(refused?.body.detail).toBe(
      'The reward is approved and cannot become approved. From here it can become: issued, held, voided, expired.',
    );
    expect(await app.database.query.select().from(rewardMoves)).toHaveLength(2);
    expect(await app.database.query.select().from(ledgerEntries)).toHaveLength(2);
    expect(await app.database.query.select().from(events).where(eq(events.type, 'reward.approved'))).toHaveLength(1);
  });

  it('leaves the books balanced when approvals, issues and voids meet', async () => {
    const app = await createTestApp();
    const ids = [await held(app), await held(app), await held(app)];
    const verbs = ['approve', 'issue', 'void', 'approve', 'void', 'issue'];
    const answers = await Promise.all(
      ids.flatMap((id) =>
        verbs.map((verb) => move(app, id, verb, verb === 'void' ? { reason: 'Mistake' } : undefined)),
      ),
    );
    expect(Object.keys(statuses(answers)).toSorted()).toEqual(['200', '409']);
    expect((await ledgerCheck(app.database, app.store.live.id)).mismatches).toEqual([]);
    for (const id of ids) {
      const { body } = await app.request('GET', `/v1/rewards/${id}`);
      const accepted = answers.filter((answer) => answer.status === 200 && answer.body.id === id);
      expect(body.moves).toHaveLength(accepted.length + 1);
      expect(body.moves.map(({ seq }: { seq: number }) => seq)).toEqual(
        body.moves.map((_: unknown, i: number) => i + 1),
      );
    }
  });

  it('reads once and writes once', async () => {
    const app = await createTestApp();
    const id = await held(app);
    app.database.trips = 0;
    await move(app, id, 'approve');
    // The key, the reward, the write.
    expect(app.database.trips).toBe(3);
  });

  it('writes nothing of a move that is refused', async () => {
    const app = await createTestApp();
    const id = await held(app);
    expect((await move(app, id, 'issue')).status).toBe(409);
    expect(await app.database.query.select().from(rewardMoves)).toHaveLength(1);
    expect(await app.database.query.select().from(ledgerEntries)).toHaveLength(1);
  });

  it('answers a repeated request by its Idempotency-Key as the first time', async () => {
    const app = await createTestApp();
    const id = await held(app);
    const headers = { 'Idempotency-Key': 'approve-1' };
    const first = await app.request('POST', `/v1/rewards/${id}/approve`, { headers });
    const again = await app.request('POST', `/v1/rewards/${id}/approve`, { headers });
    expect(again.status).toBe(200);
    expect(again.body).toEqual(first.body);
  });
});

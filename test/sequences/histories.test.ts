import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { createTestApp, type Json, type TestApp } from '../support/app.ts';
import { DAY, HOUR } from '../support/clock.ts';
import { ADVOCATE_RULE, createShop, FRIEND_RULE, type Shop } from '../support/shop.ts';
import { type End, endsOf } from '../support/stories/ends.ts';
import { type History, reckon, type Step, toldHistory } from '../support/stories/histories.ts';
import { expectBalance } from '../support/stories/play.ts';

const RUNS = process.env['TEST_FULL'] === '1' ? 1000 : 40;

const rules = [
  { ...ADVOCATE_RULE, value: { ...ADVOCATE_RULE.value, includeTax: true } },
  { ...FRIEND_RULE, minOrder: { USD: 2000 } },
];

describe('any history of an order, told in any order and in part again', { timeout: RUNS * 2000 }, () => {
  let app: TestApp;
  let shop: Shop;
  let orders = 0;

  beforeAll(async () => {
    app = await createTestApp();
    shop = await createShop(app, { program: { rules } });
  });

  /** Answers the sides whose reward was handed out. */
  async function tell(orderId: string, steps: Step[]): Promise<Set<string>> {
    const issued = new Set<string>();
    let conversionId: string | null = null;
    for (const step of steps) {
      app.clock.advance(HOUR);
      if (step === 'fortnight') {
        app.clock.advance(14 * DAY);
        await app.cron();
      } else if (step === 'issue') {
        if (conversionId !== null) for (const side of await issue(conversionId)) issued.add(side);
      } else {
        const { told, data } = step;
        const friend = { customer: { id: orderId }, codes: [shop.ann.code] };
        const answer = await shop.post(told, {
          orderId,
          ...named(orderId, data),
          ...(told === 'order.paid' ? friend : {}),
        });
        expect(answer.status, answer.text).toBe(200);
        conversionId ??= answer.body.conversionId;
      }
    }
    app.clock.advance(14 * DAY);
    await app.cron();
    return issued;
  }

  async function issue(conversionId: string): Promise<string[]> {
    const earned: Json[] = Object.values(await shop.rewards(conversionId));
    const approved = earned.filter(({ state }) => state === 'approved');
    for (const { id } of approved) {
      const answer = await app.request('POST', `/v1/rewards/${id}/issue`, { key: shop.key });
      expect(answer.status, answer.text).toBe(200);
    }
    return approved.map(({ side }) => side);
  }

  it('comes to what the whole of it amounts to, and the ledger to what is left', async () => {
    await fc.assert(
      fc.asyncProperty(toldHistory, async ({ history, steps }) => {
        orders += 1;
        const orderId = `o-${orders}`;
        const issued = await tell(orderId, steps);
        expect((await endsOf(app))[orderId]).toEqual(endOf(history, steps, issued));
      }),
      { numRuns: RUNS },
    );
    await expectBalance(app, shop, Object.values(await endsOf(app)));
  });
});

/** The ids of changes are the store's own, over all of its orders. */
function named(orderId: string, data: object): object {
  return Object.fromEntries(
    Object.entries(data).map(([name, value]) => [name, name.endsWith('Id') ? `${orderId}-${value}` : value]),
  );
}

function endOf(history: History, steps: Step[], issued: ReadonlySet<string>): End {
  const { refunded, disputed, advocate, friend } = reckon(history, steps);

  function rewardEnd(side: string, { amount, left }: { amount: number; left: number }): End['rewards'][number] {
    const isIssued = issued.has(side);
    const place = isIssued ? 'issued' : disputed ? 'pending' : 'approved';
    const standing = isIssued ? 'issued' : disputed ? 'held' : 'approved';
    const state = left > 0 ? standing : isIssued ? 'reversed' : 'voided';
    const ledger = { pending: 0, approved: 0, issued: 0, [place]: left };
    return { side, state, amount, reversed: amount - left, ledger };
  }

  return {
    ...{ subtotal: history.subtotal, refunded, cancelled: history.cancelled, disputed, conversions: 1, granted: 2 },
    rewards: [rewardEnd('advocate', advocate), rewardEnd('friend', friend)],
  };
}

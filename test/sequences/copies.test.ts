import { beforeEach, describe, expect, it } from 'vitest';
import { createTestApp, type TestAnswer, type TestApp } from '../support/app.ts';
import { createShop, type Shop } from '../support/shop.ts';
import { endsOf } from '../support/stories/ends.ts';
import { inFlight } from '../support/stories/in-flight.ts';
import { MONEY, REFUNDS } from '../support/stories/platform.ts';
import { expectBalance } from '../support/stories/play.ts';

/** With TEST_FULL=1 as many as a sender gone wild might post. */
const FULL = process.env['TEST_FULL'] === '1';
const COPIES = FULL ? 10_000 : 300;
const MESSAGES = FULL ? 1000 : 100;
const WIDTH = 64;
const PATIENCE = FULL ? 600_000 : 30_000;

describe('an order that is posted again and again, many times at once', { timeout: PATIENCE }, () => {
  let app: TestApp;
  let shop: Shop;

  beforeEach(async () => {
    app = await createTestApp();
    shop = await createShop(app);
  });

  function paid(messageId: string) {
    const order = { orderId: 'o-1', ...MONEY, customer: { id: 'ben', email: 'ben@example.com' } };
    return shop.post('order.paid', { ...order, codes: [shop.ann.code] }, { messageId });
  }

  /** What is answered 202 waits, and is carried out now. */
  async function expectOneCredit(answers: TestAnswer[]): Promise<void> {
    const refused = answers.filter(({ status }) => status !== 200 && status !== 202);
    expect(refused.map(({ status, text }) => `${status} ${text}`)).toEqual([]);
    await app.callbacks.drain({ again: true });
    const ends = Object.values(await endsOf(app));
    expect(ends).toMatchObject([{ conversions: 1, granted: 2, rewards: [{ side: 'advocate' }, { side: 'friend' }] }]);
    await expectBalance(app, shop, ends);
  }

  it(`is credited once of ${COPIES} copies, ${WIDTH} in flight`, async () => {
    const answers = await inFlight(WIDTH, COPIES, () => paid('m1'));
    expect(answers).toHaveLength(COPIES);
    expect(answers.filter(({ body }) => body.status === 'credited').length).toBeLessThanOrEqual(1);
    await expectOneCredit(answers);
    const { rows } = await app.database.client.execute('select count(*) as rows from callbacks');
    expect(rows).toEqual([{ rows: 1 }]);
  });

  it(`is credited once of ${MESSAGES} messages with ids of their own, and all of them are in the inbox`, async () => {
    const answers = await inFlight(WIDTH, MESSAGES, (index) => paid(`m${index}`));
    await expectOneCredit(answers);
    const { rows } = await app.database.client.execute(
      'select status, count(*) as rows from callbacks group by status',
    );
    expect(Object.fromEntries(rows.map(({ status, rows }) => [status, rows]))).toEqual({
      credited: 1,
      duplicate: MESSAGES - 1,
    });
  });

  it('takes each of a dozen refunds once that come at the same moment, three times each', async () => {
    await paid('m1');
    const answers = await inFlight(36, 36, (index) =>
      shop.post('order.refunded', { orderId: 'o-1', refundId: `r${index % 12}`, currency: 'USD', amount: 100 }),
    );
    await expectOneCredit(answers);
    expect(await endsOf(app)).toMatchObject({
      'o-1': { refunded: 1200, rewards: [{ reversed: 102 }, { reversed: 0 }] },
    });
  });

  it('and refunded and cancelled at that very moment, comes to the same end', async () => {
    const tell = [
      () => paid('m1'),
      () => shop.post('order.refunded', { orderId: 'o-1', refundId: 'r1', currency: 'USD', amount: REFUNDS.first }),
      () => shop.post('order.refunded', { orderId: 'o-1', refundId: 'r2', currency: 'USD', amount: REFUNDS.second }),
      () => shop.post('order.cancelled', { orderId: 'o-1' }),
    ];
    const answers = await inFlight(16, 16, () => Promise.all(tell.map((post) => post())));
    await expectOneCredit(answers.flat());
    const end = { refunded: 2955, cancelled: true, rewards: [{ state: 'voided' }, { state: 'voided' }] };
    expect(await endsOf(app)).toMatchObject({ 'o-1': end });
  });
});

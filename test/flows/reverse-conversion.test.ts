import { describe, expect, it } from 'vitest';
import { createTestApp, type TestApp } from '../support/app.ts';
import { DAY } from '../support/clock.ts';
import { createShop, type Shop } from '../support/shop.ts';

const BEN = { id: 'ben', email: 'ben@example.com' };

async function sold(more: object = {}): Promise<{ app: TestApp; shop: Shop; conversionId: string }> {
  const app = await createTestApp();
  const shop = await createShop(app);
  const clickToken = await shop.follow(shop.ann);
  const { body } = await shop.post('order.paid', paid(clickToken, more));
  return { app, shop, conversionId: body.conversionId };
}

function paid(clickToken: string, more: object = {}) {
  return { orderId: 'o1', currency: 'USD', subtotal: 5000, customer: BEN, clickToken, ...more };
}

function refund(shop: Shop, refundId: string, amount: number, currency = 'USD') {
  return shop.post('order.refunded', { orderId: 'o1', refundId, currency, amount });
}

describe('a refund', () => {
  it('has tax and shipping in it, and takes its part of what the goods earned', async () => {
    const { shop, conversionId } = await sold({ tax: 1000, shipping: 500 });
    await refund(shop, 'r1', 3250);
    const { advocate, friend } = await shop.rewards(conversionId);
    expect(advocate).toMatchObject({ amount: 500, reversed: 250 });
    expect(friend).toMatchObject({ reversed: 500 });
  });

  it('of more than the order is kept as one of the whole order', async () => {
    const { app, shop } = await sold({ tax: 1000 });
    await refund(shop, 'r1', 4000);
    await refund(shop, 'r2', 4000);
    const { body } = await app.request('GET', '/v1/orders', { key: shop.key });
    expect(body.items).toMatchObject([{ refunded: 6000 }]);
  });

  it('of 40 % takes 40 % of a percent reward back, and leaves a fixed one', async () => {
    const { shop, conversionId } = await sold();
    expect((await refund(shop, 'r1', 2000)).body).toMatchObject({ status: 'recorded', conversionId });
    const { advocate, friend } = await shop.rewards(conversionId);
    expect(advocate).toMatchObject({ amount: 500, reversed: 200, state: 'held' });
    expect(friend).toMatchObject({ amount: 500, reversed: 0, state: 'approved' });
  });

  it.each([
    ['USD', 4995, 1001, 100],
    ['JPY', 999, 105, 11],
    ['KWD', 10005, 5003, 501],
  ])('rounds half up in minor units of %s', async (currency, subtotal, amount, reversed) => {
    const { shop, conversionId } = await sold({ currency, subtotal });
    await refund(shop, 'r1', amount, currency);
    expect((await shop.rewards(conversionId)).advocate.reversed).toBe(reversed);
  });

  it('in three parts that sum to the whole leaves nothing', async () => {
    const { shop, conversionId } = await sold({ subtotal: 3333 });
    for (const [id, amount] of [
      ['r1', 1111],
      ['r2', 1],
      ['r3', 2221],
    ] as const)
      await refund(shop, id, amount);
    const { advocate, friend } = await shop.rewards(conversionId);
    expect(advocate).toMatchObject({ amount: 333, reversed: 333, state: 'voided' });
    expect(friend).toMatchObject({ amount: 500, reversed: 500, state: 'voided' });
    expect(await shop.balances(shop.ann.id)).toMatchObject([{ pending: 0, approved: 0, issued: 0, total: 0 }]);
  });

  it('sent 20 times at once is taken back once', async () => {
    const { shop, conversionId } = await sold();
    const answers = await Promise.all(Array.from({ length: 20 }, () => refund(shop, 'r1', 1000)));
    expect(answers.filter(({ body }) => body.status === 'recorded')).toHaveLength(1);
    expect(answers.filter(({ body }) => body.status === 'duplicate')).toHaveLength(19);
    expect((await shop.rewards(conversionId)).advocate.reversed).toBe(100);
  });

  it('and another at the same moment are both taken back, also where only their sum passes the threshold of a fixed reward', async () => {
    const { shop, conversionId } = await sold();
    const answers = await Promise.all([refund(shop, 'r1', 1500), refund(shop, 'r2', 1500)]);
    expect(answers.map(({ body }) => body.status)).toEqual(['recorded', 'recorded']);
    const { advocate, friend } = await shop.rewards(conversionId);
    expect(advocate.reversed).toBe(300);
    expect(friend).toMatchObject({ reversed: 500, state: 'voided' });
  });

  it('after issue leaves a balance that is the sum of the entries', async () => {
    const { app, shop, conversionId } = await sold();
    app.clock.advance(14 * DAY);
    await app.cron();
    const { advocate } = await shop.rewards(conversionId);
    expect(advocate.state).toBe('approved');
    expect((await app.request('POST', `/v1/rewards/${advocate.id}/issue`, { key: shop.key })).status).toBe(200);
    await refund(shop, 'r1', 2000);
    expect((await shop.rewards(conversionId)).advocate).toMatchObject({ reversed: 200, state: 'issued' });
    expect(await shop.balances(shop.ann.id)).toMatchObject([{ pending: 0, approved: 0, issued: 300, total: 300 }]);
    const { body } = await app.request('GET', `/v1/ledger/entries?rewardId=${advocate.id}`, { key: shop.key });
    const sum = body.items.reduce(
      (all: number, e: { pending: number; approved: number; issued: number }) =>
        all + e.pending + e.approved + e.issued,
      0,
    );
    expect(sum).toBe(300);
    await refund(shop, 'r2', 3000);
    expect((await shop.rewards(conversionId)).advocate).toMatchObject({ reversed: 500, state: 'reversed' });
  });

  it('that arrives before its order is parked and applied when it comes, to the same end', async () => {
    const after = await sold();
    await refund(after.shop, 'r1', 2000);

    const app = await createTestApp();
    const shop = await createShop(app);
    expect((await refund(shop, 'r1', 2000)).body).toMatchObject({ status: 'parked', conversionId: null });
    app.clock.advance(30 * DAY);
    const { body } = await shop.post('order.paid', paid(await shop.follow(shop.ann)));
    const pick = ({ amount, reversed, state }: { amount: number; reversed: number; state: string }) => ({
      amount,
      reversed,
      state,
    });
    const early = await shop.rewards(body.conversionId);
    const late = await after.shop.rewards(after.conversionId);
    expect([early.advocate, early.friend].map(pick)).toEqual([late.advocate, late.friend].map(pick));
    expect(early.advocate.reversed).toBe(200);
  });

  it('parked for longer than 30 days is not applied any more', async () => {
    const app = await createTestApp();
    const shop = await createShop(app);
    await refund(shop, 'r1', 2000);
    app.clock.advance(30 * DAY + 1);
    const { body } = await shop.post('order.paid', paid(await shop.follow(shop.ann)));
    expect((await shop.rewards(body.conversionId)).advocate.reversed).toBe(0);
  });

  it('and its order at the same moment end as one after the other', async () => {
    const app = await createTestApp();
    const shop = await createShop(app);
    const clickToken = await shop.follow(shop.ann);
    const [bought] = await Promise.all([shop.post('order.paid', paid(clickToken)), refund(shop, 'r1', 2000)]);
    expect((await shop.rewards(bought.body.conversionId)).advocate.reversed).toBe(200);
  });

  it('in another currency than its order is refused with what to mend', async () => {
    const { shop } = await sold();
    const answer = await refund(shop, 'r1', 2000, 'EUR');
    expect(answer.status).toBe(422);
    expect(answer.body).toMatchObject({ code: 'callback_unusable', errors: [{ pointer: '/data/currency' }] });
  });
});

describe('a cancellation', () => {
  it('before the hold ends voids what was earned', async () => {
    const { shop, conversionId } = await sold();
    await shop.post('order.cancelled', { orderId: 'o1' });
    const { advocate, friend } = await shop.rewards(conversionId);
    expect([advocate.state, friend.state]).toEqual(['voided', 'voided']);
    expect(await shop.balances(shop.ann.id)).toMatchObject([{ total: 0 }]);
  });

  it('that comes before its order ends in the same', async () => {
    const app = await createTestApp();
    const shop = await createShop(app);
    expect((await shop.post('order.cancelled', { orderId: 'o1' })).body.status).toBe('parked');
    const { body } = await shop.post('order.paid', paid(await shop.follow(shop.ann)));
    const { advocate } = await shop.rewards(body.conversionId);
    expect(advocate).toMatchObject({ state: 'voided', reversed: 500 });
    expect(await shop.balances(shop.ann.id)).toMatchObject([{ total: 0 }]);
  });
});

describe('an edit', () => {
  const edit = (shop: Shop, editId: string, subtotal: number, more: object = {}) =>
    shop.post('order.edited', { orderId: 'o1', editId, currency: 'USD', subtotal, ...more });

  it('takes back what the order is worth less, once, and gives nothing for what it is worth more', async () => {
    const { shop, conversionId } = await sold();
    expect((await edit(shop, 'v2', 4000)).body).toMatchObject({ status: 'recorded', conversionId });
    expect((await edit(shop, 'v2', 4000)).body.status).toBe('duplicate');
    expect((await edit(shop, 'v3', 9000)).body.status).toBe('recorded');
    expect((await shop.rewards(conversionId)).advocate).toMatchObject({ amount: 500, reversed: 100, state: 'held' });
  });

  it('and the refund of the same goods take the same back once', async () => {
    const { app, shop, conversionId } = await sold();
    await edit(shop, 'v2', 4000);
    await refund(shop, 'r1', 1000);
    expect((await shop.rewards(conversionId)).advocate.reversed).toBe(100);
    const { body } = await app.request('GET', '/v1/orders', { key: shop.key });
    expect(body.items).toMatchObject([{ subtotal: 5000, refunded: 1000 }]);
  });

  it('that comes before its order waits for it', async () => {
    const app = await createTestApp();
    const shop = await createShop(app);
    expect((await edit(shop, 'v2', 4000)).body).toEqual({ status: 'parked', reason: null, conversionId: null });
    const { body } = await shop.post('order.paid', paid(await shop.follow(shop.ann)));
    expect((await shop.rewards(body.conversionId)).advocate.reversed).toBe(100);
  });
});

describe('a dispute', () => {
  const dispute = (shop: Shop, stage: string, amount = 5000) =>
    shop.post('order.disputed', { orderId: 'o1', disputeId: 'd1', stage, currency: 'USD', amount });
  const order = async ({ request }: TestApp, { key }: Shop) =>
    (await request('GET', '/v1/orders', { key })).body.items[0];

  it('keeps its rewards waiting past their hold, and lets them go when it is won', async () => {
    const { app, shop, conversionId } = await sold();
    await dispute(shop, 'opened');
    expect((await order(app, shop)).disputedAt).not.toBeNull();
    app.clock.advance(30 * DAY);
    await app.cron();
    expect((await shop.rewards(conversionId)).advocate.state).toBe('held');
    await dispute(shop, 'won');
    expect((await order(app, shop)).disputedAt).toBeNull();
    await app.cron();
    expect((await shop.rewards(conversionId)).advocate).toMatchObject({ state: 'approved', reversed: 0 });
  });

  it('takes an approval back, and the ledger says so; after it is won it is approved once more', async () => {
    const { app, shop, conversionId } = await sold();
    expect((await shop.rewards(conversionId)).friend.state).toBe('approved');
    await dispute(shop, 'opened');
    const { friend } = await shop.rewards(conversionId);
    expect(friend.state).toBe('held');
    await dispute(shop, 'won');
    await app.cron();
    expect((await shop.rewards(conversionId)).friend.state).toBe('approved');
    const { body } = await app.request('GET', `/v1/ledger/entries?rewardId=${friend.id}`, { key: shop.key });
    const told = body.items.map(({ kind, pending, approved }: Record<string, unknown>) => [kind, pending, approved]);
    expect(told.toReversed()).toEqual([
      ['grant', 500, 0],
      ['approve', -500, 500],
      ['adjust', 500, -500],
      ['approve', -500, 500],
    ]);
  });

  it('that is lost takes back as a refund of its amount would, in any state', async () => {
    const { app, shop, conversionId } = await sold();
    app.clock.advance(14 * DAY);
    await app.cron();
    await dispute(shop, 'opened', 2000);
    await dispute(shop, 'lost', 2000);
    expect((await shop.rewards(conversionId)).advocate).toMatchObject({ reversed: 200 });
    expect(await order(app, shop)).toMatchObject({ refunded: 2000, disputedAt: null });
    await app.cron();
    expect((await shop.rewards(conversionId)).advocate).toMatchObject({ reversed: 200, state: 'approved' });
  });

  it('that is lost in another currency than the order’s takes back the whole, before the order and after', async () => {
    const lost = { orderId: 'o1', disputeId: 'd1', stage: 'lost', currency: 'EUR', amount: 77 };
    const after = await sold({ tax: 1000 });
    expect((await after.shop.post('order.disputed', lost)).body.status).toBe('recorded');
    expect((await after.shop.rewards(after.conversionId)).advocate).toMatchObject({ reversed: 500, state: 'voided' });
    expect(await order(after.app, after.shop)).toMatchObject({ refunded: 6000 });

    const app = await createTestApp();
    const shop = await createShop(app);
    await shop.post('order.disputed', lost);
    const bought = await shop.post('order.paid', paid(await shop.follow(shop.ann), { tax: 1000 }));
    expect((await shop.rewards(bought.body.conversionId)).advocate).toMatchObject({ reversed: 500, state: 'voided' });
  });

  it('whose end is heard of before its beginning holds nothing', async () => {
    const { app, shop, conversionId } = await sold();
    await dispute(shop, 'won');
    await dispute(shop, 'opened');
    expect((await order(app, shop)).disputedAt).toBeNull();
    expect((await shop.rewards(conversionId)).friend.state).toBe('approved');
  });

  it('that is open before its order arrives holds what the order earns', async () => {
    const app = await createTestApp();
    const shop = await createShop(app);
    await dispute(shop, 'opened');
    const { body } = await shop.post('order.paid', paid(await shop.follow(shop.ann)));
    expect((await shop.rewards(body.conversionId)).friend.state).toBe('held');
  });
});

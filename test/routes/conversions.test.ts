import { describe, expect, it } from 'vitest';
import { createTestApp, type Json, type TestApp } from '../support/app.ts';
import { DAY, HOUR } from '../support/clock.ts';
import { createShop, type Shop } from '../support/shop.ts';

const FRIEND = { id: 'ben', email: 'ben@example.com' };

function buys(shop: Shop, changes: Json = {}) {
  return shop.post('order.paid', { orderId: 'o-1', currency: 'USD', subtotal: 5000, customer: FRIEND, ...changes });
}

async function followed(app: TestApp, shop: Shop): Promise<string> {
  const token = await shop.follow(shop.ann);
  await app.settled();
  await app.clicks.drain();
  return token;
}

describe('the explanation', () => {
  it('tells the whole story of a credit in one answer, as it is now', async () => {
    const app = await createTestApp();
    const shop = await createShop(app);
    const zoe = await shop.enrol('zoe');
    const clickToken = await followed(app, shop);
    app.clock.advance(3 * DAY + 4 * HOUR);
    const { body: credit } = await buys(shop, { clickToken, codes: ['nobody-10'] });
    await buys(shop, { orderId: 'o-2', codes: [zoe.code] });
    app.clock.advance(DAY);
    await shop.post('order.refunded', { orderId: 'o-1', refundId: 'r-1', currency: 'USD', amount: 2000 });
    const { advocate } = await shop.rewards(credit.conversionId);
    await app.request('POST', `/v1/rewards/${advocate.id}/approve`);

    app.database.trips = 0;
    const story = await shop.explanation(credit.conversionId);
    // The key, and the story.
    expect(app.database.trips).toBe(2);
    expect(story).toMatchObject({
      id: credit.conversionId,
      status: 'credited',
      reason: null,
      method: 'click',
      advocateId: shop.ann.id,
      linkId: shop.ann.linkId,
      touchedAt: '2026-11-21T20:00:00.000Z',
      model: 'last_touch',
      windowDays: 30,
      winner: { method: 'click', advocateId: shop.ann.id, touchedAt: '2026-11-21T20:00:00.000Z' },
      losers: [],
      unknown: ['nobody-10'],
      click: { id: story.clickId, kind: 'human', linkId: shop.ann.linkId },
      order: { externalId: 'o-1', refunded: 2000, history: [{ kind: 'paid' }, { kind: 'refund', amount: 2000 }] },
    });
    expect(story.checks.every(({ passed }: Json) => passed)).toBe(true);
    expect(story.rules.map(({ side, earned, calculation }: Json) => [side, earned, calculation])).toEqual(
      expect.arrayContaining([
        ['advocate', true, '10 % of 50.00 USD = 5.00 USD'],
        ['friend', true, 'fixed 5.00 USD'],
      ]),
    );
    const [ofAdvocate, ofFriend] = story.rewards;
    expect(ofAdvocate).toMatchObject({ side: 'advocate', amount: 500, reversed: 200, state: 'approved' });
    expect(ofAdvocate.moves.map(({ to, reason }: Json) => `${to} ${reason}`)).toEqual([
      'held earned',
      'held refunded',
      'approved requested',
    ]);
    expect(ofAdvocate.entries.map(({ kind, cause }: Json) => `${kind} ${cause}`)).toEqual([
      'grant conversion',
      'reverse refund:r-1',
      'approve approval:3',
    ]);
    expect(ofAdvocate.balances).toEqual({ pending: 0, approved: 300, issued: 0, total: 300 });
    expect(ofFriend).toMatchObject({ side: 'friend', state: 'approved', balances: { approved: 500, total: 500 } });
    expect(story.summary).toEqual([
      `Credited to advocate ${shop.ann.id} by a click (${story.clickId}) 3 days 4 hours before the order, inside the 30-day window (last touch).`,
      '1 code or click leads to no link of this store.',
      "The advocate's reward is 10 % of 50.00 USD = 5.00 USD; 2.00 USD of it was taken back, and the rest is approved.",
      "The friend's reward is fixed 5.00 USD, and is approved.",
      '20.00 USD of the order was refunded.',
    ]);
  });

  it('of an order that nobody brought says so', async () => {
    const app = await createTestApp();
    const shop = await createShop(app);
    const { body } = await buys(shop);
    const story = await shop.explanation(body.conversionId);
    expect(story).toMatchObject({ status: 'recorded', reason: 'no_touch', winner: null, click: null, rewards: [] });
    expect(story.summary).toEqual(['Nothing was credited: no touch leads to an advocate.']);
  });

  it('of an advocate who bought by their own link says so', async () => {
    const app = await createTestApp();
    const shop = await createShop(app);
    const { body } = await buys(shop, {
      customer: { id: 'someone', email: 'Ann@Example.com' },
      codes: [shop.ann.code],
    });
    const story = await shop.explanation(body.conversionId);
    expect(story).toMatchObject({ status: 'refused', reason: 'self_referral', verdict: 'block', rewards: [] });
    expect(story.losers).toMatchObject([{ method: 'code', advocateId: shop.ann.id, reason: 'self_referral' }]);
    expect(story.summary[0]).toBe('Nothing was credited: the friend is the advocate.');
  });

  it('of a sign-up has no order', async () => {
    const app = await createTestApp();
    const shop = await createShop(app, {
      program: {
        rules: [
          {
            side: 'friend',
            trigger: 'sign_up',
            kind: 'coupon',
            value: { type: 'fixed', amounts: { USD: 500 } },
            holdDays: 0,
          },
        ],
      },
    });
    const { body } = await shop.post('signup', { customer: FRIEND, codes: [shop.ann.code] });
    const story = await shop.explanation(body.conversionId);
    expect(story).toMatchObject({ kind: 'sign_up', status: 'credited', order: null, orderId: null });
    expect(story.summary[0]).toContain("by the advocate's code with the sign-up");
  });

  it('tells nothing of the friend or the advocate, in clear or as a digest', async () => {
    const app = await createTestApp();
    const shop = await createShop(app);
    const { body } = await buys(shop, { codes: [shop.ann.code] });
    const paths = ['', `/${body.conversionId}`, `/${body.conversionId}/explanation`];
    for (const path of paths) {
      const { text } = await app.request('GET', `/v1/conversions${path}`);
      expect(text).not.toMatch(/ben|ann@|[0-9a-f]{64}/);
    }
  });
});

describe('the list', () => {
  it('is filtered by status, kind, advocate, program and order', async () => {
    const app = await createTestApp();
    const shop = await createShop(app);
    const credited = (await buys(shop, { codes: [shop.ann.code] })).body.conversionId;
    const unknown = (await buys(shop, { orderId: 'o-2', customer: { id: 'carl' } })).body.conversionId;
    const signedUp = (await shop.post('signup', { customer: { id: 'dora' } })).body.conversionId;
    const ids = async (query: string) =>
      (await app.request('GET', `/v1/conversions?${query}`)).body.items.map(({ id }: Json) => id);
    expect(await ids('')).toEqual([signedUp, unknown, credited]);
    expect(await ids('status=credited')).toEqual([credited]);
    expect(await ids('status=recorded&kind=order')).toEqual([unknown]);
    expect(await ids('kind=sign_up')).toEqual([signedUp]);
    expect(await ids(`advocateId=${shop.ann.id}`)).toEqual([credited]);
    expect(await ids(`programId=${shop.programId}&status=refused`)).toEqual([]);
    const [{ id: orderId }] = (await app.request('GET', '/v1/orders?externalId=o-2')).body.items;
    expect(await ids(`orderId=${orderId}`)).toEqual([unknown]);
    const { body } = await app.request('GET', `/v1/conversions/${credited}`);
    expect(body).toMatchObject({ id: credited, method: 'code', advocateId: shop.ann.id });
  });
});

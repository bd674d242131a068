import { describe, expect, it } from 'vitest';
import { createTestApp, type TestApp } from '../support/app.ts';
import { DAY, MINUTE } from '../support/clock.ts';
import { ADVOCATE_RULE, createShop, FRIEND_RULE, type Shop } from '../support/shop.ts';

const BEN = { id: 'ben', email: 'ben@example.com' };

function order(orderId: string, more: object = {}) {
  return { orderId, currency: 'USD', subtotal: 5000, tax: 400, shipping: 500, customer: BEN, ...more };
}

async function open(options: Parameters<typeof createShop>[1] = {}): Promise<{ app: TestApp; shop: Shop }> {
  const app = await createTestApp();
  return { app, shop: await createShop(app, options) };
}

async function count(app: TestApp, table: string): Promise<number> {
  const { rows } = await app.database.client.execute(`select count(*) as n from ${table}`);
  return Number(rows[0]?.['n']);
}

describe('a paid order', () => {
  it('credits the advocate whose link was followed, and rewards both sides', async () => {
    const { shop } = await open();
    const clickToken = await shop.follow(shop.ann);
    const { body } = await shop.post('order.paid', order('o1', { clickToken }));
    expect(body).toMatchObject({ status: 'credited', reason: null });
    const { advocate, friend } = await shop.rewards(body.conversionId);
    expect(advocate).toMatchObject({ amount: 500, currency: 'USD', state: 'held', advocateId: shop.ann.id });
    expect(friend).toMatchObject({ amount: 500, currency: 'USD', state: 'approved' });
  });

  it('costs one trip to read and one to write, beside loading the source', async () => {
    const { app, shop } = await open();
    const clickToken = await shop.follow(shop.ann);
    await app.settled();
    app.database.trips = 0;
    const { body } = await shop.post('order.paid', order('o1', { clickToken }));
    expect(body.status).toBe('credited');
    expect(app.database.trips).toBe(3);
  });

  it('sent 50 times at once is one conversion and one reward a side, and 49 duplicates', async () => {
    const { app, shop } = await open();
    const clickToken = await shop.follow(shop.ann);
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => shop.post('order.paid', order('o1', { clickToken }))),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array(50).fill(200));
    const statuses = answers.map(({ body }) => body.status).sort();
    expect(statuses).toEqual(['credited', ...Array(49).fill('duplicate')]);
    expect(new Set(answers.map(({ body }) => body.conversionId)).size).toBe(1);
    expect(await count(app, 'conversions')).toBe(1);
    expect(await count(app, 'rewards')).toBe(2);
    expect(await count(app, 'orders')).toBe(1);
  });

  it('of one message sent 50 times at once is one conversion too', async () => {
    const { app, shop } = await open();
    const clickToken = await shop.follow(shop.ann);
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => shop.post('order.paid', order('o1', { clickToken }), { messageId: 'msg_same' })),
    );
    expect(answers.filter(({ body }) => body.status === 'credited')).toHaveLength(1);
    expect(answers.filter(({ body }) => body.status === 'duplicate')).toHaveLength(49);
    expect(await count(app, 'callbacks')).toBe(1);
  });

  it('is not the first when the friend has bought before: the second is refused as such', async () => {
    const { shop } = await open();
    const clickToken = await shop.follow(shop.ann);
    await shop.post('order.paid', order('o1', { clickToken }));
    const { body } = await shop.post('order.paid', order('o2', { clickToken }));
    expect(body).toMatchObject({ status: 'recorded', reason: 'not_first_order' });
    expect(await shop.rewards(body.conversionId)).toEqual({ advocate: undefined, friend: undefined });
  });

  it('is credited once when two orders of one friend arrive at the same moment', async () => {
    const { shop } = await open();
    const clickToken = await shop.follow(shop.ann);
    const orders = ['o1', 'o2', 'o3', 'o4'].map((id) => shop.post('order.paid', order(id, { clickToken })));
    const bodies = (await Promise.all(orders)).map(({ body }) => body);
    expect(bodies.map(({ status }) => status).sort()).toEqual(['credited', 'recorded', 'recorded', 'recorded']);
    expect(bodies.filter(({ reason }) => reason === 'not_first_order')).toHaveLength(3);
  });

  it('is credited once when the friend had signed up before and two orders arrive at the same moment', async () => {
    const signUpRule = { ...FRIEND_RULE, trigger: 'sign_up', value: { type: 'fixed', amounts: { USD: 100 } } };
    const { shop } = await open({ program: { rules: [ADVOCATE_RULE, signUpRule] } });
    const clickToken = await shop.follow(shop.ann);
    expect((await shop.post('signup', { customer: BEN, clickToken })).body.status).toBe('credited');
    const orders = ['o1', 'o2', 'o3'].map((id) => shop.post('order.paid', order(id)));
    const bodies = (await Promise.all(orders)).map(({ body }) => body);
    expect(bodies.map(({ status }) => status).sort()).toEqual(['credited', 'recorded', 'recorded']);
  });

  it('that nobody referred is kept, and makes the buyer an existing customer', async () => {
    const { shop } = await open();
    expect((await shop.post('order.paid', order('o1'))).body).toMatchObject({ status: 'recorded', reason: 'no_touch' });
    const clickToken = await shop.follow(shop.ann);
    const { body } = await shop.post('order.paid', order('o2', { clickToken }));
    expect(body).toMatchObject({ status: 'recorded', reason: 'existing_customer' });
  });

  it('told of late is not a later one, nor its buyer a customer before it', async () => {
    const { app, shop } = await open();
    const clickToken = await shop.follow(shop.ann);
    const [first, second] = [1, 2].map((hours) => new Date(app.clock.now() + hours * 60 * MINUTE).toISOString());
    app.clock.advance(DAY);
    const later = await shop.post('order.paid', order('o2', { paidAt: second }));
    expect(later.body).toMatchObject({ status: 'recorded', reason: 'no_touch' });
    const { body } = await shop.post('order.paid', order('o1', { paidAt: first, clickToken }));
    expect(body).toMatchObject({ status: 'credited' });
    const third = await shop.post('order.paid', order('o3', { paidAt: first, clickToken }));
    expect(third.body).toMatchObject({ status: 'recorded', reason: 'not_first_order' });
  });

  it('marked as a test reaches no live ledger, and counts as an order of nobody', async () => {
    const { app, shop } = await open();
    const clickToken = await shop.follow(shop.ann);
    const { body } = await shop.post('order.paid', order('o1', { clickToken, test: true }));
    expect(body).toMatchObject({ status: 'recorded', reason: 'test_order' });
    expect(await count(app, 'ledger_entries')).toBe(0);
    expect((await shop.post('order.paid', order('o2', { clickToken }))).body.status).toBe('credited');
  });

  it('marked as a test is credited on the test side', async () => {
    const { shop } = await open({ side: 'test' });
    const clickToken = await shop.follow(shop.ann);
    expect((await shop.post('order.paid', order('o1', { clickToken, test: true }))).body.status).toBe('credited');
  });

  it('without any customer cannot be known to be a first one', async () => {
    const { shop } = await open();
    const clickToken = await shop.follow(shop.ann);
    const { body } = await shop.post('order.paid', order('o1', { clickToken, customer: undefined }));
    expect(body).toMatchObject({ status: 'recorded', reason: 'customer_unknown' });
  });

  it('is credited by the code that the friend typed, in any case', async () => {
    const { shop } = await open();
    const { body } = await shop.post('order.paid', order('o1', { codes: [shop.ann.code.toUpperCase()] }));
    expect(body.status).toBe('credited');
    expect((await shop.explanation(body.conversionId)).method).toBe('code');
  });

  it('takes a code before a click, and the click is told why it lost', async () => {
    const { shop } = await open();
    const zoe = await shop.enrol('zoe', 'zoe@example.com');
    const clickToken = await shop.follow(zoe);
    const { body } = await shop.post('order.paid', order('o1', { clickToken, codes: [shop.ann.code] }));
    const explanation = await shop.explanation(body.conversionId);
    expect(explanation.winner).toMatchObject({ method: 'code', advocateId: shop.ann.id });
    expect(explanation.losers).toMatchObject([{ method: 'click', advocateId: zoe.id, reason: 'lower_priority' }]);
  });

  it('is credited by a click id before the click has its row', async () => {
    const { app, shop } = await open();
    const clickToken = await shop.follow(shop.ann);
    await app.settled();
    expect(app.clicks.messages.length).toBeGreaterThan(0);
    expect(await count(app, 'clicks')).toBe(0);
    expect((await shop.post('order.paid', order('o1', { clickToken }))).body.status).toBe('credited');
  });

  it('is credited by the bare id of a click in the log', async () => {
    const { app, shop } = await open();
    await shop.follow(shop.ann);
    await app.settled();
    await app.clicks.drain();
    const { body: clicks } = await app.request('GET', '/v1/clicks', { key: shop.key });
    const { body } = await shop.post('order.paid', order('o1', { clickId: clicks.items[0].id }));
    expect(body.status).toBe('credited');
  });

  it('is not credited by a token that another store signed', async () => {
    const { app, shop } = await open();
    const other = await createShop({ ...app, store: await app.createStore('Other') } as TestApp);
    const clickToken = await other.follow(other.ann);
    const { body } = await shop.post('order.paid', order('o1', { clickToken }));
    expect(body).toMatchObject({ status: 'recorded', reason: 'no_touch' });
    expect((await shop.explanation(body.conversionId)).unknown).toHaveLength(1);
  });
});

describe('the window', () => {
  it('credits a click that is exactly 30 days old', async () => {
    const { app, shop } = await open();
    const clickToken = await shop.follow(shop.ann);
    app.clock.advance(30 * DAY);
    expect((await shop.post('order.paid', order('o1', { clickToken }))).body.status).toBe('credited');
  });

  it('does not credit one that is a millisecond older', async () => {
    const { app, shop } = await open();
    const clickToken = await shop.follow(shop.ann);
    app.clock.advance(30 * DAY + 1);
    const { body } = await shop.post('order.paid', order('o1', { clickToken }));
    expect(body).toMatchObject({ status: 'recorded', reason: 'outside_window' });
  });

  it('is that of the sign-up for a friend who signed up: 90 days credit, a millisecond more does not', async () => {
    const signUpRule = { ...FRIEND_RULE, trigger: 'sign_up', value: { type: 'fixed', amounts: { USD: 100 } } };
    for (const [extra, status, reason] of [
      [0, 'credited', null],
      [1, 'recorded', 'outside_window'],
    ] as const) {
      const { app, shop } = await open({ program: { rules: [ADVOCATE_RULE, signUpRule] } });
      const clickToken = await shop.follow(shop.ann);
      await shop.post('signup', { customer: BEN, clickToken });
      app.clock.advance(90 * DAY + extra);
      expect((await shop.post('order.paid', order('o1'))).body).toMatchObject({ status, reason });
    }
  });

  it('is measured to the moment the store says the order was paid, which may not lie in the future', async () => {
    const { app, shop } = await open();
    const clickToken = await shop.follow(shop.ann);
    app.clock.advance(31 * DAY);
    const paidAt = new Date(app.clock.now() - 2 * DAY).toISOString();
    expect((await shop.post('order.paid', order('o1', { clickToken, paidAt }))).body.status).toBe('credited');
    const future = new Date(app.clock.now() + 6 * MINUTE).toISOString();
    expect((await shop.post('order.paid', order('o2', { clickToken, paidAt: future }))).status).toBe(422);
  });

  it.each(['last_touch', 'first_touch'])('lets %s choose among clicks', async (model) => {
    const { app, shop } = await open({ program: { model } });
    const zoe = await shop.enrol('zoe', 'zoe@example.com');
    const first = await shop.follow(shop.ann);
    app.clock.advance(DAY);
    await shop.follow(zoe);
    await app.settled();
    await app.clicks.drain();
    const { body: clicks } = await app.request('GET', `/v1/clicks?linkId=${zoe.linkId}`, { key: shop.key });
    const { body } = await shop.post('order.paid', order('o1', { clickToken: first, clickId: clicks.items[0].id }));
    const winner = model === 'last_touch' ? zoe.id : shop.ann.id;
    expect((await shop.explanation(body.conversionId)).winner.advocateId).toBe(winner);
  });
});

describe('an advocate', () => {
  it.each([
    ['by customer id', { id: 'ann', email: 'other@example.com' }],
    ['by e-mail', { id: 'someone', email: 'ANN@example.com ' }],
  ])('does not refer herself, known %s', async (_, customer) => {
    const { shop } = await open();
    const clickToken = await shop.follow(shop.ann);
    const { body } = await shop.post('order.paid', order('o1', { clickToken, customer }));
    expect(body).toMatchObject({ status: 'recorded', reason: 'self_referral' });
  });

  it.each(['ann+1@gmail.com', 'a.n.n@googlemail.com', 'ANN@gmail.com'])('is the same person as %s', async (email) => {
    const { shop } = await open();
    const gmail = await shop.enrol('ann-gmail', 'ann@gmail.com');
    const clickToken = await shop.follow(gmail);
    const { body } = await shop.post('order.paid', order('o1', { clickToken, customer: { email } }));
    expect(body.reason).toBe('self_referral');
  });

  it('a.nn@corp.example is another person than ann@corp.example', async () => {
    const { shop } = await open();
    const corp = await shop.enrol('ann-corp', 'ann@corp.example');
    const clickToken = await shop.follow(corp);
    const customer = { email: 'a.nn@corp.example' };
    expect((await shop.post('order.paid', order('o1', { clickToken, customer }))).body.status).toBe('credited');
  });

  it('who follows a link of her own does not take the credit from the friend who referred her', async () => {
    const { shop } = await open();
    const zoe = await shop.enrol('zoe', 'zoe@example.com');
    const own = await shop.follow(shop.ann);
    const customer = { id: 'ann', email: 'ann@example.com' };
    const { body } = await shop.post('order.paid', order('o1', { clickToken: own, codes: [zoe.code], customer }));
    expect(body.status).toBe('credited');
    expect((await shop.explanation(body.conversionId)).losers[0].reason).toBe('self_referral');
  });
});

describe('the lock', () => {
  it('keeps a friend with the advocate who was credited for the sign-up, whatever comes later', async () => {
    const signUpRule = { ...FRIEND_RULE, trigger: 'sign_up', value: { type: 'fixed', amounts: { USD: 100 } } };
    const { shop } = await open({ program: { rules: [ADVOCATE_RULE, signUpRule] } });
    const zoe = await shop.enrol('zoe', 'zoe@example.com');
    await shop.post('signup', { customer: BEN, clickToken: await shop.follow(shop.ann) });
    const { body } = await shop.post('order.paid', order('o1', { codes: [zoe.code] }));
    const explanation = await shop.explanation(body.conversionId);
    expect(explanation.winner).toMatchObject({ method: 'lock', advocateId: shop.ann.id });
    expect(explanation.losers).toMatchObject([{ advocateId: zoe.id, reason: 'already_attributed' }]);
  });

  it('knows a friend of a recorded sign-up by the normal form of the address', async () => {
    const { shop } = await open();
    await shop.post('signup', { customer: { email: 'b.e.n@gmail.com' }, clickToken: await shop.follow(shop.ann) });
    const { body } = await shop.post('order.paid', order('o1', { customer: { email: 'BEN+shop@googlemail.com' } }));
    expect(body.status).toBe('credited');
    expect((await shop.explanation(body.conversionId)).winner.method).toBe('sign_up');
  });

  it('does not pay a sign-up twice when the friend signs up under another customer id', async () => {
    const signUpRule = { ...FRIEND_RULE, trigger: 'sign_up', value: { type: 'fixed', amounts: { USD: 100 } } };
    const { shop } = await open({ program: { rules: [signUpRule] } });
    const clickToken = await shop.follow(shop.ann);
    await shop.post('signup', { customer: BEN, clickToken });
    const { body } = await shop.post('signup', { customer: { ...BEN, id: 'ben-2' }, clickToken });
    expect(body).toMatchObject({ status: 'recorded', reason: 'already_attributed' });
  });

  it('is undone with the purchase that made it', async () => {
    const { shop } = await open();
    const clickToken = await shop.follow(shop.ann);
    await shop.post('order.paid', order('o1', { clickToken }));
    await shop.post('order.cancelled', { orderId: 'o1' });
    expect((await shop.post('order.paid', order('o2', { clickToken }))).body.status).toBe('credited');
  });
});

describe('a limit of rewards', () => {
  it('holds against 20 friends at once: exactly 10 are rewarded, 10 blocked with the reason', async () => {
    const rules = [{ ...ADVOCATE_RULE, limitPerAdvocate: 10 }, FRIEND_RULE];
    const { app, shop } = await open({ program: { rules } });
    const clickToken = await shop.follow(shop.ann);
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        shop.post('order.paid', order(`o${i}`, { clickToken, customer: { id: `friend-${i}` } })),
      ),
    );
    expect(answers.map(({ body }) => body.status)).toEqual(Array(20).fill('credited'));
    const { rows } = await app.database.client.execute(
      "select state, reason, count(*) as n from rewards where side = 'advocate' group by state, reason order by state",
    );
    expect(rows.map((row) => [row['state'], row['reason'], Number(row['n'])])).toEqual([
      ['blocked', 'cap_reached', 10],
      ['held', null, 10],
    ]);
    const [balance] = await shop.balances(shop.ann.id);
    expect(balance).toMatchObject({ currency: 'USD', pending: 5000 });
  });
});

describe('money', () => {
  it.each([
    ['USD', 4999, 500],
    ['USD', 5004, 500],
    ['USD', 5005, 501],
    ['JPY', 1234, 123],
    ['JPY', 1235, 124],
    ['KWD', 12345, 1235],
  ])('of %s %i pays a tenth, rounded half up in minor units: %i', async (currency, subtotal, amount) => {
    const { shop } = await open();
    const clickToken = await shop.follow(shop.ann);
    const { body } = await shop.post('order.paid', order('o1', { clickToken, currency, subtotal }));
    expect((await shop.rewards(body.conversionId)).advocate).toMatchObject({ amount, currency });
  });

  it('in a currency that a fixed rule has no amount for earns that side nothing, and says so', async () => {
    const { shop } = await open();
    const clickToken = await shop.follow(shop.ann);
    const { body } = await shop.post('order.paid', order('o1', { clickToken, currency: 'CHF' }));
    expect(body.status).toBe('credited');
    const { rules } = await shop.explanation(body.conversionId);
    expect(rules.find(({ side }: { side: string }) => side === 'friend')).toMatchObject({
      earned: false,
      reason: 'currency_not_configured',
    });
  });

  it('below the minimum order earns nothing', async () => {
    const rules = [ADVOCATE_RULE, FRIEND_RULE].map((rule) => ({ ...rule, minOrder: { USD: 5001 } }));
    const { shop } = await open({ program: { rules } });
    const clickToken = await shop.follow(shop.ann);
    const { body } = await shop.post('order.paid', order('o1', { clickToken }));
    expect(body).toMatchObject({ status: 'recorded', reason: 'below_min_order' });
  });
});

describe('what has ended', () => {
  it.each([
    ['of a link past its end', { endsAt: '2026-11-21T20:00:01Z' }],
    ['of a disabled link', { enabled: false }],
  ])('the code %s earns nothing', async (_, change) => {
    const { app, shop } = await open();
    const changed = await app.request('PATCH', `/v1/links/${shop.ann.linkId}`, { key: shop.key, body: change });
    expect(changed.status).toBe(200);
    app.clock.advance(MINUTE);
    const { body } = await shop.post('order.paid', order('o1', { codes: [shop.ann.code] }));
    expect(body).toMatchObject({ status: 'recorded', reason: 'link_disabled' });
  });

  it('an archived advocate earns nothing, and a banned one is told apart', async () => {
    const { app, shop } = await open();
    const zoe = await shop.enrol('zoe', 'zoe@example.com');
    await app.request('DELETE', `/v1/advocates/${shop.ann.id}`, { key: shop.key });
    await app.request('PATCH', `/v1/advocates/${zoe.id}`, { key: shop.key, body: { banned: true } });
    const archived = await shop.post('order.paid', order('o1', { codes: [shop.ann.code] }));
    expect(archived.body.reason).toBe('link_disabled');
    const banned = await shop.post('order.paid', order('o2', { codes: [zoe.code], customer: { id: 'carl' } }));
    expect(banned.body.reason).toBe('fraud_blocked');
  });
});

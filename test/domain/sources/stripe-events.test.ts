import { describe, expect, test } from 'vitest';
import type { Notice } from '../../../src/domain/notice.ts';
import type { Reading } from '../../../src/domain/sources/contract.ts';
import {
  NO_TOUCHES,
  readStripeEvent,
  type StripeSource,
  stripeEvent,
  stripeNotices,
  TOKEN,
} from '../../support/stripe-events.ts';

describe('what each event says', () => {
  test.each<[name: string, notices: Notice[], source?: StripeSource]>([
    [
      'checkout.session.completed',
      [
        {
          kind: 'order',
          externalId: 'pi_3S9cX1LkdIwHu7ix0aBcDeFg',
          names: ['cs_live_a1Qm7vXb2KcT9sYdLp4RwEfUg6HjNz8Ao0iBtVxCyDkSlWqFh3M5nJrPe2'],
          occurredAt: 1_793_181_542_000,
          customer: { id: null, email: 'ruth@example.com' },
          address: { lines: ['418 Alder Street', 'Apt 3'], postalCode: '97205', city: 'Portland', country: 'US' },
          touches: { clickTokens: [TOKEN], clickIds: [], codes: ['cart-20417', 'maya-10'] },
          currency: 'USD',
          subtotal: 4320,
          tax: 397,
          shipping: 500,
          test: false,
        },
      ],
    ],
    [
      'checkout.session.completed-2025-03-31',
      [
        {
          kind: 'order',
          externalId: 'in_1S9dY4LkdIwHu7ixRsTuVwXy',
          names: ['cs_live_b1Zx8cVnMq2WeRtYuIoPaSdFgHjKlZxCvBnM3QwErTyUiOpAsDfGhJkLzX'],
          occurredAt: 1_793_185_265_000,
          customer: { id: 'cus_TKw3VbNmQ1aZsX', email: 'emeka@example.com' },
          address: null,
          touches: { ...NO_TOUCHES, clickTokens: [TOKEN] },
          currency: 'USD',
          subtotal: 1500,
          tax: 0,
          shipping: 0,
          test: false,
        },
      ],
    ],
    [
      'checkout.session.completed-2020-08-27',
      [
        {
          kind: 'order',
          externalId: 'pi_1HqT5xLkdIwHu7ixWsEdRfTg',
          names: ['cs_live_c1Pq9wErTyUiOpAsDfGhJkLzXcVbNm'],
          occurredAt: 1_793_190_000_000,
          customer: { id: 'cus_IQ7hYrTfGvBnMk', email: 'haruka@example.com' },
          address: { lines: ['神宮前1-2-3'], postalCode: '150-0001', city: '渋谷区', country: 'JP' },
          touches: { ...NO_TOUCHES, codes: ['kenji'] },
          currency: 'JPY',
          subtotal: 3600,
          tax: 360,
          shipping: 600,
          test: false,
        },
      ],
    ],
    [
      'checkout.session.async_payment_succeeded',
      [
        {
          kind: 'order',
          externalId: 'in_1S8sKtLkdIwHu7ixVbNmAsDf',
          names: ['pi_3S8sK2LkdIwHu7ix1zXcVbNm', 'cs_live_d1Lk0jHgFdSaPoIuYtReWqMnBvCxZlKjHgFdSaQwErTyUiOpAsDfGhJkLz'],
          occurredAt: 1_793_001_600_000,
          customer: { id: 'cus_TJv9CxZaSdFgHj', email: 'ines@example.com' },
          address: { lines: ['Rua das Flores 12', '2.º Esq.'], postalCode: '1200-195', city: 'Lisboa', country: 'PT' },
          touches: { ...NO_TOUCHES, clickIds: ['clk_01k8n4v7x2q9w3e5r6t8y1u2i3'] },
          currency: 'EUR',
          // 59.90 for the goods and 4.90 for the shipping, with 11.20 and 0.92 of tax in them.
          subtotal: 4870,
          tax: 1212,
          shipping: 398,
          test: false,
        },
      ],
    ],
    [
      'invoice.paid',
      [
        {
          kind: 'order',
          externalId: 'in_1SKfD1LkdIwHu7ixHgFdSaPo',
          names: [],
          occurredAt: 1_795_867_220_000,
          customer: { id: 'cus_TKw3VbNmQ1aZsX', email: 'emeka@example.com' },
          address: { lines: ['418 Alder Street', 'Apt 3'], postalCode: '97205', city: 'Portland', country: 'US' },
          touches: { ...NO_TOUCHES, clickTokens: [TOKEN] },
          currency: 'USD',
          subtotal: 1500,
          tax: 124,
          shipping: 0,
          test: false,
        },
      ],
    ],
    [
      'invoice.paid-2023-10-16',
      [
        {
          kind: 'order',
          externalId: 'in_1SLbT3LkdIwHu7ixXcVbNmLk',
          names: ['pi_3SLbT4LkdIwHu7ix0MnBvCxZ', 'ch_3SLbT4LkdIwHu7ix0QaZwSxE'],
          occurredAt: 1_795_953_603_000,
          customer: { id: 'cus_TMuXzAqWsEdCvF', email: 'lena@example.com' },
          address: null,
          touches: { ...NO_TOUCHES, codes: ['maya', 'friends10', 'a friend of maya'] },
          currency: 'USD',
          subtotal: 8910,
          tax: 735,
          shipping: 0,
          test: false,
        },
      ],
      { config: { checkout: false } },
    ],
    [
      'invoice_payment.paid',
      [{ kind: 'order_name', name: 'pi_3SKgE1LkdIwHu7ix1PlOkIjU', orderExternalId: 'in_1SKfD1LkdIwHu7ixHgFdSaPo' }],
    ],
    [
      'charge.refunded',
      [
        {
          kind: 'refund',
          externalId: 'ch_3S9cX1LkdIwHu7ix0TgYhUjM',
          orderExternalId: 'pi_3S9cX1LkdIwHu7ix0aBcDeFg',
          occurredAt: 1_793_440_800_000,
          currency: 'USD',
          amount: 2300,
          cumulative: true,
        },
      ],
    ],
    [
      'charge.refunded-2023-10-16',
      [
        { kind: 'order_name', name: 'pi_3SLbT4LkdIwHu7ix0MnBvCxZ', orderExternalId: 'in_1SLbT3LkdIwHu7ixXcVbNmLk' },
        {
          kind: 'refund',
          externalId: 'ch_3SLbT4LkdIwHu7ix0QaZwSxE',
          orderExternalId: 'pi_3SLbT4LkdIwHu7ix0MnBvCxZ',
          occurredAt: 1_796_040_000_000,
          currency: 'USD',
          amount: 9645,
          cumulative: true,
        },
      ],
    ],
    ...(['created', 'funds_withdrawn', 'closed'] as const).map((event): [string, Notice[]] => [
      `charge.dispute.${event}`,
      [
        {
          kind: 'dispute',
          externalId: 'du_1SPaK7LkdIwHu7ixGhTyUjKi',
          orderExternalId: 'pi_3SKgE1LkdIwHu7ix1PlOkIjU',
          occurredAt: { created: 1_796_904_001_000, funds_withdrawn: 1_796_904_002_000, closed: 1_799_582_400_000 }[
            event
          ],
          stage: event === 'closed' ? 'lost' : 'opened',
          currency: 'USD',
          amount: 1624,
        },
      ],
    ]),
    ['v1.invoice.paid', []],
  ])('%s', (name, notices, source) => {
    expect(stripeNotices(stripeEvent(name), source)).toEqual(notices);
  });

  test.each([
    ...['payment_intent.succeeded', 'charge.succeeded', 'charge.captured', 'charge.updated', 'refund.created'],
    ...['refund.updated', 'refund.failed', 'charge.dispute.updated', 'charge.dispute.funds_reinstated'],
    ...['invoice.payment_succeeded', 'invoice.voided', 'invoice.finalized', 'checkout.session.expired'],
    ...['checkout.session.async_payment_failed', 'customer.created', 'customer.subscription.created'],
    ...['credit_note.created', 'a.type.to.come', '__proto__', 'constructor', 'toString'],
  ])('%s is nothing to us, whatever it holds', (type) => {
    for (const name of ['checkout.session.completed', 'charge.refunded']) {
      expect(stripeNotices(stripeEvent(name, {}, { type }))).toEqual([]);
    }
  });

  test('what is no event is unusable, and the errors repeat nothing of it', () => {
    for (const json of [null, [], {}, 'event', { ...stripeEvent('charge.refunded'), id: 7 }]) {
      expect(readStripeEvent(json)).toMatchObject({ outcome: 'unusable' });
    }
    const broken = stripeEvent('checkout.session.completed', {
      currency: 'gold',
      amount_total: '5217',
      payment_intent: 7,
    });
    const reading = readStripeEvent(broken);
    expect(reading).toMatchObject({ outcome: 'unusable', type: 'checkout.session.completed' });
    const errors = reading.outcome === 'unusable' ? reading.errors : [];
    const pointers = ['amount_total', 'currency', 'payment_intent'].map((name) => `/data/object/${name}`);
    expect(errors.map(({ pointer }) => pointer).toSorted()).toEqual(pointers);
    expect(JSON.stringify(reading)).not.toMatch(/gold|5217|ruth/);
  });
});

describe('whose event it is', () => {
  const account = 'acct_1Nv0FGQ9RKHgCVdK';
  const other = 'acct_1Mtq8xLkdIwHu7ix';
  const sale = (event: object) => stripeEvent('checkout.session.completed', {}, event);
  const unusableAt = (pointer: string) => ({ outcome: 'unusable', errors: [{ pointer, detail: expect.any(String) }] });

  test.each<[string, object, StripeSource, object]>([
    ['live in a live store', {}, {}, { outcome: 'read', notices: [{ kind: 'order', test: false }] }],
    [
      'a test in a test store',
      { livemode: false },
      { mode: 'test' },
      { outcome: 'read', notices: [{ kind: 'order', test: true }] },
    ],
    ['a test in a live store', { livemode: false }, {}, unusableAt('/livemode')],
    ['live in a test store', {}, { mode: 'test' }, unusableAt('/livemode')],
    [
      'of the connected account',
      { account },
      { config: { account } },
      { outcome: 'read', notices: [{ kind: 'order' }] },
    ],
    ['of another connected account', { account: other }, { config: { account } }, { outcome: 'read', notices: [] }],
    [
      'a test of the connected account at a live endpoint, which hears of both',
      { account, livemode: false },
      { config: { account } },
      { outcome: 'read', notices: [] },
    ],
    [
      'live of the connected account in a test store, which no test endpoint hears of',
      { account },
      { config: { account }, mode: 'test' },
      unusableAt('/livemode'),
    ],
    ['of the platform itself', {}, { config: { account } }, unusableAt('/account')],
    ['of a connected account nobody named', { account }, {}, unusableAt('/account')],
  ])('%s', (_, event, source, expected) => {
    expect(readStripeEvent(sale(event), source)).toMatchObject(expected);
  });

  test('an endpoint that does not belong to the source is found out by its first event, whichever that is', () => {
    const mine = stripeEvent('charge.refunded', {}, { type: 'customer.created', livemode: false });
    expect(readStripeEvent(mine)).toMatchObject(unusableAt('/livemode'));
  });
});
describe('promotion codes', () => {
  const url = (id: string) => `https://api.stripe.com/v1/promotion_codes/${id}`;
  const typed = (ids: unknown[]) =>
    stripeEvent('checkout.session.completed', { discounts: ids.map((promotion_code) => ({ promotion_code })) });
  const codesOf = (reading: Reading) => {
    const [notice] = reading.outcome === 'read' ? reading.notices : [];
    return notice?.kind === 'order' || notice?.kind === 'sign_up' ? notice.touches.codes : null;
  };

  test('are asked of the API of Stripe where there is a key for it', () => {
    const reading = readStripeEvent(typed(['promo_1A', 'promo_1B', 'promo_1A']), { accessToken: 'rk_live_example' });
    if (reading.outcome !== 'incomplete') throw new Error(JSON.stringify(reading));
    const headers = { authorization: 'Bearer rk_live_example' };
    expect(reading.lookups).toEqual([
      { url: url('promo_1A'), headers },
      { url: url('promo_1B'), headers },
    ]);
    expect(codesOf(reading.read([{ code: 'ANNA10' }, { code: 'BOB' }]))).toEqual([
      'cart-20417',
      'anna10',
      'bob',
      'maya-10',
    ]);
    // Deleted, or an answer that is none: the order is as good without.
    for (const found of [[null, null], [{}, 'x'], [{ code: 7 }], []]) {
      expect(codesOf(reading.read(found))).toEqual(['cart-20417', 'maya-10']);
    }
  });

  test('are asked of the connected account that the store is', () => {
    const account = 'acct_1Nv0FGQ9RKHgCVdK';
    const reading = readStripeEvent(
      { ...typed(['promo_1A']), account },
      { accessToken: 'rk_live_example', config: { account } },
    );
    expect(reading).toMatchObject({ lookups: [{ headers: { 'stripe-account': account } }] });
  });

  test('are passed over without a key', () => {
    expect(codesOf(readStripeEvent(typed(['promo_1A'])))).toEqual(['cart-20417', 'maya-10']);
  });

  test('are asked for as soon as a trial begins, and for the invoices of older versions', () => {
    const source = { accessToken: 'rk_live_example' };
    const discounts = [{ coupon: null, promotion_code: 'promo_1A' }];
    const trial = stripeEvent('checkout.session.completed-2025-03-31', { amount_total: 0, discounts });
    const reading = readStripeEvent(trial, source);
    expect(reading).toMatchObject({ outcome: 'incomplete', lookups: [{ url: url('promo_1A') }] });
    if (reading.outcome === 'incomplete') expect(codesOf(reading.read([{ code: 'ANNA10' }]))).toEqual(['anna10']);
    const renewal = stripeEvent('invoice.paid-2023-10-16', { billing_reason: 'subscription_cycle' });
    expect(readStripeEvent(renewal, source)).toMatchObject({
      lookups: [{ url: url('promo_1S9bP7LkdIwHu7ixZxCvBnMa') }],
    });
    expect(readStripeEvent(stripeEvent('invoice.paid-2023-10-16'), source)).toMatchObject({ outcome: 'read' });
  });

  test('lead to no other address, and to five at most', () => {
    const source = { accessToken: 'rk_live_example' };
    expect(
      readStripeEvent(typed(['promo_../customers', 'promo_1?expand[]=x', '//evil.example', 'in_1', '']), source)
        .outcome,
    ).toBe('read');
    const many = readStripeEvent(typed(Array.from({ length: 30 }, (_, i) => `promo_${i}`)), source);
    expect(many.outcome === 'incomplete' && many.lookups).toHaveLength(5);
  });
});

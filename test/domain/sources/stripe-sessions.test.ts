import { describe, expect, test } from 'vitest';
import { NO_TOUCHES, stripeEvent, stripeNotices, TOKEN } from '../../support/stripe-events.ts';

describe('a checkout', () => {
  const completed = (object: object) => stripeNotices(stripeEvent('checkout.session.completed', object));

  test('that is not paid yet is no order before the payment has come in', () => {
    expect(completed({ payment_status: 'unpaid' })).toEqual([]);
    expect(completed({ payment_status: 'a_status_to_come' })).toEqual([]);
    expect(stripeNotices(stripeEvent('checkout.session.async_payment_succeeded'))).toMatchObject([{ kind: 'order' }]);
  });

  test('is of the moment it was begun where the payment took days, and else of the event', () => {
    const at = (name: string, object = {}) => stripeNotices(stripeEvent(`checkout.session.${name}`, object))[0];
    expect(at('async_payment_succeeded')).toMatchObject({ occurredAt: 1_793_001_600_000 });
    expect(at('async_payment_succeeded', { created: null })).toMatchObject({ occurredAt: 1_793_260_800_000 });
    expect(at('completed')).toMatchObject({ occurredAt: 1_793_181_542_000 });
  });

  test('that only keeps a card is nothing', () => {
    const setup = { mode: 'setup', payment_status: 'no_payment_required', amount_total: null, currency: null };
    expect(completed({ ...setup, total_details: null, payment_intent: null })).toEqual([]);
    expect(completed({ ...setup, amount_total: 0, currency: 'usd' })).toEqual([]);
  });

  test('that costs nothing is an order of nothing: the friend is a customer from then on', () => {
    const free = { amount_total: 0, payment_intent: null, shipping_cost: null, total_details: { amount_tax: 0 } };
    for (const payment_status of ['paid', 'no_payment_required']) {
      expect(completed({ ...free, payment_status })).toMatchObject([
        { kind: 'order', externalId: expect.stringMatching(/^cs_live_a1/), names: [], subtotal: 0 },
      ]);
    }
    expect(completed({ payment_status: 'no_payment_required' })).toEqual([]);
  });

  test('that begins a trial is a sign-up, with its touch; the first invoice over more than nothing is the order', () => {
    const name = 'checkout.session.completed-2025-03-31';
    for (const state of [{ payment_status: 'no_payment_required' }, { payment_status: 'paid' }]) {
      expect(stripeNotices(stripeEvent(name, { amount_total: 0, ...state }))).toEqual([
        {
          kind: 'sign_up',
          externalId: null,
          occurredAt: 1_793_185_265_000,
          customer: { id: 'cus_TKw3VbNmQ1aZsX', email: 'emeka@example.com' },
          touches: { ...NO_TOUCHES, clickTokens: [TOKEN] },
          currency: 'USD',
          test: false,
        },
      ]);
    }
    const nobody = { payment_status: 'no_payment_required', customer: null, customer_details: null };
    expect(stripeNotices(stripeEvent(name, nobody))).toEqual([]);
    const first = { billing_reason: 'subscription_create', total: 0, total_excluding_tax: 0 };
    expect(stripeNotices(stripeEvent('invoice.paid', first))).toEqual([]);
    expect(stripeNotices(stripeEvent('invoice.paid', first), { config: { checkout: false } })).toEqual([]);
  });

  test.each([
    [{ invoice: 'in_1', payment_intent: 'pi_1', id: 'cs_1' }, 'in_1', ['pi_1', 'cs_1']],
    [{ invoice: null, payment_intent: 'pi_1', id: 'cs_1' }, 'pi_1', ['cs_1']],
    [{ invoice: 'in_1', payment_intent: null, id: 'cs_1' }, 'in_1', ['cs_1']],
    [{ invoice: null, payment_intent: null, id: 'cs_1' }, 'cs_1', []],
    [
      { invoice: { id: 'in_1', object: 'invoice' }, payment_intent: { id: 'pi_1' }, id: 'cs_1' },
      'in_1',
      ['pi_1', 'cs_1'],
    ],
  ])('goes by %o', (ids, externalId, names) => {
    expect(completed(ids)).toMatchObject([{ externalId, names }]);
  });

  test.each([
    ['an e-mail address alone', { customer: null }, { id: null, email: 'ruth@example.com' }],
    ['an expanded customer', { customer: { id: 'cus_1', email: 'old@example.com' } }, { id: 'cus_1' }],
    ['an account that is a customer', { customer: null, customer_account: 'acct_1' }, { id: 'acct_1' }],
    [
      'an address from before the checkout',
      { customer_details: null, customer_email: 'early@example.com' },
      { email: 'early@example.com' },
    ],
    ['nobody', { customer_details: null }, { id: null, email: null }],
  ])('knows the friend by %s', (_, object, customer) => {
    expect(completed(object)).toMatchObject([{ customer }]);
  });

  test('finds where the goods go under the name of every version, and no billing address', () => {
    const there = { address: { line1: '1 High St', city: 'Leeds', postal_code: 'LS1 4AP', country: 'GB' } };
    const expected = { lines: ['1 High St'], postalCode: 'LS1 4AP', city: 'Leeds', country: 'GB' };
    const none = { collected_information: null };
    for (const object of [
      { collected_information: { shipping_details: there } },
      { ...none, shipping_details: there },
      { ...none, shipping: there },
    ]) {
      expect(completed(object)).toMatchObject([{ address: expected }]);
    }
    expect(completed(none)).toMatchObject([{ address: null }]);
    const odd = { address: { line1: '1 High St', country: 'United Kingdom' } };
    expect(completed({ collected_information: { shipping_details: odd } })).toMatchObject([
      { address: { lines: ['1 High St'], postalCode: null, city: null, country: null } },
    ]);
  });

  test('loses nothing but a part that a later version writes in another way', () => {
    const changed = {
      ...{ metadata: ['gw'], discounts: { data: [] }, custom_fields: 'none', client_reference_id: 7 },
      ...{ customer: 42, customer_details: 'Ruth', customer_email: {}, collected_information: [] },
    };
    expect(completed(changed)).toMatchObject([
      { kind: 'order', subtotal: 4320, touches: NO_TOUCHES, customer: { id: null, email: null }, address: null },
    ]);
  });
});

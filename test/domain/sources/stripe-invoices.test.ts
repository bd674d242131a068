import { describe, expect, test } from 'vitest';
import { NO_TOUCHES, type StripeEvent, stripeEvent, stripeNotices } from '../../support/stripe-events.ts';

describe('an invoice', () => {
  const checkout = { config: { checkout: true } };
  const own = { config: { checkout: false } };

  test.each([
    ['subscription_create', false],
    ['manual', false],
    ['subscription_cycle', true],
    ['subscription_update', true],
    ['subscription_threshold', true],
    ['subscription', true],
    ['quote_accept', true],
    ['automatic_pending_invoice_item_invoice', true],
    [null, true],
  ])('made for %s is an order beside a checkout: %s; without one always', (billing_reason, isOrder) => {
    const paid = stripeEvent('invoice.paid', { billing_reason });
    expect(stripeNotices(paid, checkout).map(({ kind }) => kind)).toEqual(isOrder ? ['order'] : []);
    expect(stripeNotices(paid, own).map(({ kind }) => kind)).toEqual(['order']);
  });

  test('of a checkout still tells by which names its order goes, where it knows them', () => {
    const named = (name: string) => ({ kind: 'order_name', name, orderExternalId: 'in_1SLbT3LkdIwHu7ixXcVbNmLk' });
    const paid = stripeEvent('invoice.paid-2023-10-16');
    expect(stripeNotices(paid)).toEqual([named('pi_3SLbT4LkdIwHu7ix0MnBvCxZ'), named('ch_3SLbT4LkdIwHu7ix0QaZwSxE')]);
  });

  test('that gives back as much as it takes, or more, is no order', () => {
    for (const total of [0, -500]) {
      expect(stripeNotices(stripeEvent('invoice.paid', { total, total_excluding_tax: total }))).toEqual([]);
    }
  });

  test('under a test clock was paid when we heard of it: such a clock runs ahead', () => {
    const clocked = { test_clock: 'clock_1Mr3I22eZvKYlo2Ck0rgMqd7' };
    expect(stripeNotices(stripeEvent('invoice.paid', clocked))).toMatchObject([{ occurredAt: null }]);
  });

  test('that was paid outside of Stripe has no payment to be named by', () => {
    const payment = { payment_record: 'pr_1', type: 'payment_record' };
    expect(stripeNotices(stripeEvent('invoice_payment.paid', { payment }))).toEqual([]);
    const charged = { charge: 'ch_1', type: 'charge' };
    expect(stripeNotices(stripeEvent('invoice_payment.paid', { payment: charged }))).toMatchObject([{ name: 'ch_1' }]);
  });

  test('finds the touch in the metadata of its subscription, wherever a version shows it', () => {
    const bare = { parent: null, lines: { data: [] } };
    const metadata = { gw: 'token', gw_code: 'ANNA', plan: 'gold' };
    for (const object of [
      { ...bare, metadata },
      { ...bare, parent: { subscription_details: { metadata } } },
      { ...bare, subscription_details: { metadata } },
      { ...bare, lines: { data: [{ metadata: {} }, { metadata }] } },
    ]) {
      expect(stripeNotices(stripeEvent('invoice.paid', object))).toMatchObject([
        { touches: { clickTokens: ['token'], clickIds: [], codes: ['anna'] } },
      ]);
    }
    expect(stripeNotices(stripeEvent('invoice.paid', bare))).toMatchObject([{ touches: NO_TOUCHES }]);
  });
});

/** The ids by which each event of one purchase speaks of it. */
describe('one purchase is one order, whatever tells of it', () => {
  const invoice = 'in_1SLbT3LkdIwHu7ixXcVbNmLk';
  const payment_intent = 'pi_3SLbT4LkdIwHu7ix0MnBvCxZ';
  const charge = { payment_intent, id: 'ch_3SLbT4LkdIwHu7ix0QaZwSxE' };
  const subscribed = stripeEvent('checkout.session.completed-2025-03-31', { invoice });
  const bought = stripeEvent('checkout.session.completed', { invoice: null, payment_intent });

  test.each<[string, StripeEvent[]]>([
    [
      'a subscription',
      [
        stripeEvent('invoice.paid', { id: invoice, billing_reason: 'subscription_create' }),
        stripeEvent('invoice_payment.paid', { invoice, payment: { payment_intent } }),
        subscribed,
        stripeEvent('charge.refunded', charge),
      ],
    ],
    [
      'a subscription, before 2025-03-31',
      [stripeEvent('invoice.paid-2023-10-16'), subscribed, stripeEvent('charge.refunded', charge)],
    ],
    [
      'a subscription whose invoice is not listened to, before 2025-03-31',
      [subscribed, stripeEvent('charge.refunded-2023-10-16')],
    ],
    [
      'a sale with an invoice that comes after it',
      [
        bought,
        stripeEvent('invoice.paid', { id: invoice, billing_reason: 'manual' }),
        stripeEvent('invoice_payment.paid', { invoice, payment: { payment_intent } }),
        stripeEvent('charge.refunded', charge),
      ],
    ],
    [
      'a sale with an invoice, before 2025-03-31',
      [bought, stripeEvent('invoice.paid-2023-10-16'), stripeEvent('charge.refunded-2023-10-16')],
    ],
    ['a sale', [bought, stripeEvent('charge.refunded', charge)]],
    ['a sale that is disputed', [bought, stripeEvent('charge.dispute.created', { payment_intent })]],
  ])('%s', (_, events) => {
    const notices = events.flatMap((event) => stripeNotices(event));
    const orders = notices.filter(({ kind }) => kind === 'order');
    expect(orders).toHaveLength(1);
    const known = new Set(
      orders.flatMap((order) => (order.kind === 'order' ? [order.externalId, ...order.names] : [])),
    );
    // A name of a name: as often as there are names.
    for (const _ of notices) {
      for (const notice of notices) {
        if (notice.kind !== 'order_name') continue;
        if (known.has(notice.name) || known.has(notice.orderExternalId))
          known.add(notice.name).add(notice.orderExternalId);
      }
    }
    for (const notice of notices) if ('orderExternalId' in notice) expect(known).toContain(notice.orderExternalId);
  });
});

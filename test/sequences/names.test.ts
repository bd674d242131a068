import { beforeEach, describe, expect, it } from 'vitest';
import { createTestApp, type TestApp } from '../support/app.ts';
import { createShop, type Shop } from '../support/shop.ts';
import { type End, endsOf, REFUNDED } from '../support/stories/ends.ts';
import {
  type Message,
  openSender,
  type Platform,
  type Purchase,
  REFUNDS,
  type Sender,
} from '../support/stories/platform.ts';
import { expectBalance } from '../support/stories/play.ts';
import { permutations } from '../support/stories/sequences.ts';
import {
  checkout,
  invoiceOf,
  invoicePaid,
  invoicePaymentPaid,
  paymentOf,
  refunded,
  stripe,
} from '../support/stories/stripe.ts';

/** Subscriptions are sold by the API as well as by checkouts: every paid invoice is an order. */
const billing: Platform = { ...stripe, source: { ...stripe.source, config: { checkout: false } } };
const ALL = REFUNDS.first + REFUNDS.second;

type Tell = (purchase: Purchase) => (id: string) => Message;

const EVENTS: Record<string, Tell> = {
  'invoice.paid': (purchase) => invoicePaid(purchase),
  'invoice_payment.paid': invoicePaymentPaid,
  'charge.refunded': (purchase) => refunded(purchase, ALL),
  /** Until 2025-03-31. */
  'invoice.paid with its payment': (purchase) =>
    invoicePaid(purchase, { payment_intent: paymentOf(purchase), charge: `ch_of_${purchase.number}` }),
  'checkout.session.completed without an invoice': (purchase) =>
    checkout(purchase, 'checkout.session.completed', {
      ...{ mode: 'payment', payment_status: 'paid', invoice: null, payment_intent: paymentOf(purchase) },
    }),
  'checkout.session.completed': (purchase) =>
    checkout(purchase, 'checkout.session.completed', {
      ...{ mode: 'subscription', payment_status: 'paid' },
      ...{ invoice: invoiceOf(purchase), payment_intent: paymentOf(purchase) },
    }),
};

describe('a purchase that goes by several ids at Stripe', { timeout: 30_000 }, () => {
  let app: TestApp;
  let shop: Shop;
  let sender: Sender;

  beforeEach(async () => {
    app = await createTestApp();
    shop = await createShop(app);
    sender = await openSender(app, shop, billing);
  });

  async function tell(number: number, name: string): Promise<void> {
    const purchase = { number, code: shop.ann.code, paidAt: app.clock.now() };
    const answer = await sender.post(EVENTS[name]?.(purchase)(`${number}-${name}`) ?? { id: '', body: '' });
    expect([200, 202], answer.text).toContain(answer.status);
  }

  /** Tells of one purchase in each of the orders; all must come to one end. */
  async function expectOneEnd(orders: string[][], end: End, play: (number: number, order: string[]) => Promise<void>) {
    await Promise.all(orders.map((order, index) => play(index + 1, order)));
    await app.callbacks.drain();
    const ends = Object.values(await endsOf(app));
    expect(ends).toEqual(orders.map(() => end));
    await expectBalance(app, shop, ends);
  }

  async function oneByOne(number: number, order: string[]): Promise<void> {
    for (const name of order) await tell(number, name);
  }

  async function atOnce(number: number, order: string[]): Promise<void> {
    await Promise.all(order.map((name) => tell(number, name)));
  }

  const invoice = ['invoice.paid', 'invoice_payment.paid', 'charge.refunded'];

  it('is refunded by its payment in each of the 6 orders in which invoice, payment and refund are told', () =>
    expectOneEnd(permutations(invoice), REFUNDED, oneByOne));

  it('is so when they are told at the same moment', () => expectOneEnd(permutations(invoice), REFUNDED, atOnce));

  it('is refunded when the order is there, and its payment is named and refunded at the same moment', async () => {
    const numbers = Array.from({ length: 16 }, (_, index) => index + 1);
    await Promise.all(numbers.map((number) => tell(number, 'invoice.paid')));
    await expectOneEnd(
      numbers.map(() => ['invoice_payment.paid', 'charge.refunded']),
      REFUNDED,
      atOnce,
    );
  });

  it('is one order, though a session tells of it too, in each of the 24 orders', () =>
    expectOneEnd(permutations([...invoice, 'checkout.session.completed']), REFUNDED, oneByOne));

  const both = ['invoice.paid with its payment', 'checkout.session.completed without an invoice', 'charge.refunded'];

  it('is one order, though session and invoice share no more than the payment, in each of the 6 orders', () =>
    expectOneEnd(permutations(both), REFUNDED, oneByOne));

  it('is so when those are told at the same moment', () => expectOneEnd(permutations(both), REFUNDED, atOnce));

  it('is one order when session, invoice, payment and refund are told at the same moment, several times each', () => {
    const events = [...invoice, 'checkout.session.completed'];
    return expectOneEnd(
      Array.from({ length: 6 }, () => [...events, ...events.toReversed()]),
      REFUNDED,
      atOnce,
    );
  });
});

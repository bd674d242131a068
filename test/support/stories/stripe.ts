import { signStripe } from '../sign-stripe.ts';
import { emailOf, json, type Message, MONEY, type Platform, type Purchase, payload, REFUNDS } from './platform.ts';

/** What the bank takes back in the end: Stripe knows no cancellation of what was paid. */
const DISPUTED = 1000;

export const stripe: Platform = {
  source: { scheme: 'stripe', secret: 'whsec_Kx7QmZ2vTn9RbW4yLc8HsJ1dGf5pXe3A' },

  sign: ({ secret, message: { body }, at }) => signStripe({ secret, timestamp: at, body }),

  orderId: paymentOf,

  story(purchase) {
    const session = { mode: 'payment', invoice: null, payment_intent: paymentOf(purchase) };
    return {
      created: checkout(purchase, 'checkout.session.completed', { ...session, payment_status: 'unpaid' }),
      paid: checkout(purchase, 'checkout.session.async_payment_succeeded', { ...session, payment_status: 'paid' }),
      'refund 1': refunded(purchase, REFUNDS.first),
      'refund 2': refunded(purchase, REFUNDS.first + REFUNDS.second),
      disputed: disputed(purchase, { status: 'lost', amount: DISPUTED }),
    };
  },
};

export function paymentOf({ number }: Purchase): string {
  return `pi_of_${number}`;
}

export function invoiceOf({ number }: Purchase): string {
  return `in_of_${number}`;
}

export function checkout(purchase: Purchase, type: string, session: object) {
  const { number, code } = purchase;
  const { currency, subtotal, tax, shipping } = MONEY;
  return event(purchase, type, {
    id: `cs_of_${number}`,
    ...{ currency: currency.toLowerCase(), amount_total: subtotal + tax + shipping },
    total_details: { amount_discount: 0, amount_shipping: shipping, amount_tax: tax },
    shipping_cost: { amount_subtotal: shipping, amount_tax: 0, amount_total: shipping, shipping_rate: null },
    ...{ customer: `cus_of_${number}`, customer_details: { email: emailOf(purchase) } },
    ...{ metadata: { gw_code: code }, custom_fields: [], discounts: [], client_reference_id: null },
    ...session,
  });
}

export function invoicePaid(purchase: Purchase, more: object = {}) {
  const { number, code } = purchase;
  const { currency, subtotal, tax, shipping } = MONEY;
  return event(purchase, 'invoice.paid', {
    ...{ id: invoiceOf(purchase), billing_reason: 'subscription_create', currency: currency.toLowerCase() },
    ...{ total: subtotal + tax + shipping, total_excluding_tax: subtotal + shipping },
    shipping_cost: { amount_subtotal: shipping, amount_tax: 0, amount_total: shipping, shipping_rate: null },
    ...{ customer: `cus_of_${number}`, customer_email: emailOf(purchase), metadata: { gw_code: code } },
    ...{ parent: null, lines: { object: 'list', data: [] } },
    ...more,
  });
}

export function invoicePaymentPaid(purchase: Purchase) {
  const payment = { type: 'payment_intent', payment_intent: paymentOf(purchase) };
  return event(purchase, 'invoice_payment.paid', {
    ...{ id: `inpay_of_${purchase.number}`, invoice: invoiceOf(purchase), payment },
  });
}

/** All that was given back so far. */
export function refunded(purchase: Purchase, total: number) {
  return event(purchase, 'charge.refunded', {
    ...{ id: `ch_of_${purchase.number}`, currency: MONEY.currency.toLowerCase(), amount_refunded: total },
    payment_intent: paymentOf(purchase),
  });
}

function disputed(purchase: Purchase, dispute: { status: string; amount: number }) {
  return event(purchase, 'charge.dispute.closed', {
    ...{ id: `du_of_${purchase.number}`, currency: MONEY.currency.toLowerCase(), ...dispute },
    ...{ charge: `ch_of_${purchase.number}`, payment_intent: paymentOf(purchase) },
  });
}

function event({ paidAt }: Purchase, type: string, object: object): (id: string) => Message {
  return (id) => {
    const { data, ...full } = payload(`stripe/${type}`);
    const created = Math.floor(paidAt / 1000);
    return { id, body: json({ ...full, id: `evt_${id}`, created, data: { object: { ...data.object, ...object } } }) };
  };
}

import { CODE, fresh, MARK, stripeEvent, stripeOrder } from './bodies.ts';
import { type Case, DUPLICATE, type Expected, IGNORED, KEPT, PARKED, RECORDED, REPEATED } from './case.ts';
import type { Post } from './post.ts';
import { now } from './senders.ts';
import type { Target } from './target.ts';

const LONG = 'x'.repeat(10_000);

/** Paid orders with one thing in the session that is not right. */
const SESSIONS: [title: string, session: Record<string, unknown>, expected: Expected][] = [
  ['an unpaid order', { payment_status: 'unpaid' }, IGNORED],
  ['an order whose payment is called PAID', { payment_status: 'PAID' }, IGNORED],
  ['an order that needs no payment but has an amount', { payment_status: 'no_payment_required' }, IGNORED],
  ['an order that says twice over that it is paid', { payment_status: ['paid', 'paid'] }, KEPT],
  ['an amount below nothing', { amount_total: -5000 }, KEPT],
  ['an amount with a fraction', { amount_total: 5000.5 }, KEPT],
  ['an amount as text', { amount_total: '5000' }, KEPT],
  ['an amount that is null', { amount_total: null }, KEPT],
  ['an amount that is true', { amount_total: true }, KEPT],
  ['more money than there is', { amount_total: 9_007_199_254_740_991 }, KEPT],
  ['a currency that there is not', { currency: 'zzz' }, KEPT],
  ['a currency of JavaScript', { currency: 'constructor' }, KEPT],
  ['a currency of 10,000 characters', { currency: LONG }, KEPT],
  ['a currency in a list', { currency: ['usd'] }, KEPT],
  ['a payment whose id has 10,000 characters', { payment_intent: LONG }, KEPT],
  ['a payment whose id is empty', { payment_intent: '' }, KEPT],
  ['a payment whose id is a list', { payment_intent: ['pi_1'] }, KEPT],
  ['a session whose id is a number', { id: 12 }, KEPT],
  ['metadata that are a list of 50,000', { metadata: Array(50_000).fill('gw_code') }, RECORDED],
  [
    'metadata of JavaScript',
    { metadata: { constructor: CODE, toString: CODE, prototype: { gw_code: CODE } } },
    RECORDED,
  ],
  ['a code in the wrong field', { metadata: { GW_CODE: CODE, gwcode: CODE } }, RECORDED],
  ['a reference of 100,000 characters', { metadata: {}, client_reference_id: LONG.repeat(10) }, RECORDED],
  ['a reference in the form of a click token', { metadata: {}, client_reference_id: 'A'.repeat(70) }, RECORDED],
  ['a customer that is an object of objects', { metadata: {}, customer: { id: { id: { id: 1 } } } }, RECORDED],
  [
    'custom fields of any form',
    { metadata: {}, custom_fields: [null, 1, { key: 'gw' }, { key: 7, text: { value: [] } }] },
    RECORDED,
  ],
  [
    'discounts of any form',
    { metadata: {}, discounts: [null, 'x', { promotion_code: [] }, { coupon: { id: 7 } }] },
    RECORDED,
  ],
  [
    'a promotion code that is a path',
    { metadata: {}, discounts: [{ promotion_code: '../customers/cus_1' }] },
    RECORDED,
  ],
];

/** Events that are about an order of a friend, with one thing around it that is not right. */
const EVENTS: [title: string, event: Record<string, unknown>, expected: Expected][] = [
  ['an event of live mode for a store that is a test', { livemode: true }, KEPT],
  ['an event whose mode is a text', { livemode: 'false' }, KEPT],
  ['an event of a connected account', { account: 'acct_1Attacker' }, KEPT],
  ['an event without an id', { id: undefined }, KEPT],
  ['an event whose id has 10,000 characters', { id: LONG }, KEPT],
  ['an event whose id is a number', { id: 1 }, KEPT],
  ['an event without a type', { type: undefined }, KEPT],
  ['an event whose type is a list', { type: ['checkout.session.completed'] }, KEPT],
  ['an event whose type has 10,000 characters', { type: LONG }, KEPT],
  ['an event of a type of JavaScript', { type: 'constructor' }, IGNORED],
  ['an event whose type is in capitals', { type: 'CHECKOUT.SESSION.COMPLETED' }, IGNORED],
  ['an event of a type to come', { type: 'checkout.session.teleported' }, IGNORED],
  ['a thin event', { object: 'v2.core.event' }, IGNORED],
  ['an event of a time beyond all calendars', { created: 9e15 }, KEPT],
  ['an event of before 1970', { created: -1 }, KEPT],
  ['an event of a time with a fraction', { created: 1_772_366_400.5 }, KEPT],
  ['an event of a time as text', { created: '1772366400' }, KEPT],
  ['an event without data', { data: null }, KEPT],
  ['an event about a list', { data: { object: [] } }, KEPT],
  ['an event about nothing', { data: { object: null } }, KEPT],
];

/** Other types of events about a charge that nobody knows, and their objects. */
const CHARGES: [title: string, type: string, object: Record<string, unknown>, expected: Expected][] = [
  ['a refund of an order that nobody knows', 'charge.refunded', { amount_refunded: 100 }, PARKED],
  ['a refund below nothing', 'charge.refunded', { amount_refunded: -1 }, KEPT],
  ['a refund of a fraction', 'charge.refunded', { amount_refunded: 0.5 }, KEPT],
  ['an order under the type of a refund', 'charge.refunded', { amount_total: 5000, payment_status: 'paid' }, KEPT],
  [
    'a dispute in a stage that there is not',
    'charge.dispute.created',
    { status: 'toString', amount: 1, charge: 'ch_1' },
    IGNORED,
  ],
  ['a dispute that leaves out its charge', 'charge.dispute.created', { status: 'lost', amount: 1 }, KEPT],
];

export const stripeEvents: Case[] = [
  ...SESSIONS.map(([title, session, expected]): Case => [title, (t) => t.stripe(stripeOrder(session)), expected]),
  ...EVENTS.map(([title, event, expected]): Case => [title, (t) => t.stripe(stripeOrder({}, event)), expected]),
  ...CHARGES.map(
    ([title, type, object, expected]): Case => [
      title,
      (t) => t.stripe(stripeEvent(type, { id: `ch_${fresh()}`, payment_intent: null, currency: 'usd', ...object })),
      expected,
    ],
  ),
  ['a test order at a store that is live', atLiveStore, KEPT],
  ['an amount of 1e400', (t) => t.stripe(stripeOrder({ amount_total: '@' }).replace('"@"', '1e400')), KEPT],
  [
    'an amount beyond what numbers hold',
    (t) => t.stripe(stripeOrder({ amount_total: '@' }).replace('"@"', '9007199254740993')),
    KEPT,
  ],
  [
    'an id beyond what numbers hold',
    (t) => t.stripe(stripeOrder({ id: '@' }).replace('"@"', '99999999999999999999')),
    KEPT,
  ],
  [
    'an address of an e-mail that is none',
    (t) => t.stripe(stripeOrder({ metadata: {}, customer_details: { email: `a@b@${MARK}\r\nBcc: all` } })),
    RECORDED,
  ],
  ['the same event once more', again, REPEATED],
  ['the same order in another event', (t) => told(t, fresh()), DUPLICATE],
];

function atLiveStore(t: Target): Post {
  return { ...t.stripe(), target: t.liveStripe };
}

async function again(t: Target): Promise<Post> {
  const body = stripeEvent('payout.paid', {}, { id: `evt_${fresh()}` });
  await t.takes(t.stripe(body), IGNORED);
  return t.stripe(body, { at: now() - 60 });
}

async function told(t: Target, id: number): Promise<Post> {
  const session = { payment_intent: `pi_${id}`, metadata: {} };
  await t.takes(t.stripe(stripeOrder(session)), RECORDED);
  return t.stripe(stripeOrder(session));
}

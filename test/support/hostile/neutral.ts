import { CODE, event, fresh, MARK, order } from './bodies.ts';
import { type Case, DUPLICATE, type Expected, IGNORED, PARKED, RECORDED, UNUSABLE } from './case.ts';

const LONG = 'x'.repeat(10_000);
const BIDI = '\u202e\u2066\u200b\ufeff';
const IN_AN_HOUR = new Date(Date.now() + 3_600_000).toISOString();

/** Paid orders with one thing that is not right. */
const UNSOUND: [title: string, data: Record<string, unknown>][] = [
  ['an amount below nothing', { subtotal: -1 }],
  ['an amount with a fraction', { subtotal: 49.9 }],
  ['an amount as text', { subtotal: '5000' }],
  ['an amount that is null, as NaN is written', { subtotal: Number.NaN }],
  ['an amount in a list', { subtotal: [5000] }],
  ['an amount that is true', { subtotal: true }],
  ['amounts whose sum is too large', { subtotal: Number.MAX_SAFE_INTEGER, tax: 1 }],
  ['a tax below nothing', { tax: -5000 }],
  ['a shipping below nothing', { shipping: -5000 }],
  ['a currency that there is not', { currency: 'ZZZ' }],
  ['a currency in small letters', { currency: 'usd' }],
  ['a currency of JavaScript', { currency: 'constructor' }],
  ['a currency that is a list', { currency: ['USD'] }],
  ['a time of an hour ahead', { paidAt: IN_AN_HOUR }],
  ['a time on a day that there is not', { paidAt: '2026-02-30T12:00:00Z' }],
  ['a time in a leap second', { paidAt: '2016-12-31T23:59:60Z' }],
  ['a time without an offset', { paidAt: '2026-03-01T12:00:00' }],
  ['a time as a number', { paidAt: 1_772_366_400 }],
  ['a time of 10,000 characters', { paidAt: `2026-03-01T12:00:00.${'0'.repeat(10_000)}Z` }],
  ['an empty order id', { orderId: '' }],
  ['an order id of 10,000 characters', { orderId: LONG }],
  ['an order id with a line break', { orderId: 'o\r\nSet-Cookie: a=b' }],
  ['an order id that is a number', { orderId: 7 }],
  ['an order id that is an object', { orderId: { $gt: '' } }],
  ['a customer without a name', { customer: {} }],
  ['a customer whose id has 10,000 characters', { customer: { id: LONG } }],
  ['a customer who is a text', { customer: 'ann' }],
  ['an e-mail address of 10,000 characters', { customer: { email: `${LONG}@${MARK}.example` } }],
  ['an e-mail address with a line break', { customer: { email: `a@${MARK}.example\r\nBcc: b@${MARK}.example` } }],
  ['an e-mail address with two at signs', { customer: { email: `a@b@${MARK}.example` } }],
  ['a field that nobody knows', { isAdmin: true }],
  ['a field of JavaScript', { constructor: { prototype: {} } }],
  ['codes that are a text', { codes: CODE }],
  ['codes that are numbers', { codes: [7] }],
  ['a click token that is a list', { clickToken: ['gw'] }],
  ['an address whose country there is not', { deliveryAddress: { lines: ['x'], country: 'Atlantis' } }],
  ['a test that is a text', { test: 'false' }],
];

/** Orders that are what they say, and in which strangers wrote what they liked: nobody earns anything by them. */
const UNTOUCHED: [title: string, data: Record<string, unknown>][] = [
  ['100,000 codes, the good one last', { codes: [...Array.from({ length: 60_000 }, (_, index) => `c${index}`), CODE] }],
  ['a code of 100,000 characters', { codes: [LONG.repeat(10)] }],
  ['a code of SQL', { codes: ["' or code is not null; drop table orders; --"] }],
  ['a code of HTML', { codes: ['<script>alert(1)</script>'] }],
  ['a code in two directions', { codes: [BIDI + CODE] }],
  ['a code with wild cards', { codes: ['%', '_%', '*', `${CODE.slice(0, 5)}%`] }],
  ['a code with a line break', { codes: [`x\r\n${CODE}`] }],
  ['a code in letters that only look right', { codes: [CODE.replace('a', '\u0430')] }],
  ['empty codes', { codes: ['', ' ', '\t'] }],
  ['a click token of 100,000 characters', { codes: [], clickToken: LONG.repeat(10) }],
  ['a forged click token', { codes: [], clickToken: 'A'.repeat(70) }],
  ['a click id that nobody knows', { codes: [], clickId: 'clk_01kar7b2e5f3v8t9w0x1y2z3a4' }],
  ['a click id of SQL', { codes: [], clickId: "' or 1=1 --" }],
  ['50,000 lines of an address', { codes: [], deliveryAddress: { lines: Array(50_000).fill('x') } }],
  ['a time of the year 0', { codes: [], paidAt: '0000-01-01T00:00:00Z' }],
  ['a time at the edge of the world', { codes: [], paidAt: '2026-03-01T00:00:00-23:59' }],
  ['the most money that there can be', { codes: [], subtotal: Number.MAX_SAFE_INTEGER }],
  ['a customer id of SQL', { codes: [], customer: { id: "'); delete from conversions; --" } }],
];

const EVENTS: [title: string, body: () => string, expected: Expected][] = [
  ['an event without a type', () => event('', {}), UNUSABLE],
  ['an event whose type is a number', () => '{"type":1,"data":{}}', UNUSABLE],
  ['an event whose type has 129 characters', () => event('t'.repeat(129), {}), UNUSABLE],
  ['an event whose type has a line break', () => event('order.paid\n', {}), UNUSABLE],
  ['an event whose type is in capitals', () => order().replace('order.paid', 'ORDER.PAID'), IGNORED],
  ['an event of a type of JavaScript', () => order().replace('order.paid', 'constructor'), IGNORED],
  ['a paid order under the type of a refund', () => order().replace('order.paid', 'order.refunded'), UNUSABLE],
  ['a paid order without data', () => '{"type":"order.paid"}', UNUSABLE],
  ['a paid order of a list', () => '{"type":"order.paid","data":[]}', UNUSABLE],
  ['a refund below nothing', () => refund(-1), UNUSABLE],
  ['a refund of nothing', () => refund(0), UNUSABLE],
  [
    'a refund of all the money that there can be, of an order that nobody knows',
    () => refund(Number.MAX_SAFE_INTEGER),
    PARKED,
  ],
  [
    'a dispute in a stage that there is not',
    () => event('order.disputed', { orderId: 'o', disputeId: 'd', stage: 'constructor', currency: 'USD', amount: 1 }),
    UNUSABLE,
  ],
  ['a sign-up of nobody', () => event('signup', { customer: {} }), UNUSABLE],
  ['a sign-up of an address that is none', () => event('signup', { customer: { email: '@' } }), UNUSABLE],
];

export const neutral: Case[] = [
  ...UNSOUND.map(([title, data]): Case => [title, (t) => t.v1(order(data)), UNUSABLE]),
  ...UNTOUCHED.map(([title, data]): Case => [title, (t) => t.v1(order(data)), RECORDED]),
  ...EVENTS.map(([title, body, expected]): Case => [title, (t) => t.v1(body()), expected]),
  [
    'a refund in another currency than its order',
    async (t) => {
      const orderId = `o-${fresh()}`;
      await t.takes(t.v1(order({ orderId, codes: [] })), RECORDED);
      return t.v1(event('order.refunded', { orderId, refundId: `r-${fresh()}`, currency: 'EUR', amount: 1 }));
    },
    UNUSABLE,
  ],
  [
    'the same order in another message, with other amounts',
    async (t) => {
      const orderId = `o-${fresh()}`;
      await t.takes(t.v1(order({ orderId, codes: [] })), RECORDED);
      return t.v1(order({ orderId, subtotal: 900_000 }));
    },
    DUPLICATE,
  ],
];

function refund(amount: number): string {
  return event('order.refunded', { orderId: `o-${fresh()}`, refundId: `r-${fresh()}`, currency: 'USD', amount });
}

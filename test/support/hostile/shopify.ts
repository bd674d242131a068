import { CODE, fresh, MARK, shopifyOrder } from './bodies.ts';
import {
  type Case,
  DUPLICATE,
  type Expected,
  IGNORED,
  KEPT,
  MALFORMED,
  PARKED,
  RECORDED,
  REFUSED,
  REPEATED,
} from './case.ts';
import { toUrlAlphabet, until, withTrailingBits } from './encodings.ts';
import { add, double, drop, edit, headerOf, type Post, rename, set } from './post.ts';
import type { Target } from './target.ts';

const MAC = 'x-shopify-hmac-sha256';
const TOPIC = 'x-shopify-topic';
const SHOP = 'x-shopify-shop-domain';
const ID = 'x-shopify-webhook-id';
const LONG = 'x'.repeat(100_000);
const UNTOUCHED = { discount_codes: [] };

/** Paid orders with one thing that is not right. */
const ORDERS: [title: string, order: Record<string, unknown>, expected: Expected][] = [
  ['an order that is pending', { financial_status: 'pending' }, IGNORED],
  ['an order that is authorized', { financial_status: 'authorized' }, IGNORED],
  ['an order that is voided', { financial_status: 'voided' }, IGNORED],
  ['an order whose state is called PAID', { financial_status: 'PAID' }, IGNORED],
  ['an order whose state is a list', { financial_status: ['paid'] }, IGNORED],
  ['a draft of an order', { admin_graphql_api_id: 'gid://shopify/DraftOrder/1' }, IGNORED],
  ['an order that says it is a product', { admin_graphql_api_id: 'gid://shopify/Product/1' }, IGNORED],
  ['an order with the id 0', { id: 0 }, KEPT],
  ['an order with an id below nothing', { id: -5 }, KEPT],
  ['an order with a fraction for its id', { id: 1.5 }, KEPT],
  ['an order with an exponent in its id', { id: '1e5' }, KEPT],
  ['an order with an id of 10,000 digits', { id: '1'.repeat(10_000) }, KEPT],
  ['an order with a list for its id', { id: [1] }, KEPT],
  ['an order without an id', { id: null }, KEPT],
  ['an amount that is NaN', { subtotal_price: 'NaN' }, KEPT],
  ['an infinite amount', { subtotal_price: 'Infinity' }, KEPT],
  ['an amount with an exponent', { subtotal_price: '5e3' }, KEPT],
  ['an amount in hex', { subtotal_price: '0x1388' }, KEPT],
  ['an amount with separators', { subtotal_price: '5,000.00' }, KEPT],
  ['an amount with a blank before it', { subtotal_price: ' 50.00' }, KEPT],
  ['an amount with a plus', { subtotal_price: '+50.00' }, KEPT],
  ['an amount with a leading zero', { subtotal_price: '050.00' }, KEPT],
  ['an amount in other digits than ours', { subtotal_price: '٥٠' }, KEPT],
  ['an amount of 40 digits', { subtotal_price: '9'.repeat(40) }, KEPT],
  ['an amount of 25 digits', { subtotal_price: '9'.repeat(25) }, KEPT],
  ['an amount that is an object', { subtotal_price: { amount: '50.00' } }, KEPT],
  ['an amount below nothing', { ...UNTOUCHED, subtotal_price: '-50.00' }, RECORDED],
  ['a currency that there is not', { currency: 'ZZZ' }, KEPT],
  ['a currency of JavaScript', { currency: '__proto__' }, KEPT],
  ['times that are none', { ...UNTOUCHED, processed_at: '2026-02-30T25:61:61', created_at: {} }, RECORDED],
  ['a time of the year 1', { ...UNTOUCHED, processed_at: '0001-01-01T00:00:00Z' }, RECORDED],
  ['discount codes that are a text', { discount_codes: CODE }, RECORDED],
  ['discount codes of any form', { discount_codes: [null, 1, CODE, { code: { code: CODE } }, [[CODE]]] }, RECORDED],
  [
    '30,000 discount codes',
    { discount_codes: Array.from({ length: 30_000 }, (_, index) => ({ code: `c${index}` })) },
    RECORDED,
  ],
  ['a discount code of 100,000 characters', { discount_codes: [{ code: LONG }] }, RECORDED],
  ['a discount code of SQL', { discount_codes: [{ code: "'); delete from orders; --" }] }, RECORDED],
  ['a note of HTML', { ...UNTOUCHED, note: `<script>alert("${MARK}")</script>` }, RECORDED],
  ['attributes of any form', { ...UNTOUCHED, note_attributes: { gw_code: CODE } }, RECORDED],
  ['a landing page of 100,000 characters', { ...UNTOUCHED, landing_site: `/?gw=${LONG}` }, RECORDED],
  [
    'a landing page with a forged click token',
    { ...UNTOUCHED, landing_site: `/?gw=${'A'.repeat(70)}&gw=&gw` },
    RECORDED,
  ],
  ['a landing page that is no text at all', { ...UNTOUCHED, landing_site: { gw: CODE } }, RECORDED],
  ['a landing page of broken escapes', { ...UNTOUCHED, landing_site: '/?gw=%E0%A4%A&gw_code=%00%ff%' }, RECORDED],
  ['a landing page in two directions', { ...UNTOUCHED, landing_site: '/?gw_code=\u202egnp.exe\u202d\u2066' }, RECORDED],
  [
    '20,000 lines of shipping',
    { ...UNTOUCHED, shipping_lines: Array(20_000).fill({ discounted_price: '0.0001' }) },
    RECORDED,
  ],
];

/** The topic is a header, which nobody signs: a body that was captured may be sent again under any other. */
const TOPICS: [title: string, topic: string, body: () => string, expected: Expected][] = [
  ['a paid order as one that was cancelled', 'orders/cancelled', shopifyOrder, IGNORED],
  ['a paid order as a refund', 'refunds/create', shopifyOrder, IGNORED],
  ['a paid order as a dispute', 'disputes/create', shopifyOrder, IGNORED],
  ['a paid order as a customer', 'customers/create', shopifyOrder, IGNORED],
  ['a refund as a paid order', 'orders/paid', refund, IGNORED],
  [
    'a customer as a paid order',
    'orders/paid',
    () => JSON.stringify({ id: 1, admin_graphql_api_id: 'gid://shopify/Customer/1', state: 'enabled' }),
    IGNORED,
  ],
  ['an unpaid order as a paid one', 'orders/paid', () => shopifyOrder({ financial_status: 'pending' }), IGNORED],
  ['the end of one customer as the end of the shop', 'shop/redact', () => erasure({ customer: { id: 1 } }), IGNORED],
  ['the end of the shop as the end of one customer', 'customers/redact', () => erasure({}), IGNORED],
  [
    'a request for data as the end of a customer',
    'customers/redact',
    () => erasure({ customer: { id: 1 }, data_request: { id: 1 } }),
    IGNORED,
  ],
  ['the end of another shop', 'shop/redact', () => erasure({ shop_domain: 'victim.myshopify.com' }), KEPT],
  ['a paid order as the end of the shop', 'shop/redact', shopifyOrder, IGNORED],
  ['a topic that there is not', 'orders/teleported', shopifyOrder, IGNORED],
  ['a topic of JavaScript', 'constructor', shopifyOrder, IGNORED],
  ['a topic in capitals', 'ORDERS/PAID', shopifyOrder, IGNORED],
  ['a topic with dots', '../orders/paid', shopifyOrder, MALFORMED],
  ['a topic of 101 characters', 'o'.repeat(101), shopifyOrder, MALFORMED],
  ['two topics in one', 'orders/paid, orders/cancelled', shopifyOrder, MALFORMED],
  [
    'a cancelled order that was never paid for here',
    'orders/paid',
    () => shopifyOrder({ cancelled_at: '2026-03-01T12:00:00Z' }),
    PARKED,
  ],
  [
    'a refund in a currency that there is not',
    'refunds/create',
    () => refund({ transactions: [{ kind: 'refund', status: 'success', amount: '1.00', currency: 'ZZZ' }] }),
    KEPT,
  ],
  [
    'a refund that failed',
    'refunds/create',
    () => refund({ transactions: [{ kind: 'refund', status: 'failure', amount: '1.00', currency: 'USD' }] }),
    IGNORED,
  ],
];

export const shopify: Case[] = [
  ['an HMAC with stray trailing bits', (t) => edit(t.shopify(), MAC, withTrailingBits), MALFORMED],
  ['an HMAC without padding', (t) => edit(t.shopify(), MAC, (text) => text.replace('=', '')), MALFORMED],
  [
    'an HMAC in the URL alphabet',
    (t) =>
      edit(
        until(
          () => t.shopify(),
          (post) => /[+/]/.test(headerOf(post, MAC)),
        ),
        MAC,
        toUrlAlphabet,
      ),
    MALFORMED,
  ],
  ['an HMAC in hex', (t) => edit(t.shopify(), MAC, (text) => Buffer.from(text, 'base64').toString('hex')), MALFORMED],
  ['an HMAC by an empty secret', (t) => t.shopify(shopifyOrder(), 'orders/paid', { secret: '' }), REFUSED],
  ['two topics', (t) => add(t.shopify(), TOPIC, 'orders/cancelled'), MALFORMED],
  ['two shops', (t) => add(t.shopify(), SHOP, 'victim.myshopify.com'), MALFORMED],
  ['two ids', (t) => double(t.shopify(), ID), MALFORMED],
  ['no topic', (t) => drop(t.shopify(), TOPIC), MALFORMED],
  ['no shop', (t) => drop(t.shopify(), SHOP), MALFORMED],
  ['no id', (t) => drop(t.shopify(), ID), MALFORMED],
  ['an id with a slash', (t) => set(t.shopify(), ID, 'paid/1'), MALFORMED],
  ['an id of 129 characters', (t) => set(t.shopify(), ID, 'i'.repeat(129)), MALFORMED],
  ['another shop', (t) => set(t.shopify(), SHOP, 'victim.myshopify.com'), KEPT],
  ['a shop that is a path', (t) => set(t.shopify(), SHOP, 'oak-and-ink.myshopify.com/admin'), MALFORMED],
  [
    'newer headers that contradict the old ones',
    (t) => add(t.shopify(), 'shopify-topic', 'orders/cancelled'),
    MALFORMED,
  ],
  [
    'an HMAC under the newer name and all else under the old ones',
    (t) => rename(t.shopify(), MAC, 'shopify-hmac-sha256'),
    MALFORMED,
  ],
  ...ORDERS.map(([title, order, expected]): Case => [title, (t) => t.shopify(shopifyOrder(dated(order))), expected]),
  ...TOPICS.map(([title, topic, body, expected]): Case => [title, (t) => t.shopify(body(), topic), expected]),
  ['an amount of 1e400', (t) => t.shopify(shopifyOrder({ subtotal_price: '@' }).replace('"@"', '1e400')), KEPT],
  [
    'an id with a fraction beyond what numbers hold',
    (t) => t.shopify(shopifyOrder({ id: '@' }).replace('"@"', '9007199254740993.5')),
    KEPT,
  ],
  [
    'an order id beyond what numbers hold',
    (t) => t.shopify(shopifyOrder({ ...UNTOUCHED, id: '@' }).replace('"@"', `61204289177${fresh()}`.slice(0, 19))),
    RECORDED,
  ],
  ['the same webhook once more', again, REPEATED],
  ['the same order under another id, which is not signed', (t) => captured(t, 'orders/paid'), DUPLICATE],
  ['the same order under another topic', (t) => captured(t, 'orders/updated'), DUPLICATE],
];

function dated({ processed_at, ...order }: Record<string, unknown>): Record<string, unknown> {
  if (processed_at === undefined) return order;
  return {
    ...order,
    processed_at: processed_at === '@ahead' ? new Date(Date.now() + 3_600_000).toISOString() : processed_at,
  };
}

function refund(more: Record<string, unknown> = {}): string {
  const id = fresh();
  return JSON.stringify({
    id,
    order_id: fresh(),
    admin_graphql_api_id: `gid://shopify/Refund/${id}`,
    transactions: [{ kind: 'refund', status: 'success', amount: '50.00', currency: 'USD' }],
    ...more,
  });
}

function erasure(more: Record<string, unknown>): string {
  return JSON.stringify({ shop_id: 1, shop_domain: 'oak-and-ink.myshopify.com', ...more });
}

async function again(t: Target): Promise<Post> {
  const post = t.shopify('{"id":1}', 'products/update');
  await t.takes(post, IGNORED);
  return post;
}

async function captured(t: Target, topic: string): Promise<Post> {
  const body = shopifyOrder(UNTOUCHED);
  await t.takes(t.shopify(body), RECORDED);
  return t.shopify(body, topic);
}

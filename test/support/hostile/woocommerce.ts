import { CODE, fresh, MARK, wooOrder } from './bodies.ts';
import {
  type Case,
  DUPLICATE,
  type Expected,
  IGNORED,
  KEPT,
  MALFORMED,
  NO_ENCODING,
  NO_MEDIA,
  NO_METHOD,
  PING,
  RECORDED,
  REFUSED,
} from './case.ts';
import { toUrlAlphabet, until, withTrailingBits } from './encodings.ts';
import { add, double, drop, edit, headerOf, type Post, postTo, set } from './post.ts';
import type { Target } from './target.ts';

const MAC = 'x-wc-webhook-signature';
const TOPIC = 'x-wc-webhook-topic';
const SITE = 'x-wc-webhook-source';
const FORM = 'application/x-www-form-urlencoded';
const UNTOUCHED = { coupon_lines: [] };

/** Paid orders with one thing that is not right. */
const ORDERS: [title: string, order: Record<string, unknown>, expected: Expected][] = [
  ['an order that was not paid', { date_paid_gmt: null }, IGNORED],
  ['an order that was paid on a day that there is not', { date_paid_gmt: '2026-02-30T00:00:00' }, IGNORED],
  ['an order that is on hold', { status: 'on-hold' }, IGNORED],
  ['an order without a status', { status: null }, KEPT],
  ['an order with the id 0', { id: 0 }, KEPT],
  ['an order with an id of SQL', { id: '1 or 1=1' }, KEPT],
  ['an amount that is NaN', { line_items: [{ total: 'NaN' }] }, KEPT],
  ['an amount with an exponent', { total_tax: '1e3' }, KEPT],
  ['an amount of 40 digits', { shipping_total: '9'.repeat(40) }, KEPT],
  ['lines that are no list', { line_items: { total: '50.00' } }, KEPT],
  ['a currency that there is not', { currency: 'ZZZ' }, KEPT],
  ['goods below nothing', { ...UNTOUCHED, line_items: [{ total: '-50.00' }] }, RECORDED],
  ['20,000 lines', { ...UNTOUCHED, line_items: Array(20_000).fill({ total: '0.0001' }) }, RECORDED],
  ['coupons of any form', { coupon_lines: [null, CODE, { code: [CODE] }, 7] }, RECORDED],
  ['coupons that are an object', { coupon_lines: { code: CODE } }, RECORDED],
  ['a coupon of 100,000 characters', { coupon_lines: [{ code: 'c'.repeat(100_000) }] }, RECORDED],
  [
    'metadata of any form',
    { ...UNTOUCHED, meta_data: [null, { key: 1 }, { key: 'gw', value: { gw: 1 } }, []] },
    RECORDED,
  ],
  [
    'a landing page of HTML',
    {
      ...UNTOUCHED,
      meta_data: [{ key: '_wc_order_attribution_session_entry', value: `/?gw=<img src=x onerror="${MARK}">` }],
    },
    RECORDED,
  ],
  [
    'an e-mail address of 10,000 characters',
    { ...UNTOUCHED, billing: { email: `${'a'.repeat(10_000)}@${MARK}.example` } },
    RECORDED,
  ],
  ['a buyer who is a text', { ...UNTOUCHED, billing: 'nobody', shipping: [], customer_id: {} }, RECORDED],
];

const TOPICS: [title: string, topic: string, body: () => string, expected: Expected][] = [
  ['a paid order as a customer', 'customer.created', wooOrder, KEPT],
  ['a paid order as one in the trash', 'order.deleted', wooOrder, IGNORED],
  ['a topic of JavaScript', 'constructor', wooOrder, IGNORED],
  ['a topic in capitals', 'ORDER.UPDATED', wooOrder, IGNORED],
  ['a customer as an order', 'order.updated', () => customer('customer'), KEPT],
  ['an administrator as a customer', 'customer.created', () => customer('administrator'), IGNORED],
  [
    'an error in the place of an order',
    'order.updated',
    () => '{"code":"woocommerce_rest_cannot_view","message":"Sorry"}',
    KEPT,
  ],
  ['two topics in one', 'order.created,order.updated', wooOrder, MALFORMED],
  ['a topic of 201 characters', 't'.repeat(201), wooOrder, MALFORMED],
];

export const woocommerce: Case[] = [
  ['an HMAC with stray trailing bits', (t) => edit(t.woocommerce(), MAC, withTrailingBits), MALFORMED],
  ['an HMAC without padding', (t) => edit(t.woocommerce(), MAC, (text) => text.replace('=', '')), MALFORMED],
  [
    'an HMAC in the URL alphabet',
    (t) =>
      edit(
        until(
          () => t.woocommerce(),
          (post) => /[+/]/.test(headerOf(post, MAC)),
        ),
        MAC,
        toUrlAlphabet,
      ),
    MALFORMED,
  ],
  ['an HMAC by an empty secret', (t) => t.woocommerce(wooOrder(), 'order.updated', ''), REFUSED],
  ['no topic', (t) => drop(t.woocommerce(), TOPIC), MALFORMED],
  ['two topics', (t) => add(t.woocommerce(), TOPIC, 'order.deleted'), MALFORMED],
  ['another site', (t) => set(t.woocommerce(), SITE, 'https://victim.example/'), KEPT],
  ['no site', (t) => drop(t.woocommerce(), SITE), KEPT],
  ['two sites', (t) => double(t.woocommerce(), SITE), KEPT],
  ...ORDERS.map(([title, order, expected]): Case => [title, (t) => t.woocommerce(wooOrder(order)), expected]),
  ...TOPICS.map(([title, topic, body, expected]): Case => [title, (t) => t.woocommerce(body(), topic), expected]),
  ['the same order once more', again, DUPLICATE],
  ['the ping of a new webhook', (t) => form(t, 'webhook_id=12'), PING],
  ['a ping with a field too many', (t) => form(t, 'webhook_id=12&status=processing'), NO_MEDIA],
  ['a ping with a field of another name', (t) => form(t, 'webhook_Id=12'), NO_MEDIA],
  ['a ping without a number', (t) => form(t, 'webhook_id='), NO_MEDIA],
  ['a ping with a number below nothing', (t) => form(t, 'webhook_id=-1'), NO_MEDIA],
  ['a ping with a number of 21 digits', (t) => form(t, `webhook_id=${'1'.repeat(21)}`), NO_MEDIA],
  ['a ping with a number of a megabyte', (t) => form(t, `webhook_id=${'1'.repeat(1_000_000)}`), NO_MEDIA],
  ['a ping with a newline behind it', (t) => form(t, 'webhook_id=12\n'), NO_MEDIA],
  ['a ping with a byte-order mark', (t) => form(t, '\ufeffwebhook_id=12'), NO_MEDIA],
  ['a ping of nothing', (t) => form(t, ''), NO_MEDIA],
  ['a ping as plain text', (t) => set(form(t, 'webhook_id=12'), 'content-type', 'text/plain'), NO_MEDIA],
  ['a ping as JSON', (t) => set(form(t, 'webhook_id=12'), 'content-type', 'application/json'), MALFORMED],
  ['a ping that is encoded', (t) => add(form(t, 'webhook_id=12'), 'content-encoding', 'gzip'), NO_ENCODING],
  ['a ping by another method', (t) => ({ ...form(t, 'webhook_id=12'), method: 'PUT' }), NO_METHOD],
  [
    'a ping at a source of another scheme',
    (t) => ({ ...form(t, 'webhook_id=12'), target: t.shopify().target }),
    NO_MEDIA,
  ],
  ['a ping at a source that is disabled', (t) => ({ ...form(t, 'webhook_id=12'), target: t.disabled }), NO_MEDIA],
  ['a signed order as a form', (t) => set(t.woocommerce(), 'content-type', FORM), NO_MEDIA],
];

function form(t: Target, body: string): Post {
  return set(postTo(t.woocommerce().target, {}, body), 'content-type', FORM);
}

function customer(role: string): string {
  return JSON.stringify({ id: fresh(), role, username: 'x', is_paying_customer: false, email: `x@${MARK}.example` });
}

async function again(t: Target): Promise<Post> {
  const post = t.woocommerce(wooOrder(UNTOUCHED));
  await t.takes(post, RECORDED);
  return post;
}

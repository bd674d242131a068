import * as v from 'valibot';
import { woocommerce } from '../../../../src/domain/sources/woocommerce.ts';
import { SITE, signWooCommerce } from '../../../support/sign-woocommerce.ts';
import { type KeyName, type Row, random, type Sample } from '../row.ts';

const secrets: Record<KeyName, string> = {
  current: woocommerce.newSecret(random),
  former: woocommerce.newSecret(random),
  foreign: woocommerce.newSecret(random),
};

const paid = `"id":1042,"status":"processing","currency":"EUR","date_paid_gmt":"2026-03-01T12:02:04","customer_id":57,
  "billing":{"email":"friend@example.com"},"shipping":{"address_1":"Lindenallee 7","city":"Leipzig","postcode":"04109","country":"DE"},
  "line_items":[{"id":311,"total":"52.99","price":17.663333333333334},{"id":312,"total":"22.62","price":22.617}],"fee_lines":[{"total":"-1.68"}],
  "total":"94.37","total_tax":"15.45","shipping_total":"4.12","coupon_lines":[{"code":"ANNA"}],
  "meta_data":[{"key":"_gw","value":"token"},{"key":"_wc_order_attribution_session_entry","value":"https://shop.example/?gw=other"}]`;

const order: Sample = {
  headers: { topic: 'order.created' },
  body: `{${paid},"date_modified_gmt":"2026-03-01T12:02:05","refunds":[]}`,
  notices: [
    {
      kind: 'order',
      externalId: '1042',
      currency: 'EUR',
      subtotal: 7393,
      tax: 1545,
      shipping: 412,
      customer: { id: '57', email: 'friend@example.com' },
      touches: { clickTokens: ['token', 'other'], codes: ['anna'] },
    },
  ],
};

const refund: Sample = {
  headers: { topic: 'order.updated' },
  body: `{${paid},"date_modified_gmt":"2026-03-10T09:15:00","refunds":[{"id":1061,"total":"-5.00"}]}`,
  notices: [
    { kind: 'order', externalId: '1042' },
    { kind: 'refund', externalId: '1061', orderExternalId: '1042', currency: 'EUR', amount: 500, cumulative: false },
    { kind: 'edit', orderExternalId: '1042', subtotal: 6998, tax: 1462, shipping: 390 },
  ],
};

const unknown: Sample = {
  headers: { topic: 'action.woocommerce_add_to_cart' },
  body: '{"action":"woocommerce_add_to_cart","arg":"9f2c"}',
  notices: [],
};

export const woocommerceRows: Row[] = [
  {
    title: 'WooCommerce',
    scheme: woocommerce,
    source: (inForce) => ({
      config: v.parse(woocommerce.config, { site: SITE }),
      secrets: inForce.map((key) => secrets[key]),
    }),
    sign: ({ key, sample: { body, headers = {} } }) =>
      signWooCommerce({ secret: secrets[key], body, topic: headers.topic ?? '' }),
    signatureHeaders: ['x-wc-webhook-signature'],
    once: ['x-wc-webhook-signature', 'x-wc-webhook-topic'],
    messageId: null,
    timed: false,
    samples: { order, refund, unknown },
  },
];

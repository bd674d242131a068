import { createHmac } from 'node:crypto';
import * as v from 'valibot';
import { bigcommerce } from '../../../../src/domain/sources/bigcommerce.ts';
import { STORE_HASH, signBigCommerce } from '../../../support/sign-bigcommerce.ts';
import { AT, ID, type KeyName, type Row, random, type Sample } from '../row.ts';

/** As BigCommerce makes them, and a short one as it made them before. */
const secrets: Record<KeyName, string> = {
  current: bigcommerce.newSecret(random),
  former: bigcommerce.newSecret(random).slice(0, 31),
  foreign: bigcommerce.newSecret(random),
};

const STORE = `https://api.bigcommerce.com/stores/${STORE_HASH}`;
const CART = 'a8458391-ef68-4fe5-9ec1-442e6a767364';
const paid = {
  id: 250,
  status_id: 11,
  payment_status: 'captured',
  default_currency_code: 'GBP',
  currency_code: 'USD',
  total_ex_tax: '96.0000',
  total_tax: '19.2000',
  shipping_cost_ex_tax: '5.0000',
  handling_cost_ex_tax: '1.0000',
  customer_id: 32,
  billing_address: { email: 'friend@example.com', form_fields: [{ name: 'gw_code', value: 'Peter' }] },
  consignments: { shipping: [{ street_1: '12 Mecklenburgh Square', zip: 'WC1N 2AB', country_iso2: 'GB' }] },
  customer_message: 'gw=message',
  date_created: 'Sun, 01 Mar 2026 12:00:00 +0000',
  cart_id: CART,
};

const answers = {
  [`${STORE}/v2/orders/250?include=consignments&consignment_structure=object`]: paid,
  [`${STORE}/v2/orders/250/coupons?limit=250`]: [{ code: 'ANNA' }],
  [`${STORE}/v3/carts/${CART}/metafields?limit=250`]: { data: [{ key: 'gw', value: 'cart' }] },
};

function event(scope: string, data: string): string {
  return `{"scope":"${scope}","store_id":"1025646","data":${data},"hash":"dd70c097","created_at":${AT},"producer":"stores/${STORE_HASH}"}`;
}

const asOrdered = {
  kind: 'order',
  externalId: '250',
  currency: 'GBP',
  subtotal: 9000,
  tax: 1920,
  shipping: 600,
  customer: { id: '32', email: 'friend@example.com' },
  touches: { clickTokens: ['cart', 'message'], codes: ['anna', 'peter'] },
};

const order: Sample = {
  body: event(
    'store/order/statusUpdated',
    '{"type":"order","id":250,"status":{"previous_status_id":0,"new_status_id":11}}',
  ),
  notices: [asOrdered],
  answers,
};

const refund: Sample = {
  body: event('store/order/refund/created', '{"type":"order","id":250,"refund":{"refund_id":3}}'),
  notices: [asOrdered, { kind: 'refund', externalId: '3', orderExternalId: '250', currency: 'GBP', amount: 2345 }],
  answers: {
    ...answers,
    [`${STORE}/v3/orders/250/payment_actions/refunds`]: {
      data: [
        {
          id: 3,
          created: '2026-03-07T12:00:00+00:00',
          total_amount: 23.45,
          payments: [{ amount: 23.45, is_declined: false }],
        },
      ],
    },
  },
};

const unknown: Sample = { body: event('store/product/updated', '{"type":"product","id":205}'), notices: [] };

// The reference client only signs well-formed times: these are signed by hand.
function signed(id: string, timestamp: string) {
  const mac = createHmac('sha256', secrets.current).update(`${id}.${timestamp}.${order.body}`).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${mac}` };
}

export const bigcommerceRows: Row[] = [
  {
    title: 'BigCommerce',
    scheme: bigcommerce,
    source: (inForce) => ({
      config: v.parse(bigcommerce.config, { storeHash: STORE_HASH }),
      secrets: inForce.map((key) => secrets[key]),
    }),
    accessToken: 'an-access-token',
    sign: ({ key, sample: { body }, id, at }) =>
      signBigCommerce({ clientSecret: secrets[key], id, timestamp: at, body }),
    signatureHeaders: ['webhook-signature'],
    once: ['webhook-id', 'webhook-timestamp', 'webhook-signature'],
    messageId: ID,
    timed: true,
    timestamp: {
      now: String(AT),
      sign: (timestamp) => signed(ID, timestamp),
      redate: (headers, timestamp) => ({ ...headers, 'webhook-timestamp': timestamp }),
    },
    id: { header: 'webhook-id', sign: (id) => signed(id, String(AT)) },
    samples: { order, refund, unknown },
  },
];

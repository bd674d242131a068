import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readEvent } from '../../../src/domain/sources/bigcommerce-events.ts';
import type { Lookup, Reading } from '../../../src/domain/sources/contract.ts';
import { parseStrictJson } from '../../../src/domain/strict-json.ts';
import { STORE_HASH } from '../../support/sign-bigcommerce.ts';

type Json = Record<string, unknown>;

function fixture(name: string): Json {
  const bytes = readFileSync(`${import.meta.dirname}/../../fixtures/bigcommerce/${name}.json`);
  const json = parseStrictJson(bytes, { longIntegers: 'text' });
  if (!json.ok) throw new Error(json.detail);
  return json.value as Json;
}

const API = `https://api.bigcommerce.com/stores/${STORE_HASH}`;
const CART = 'a8458391-ef68-4fe5-9ec1-442e6a767364';
const ORDER_URL = `${API}/v2/orders/250?include=consignments&consignment_structure=object`;
const REFUNDS_URL = `${API}/v3/orders/250/payment_actions/refunds`;
const COUPONS_URL = `${API}/v2/orders/250/coupons?limit=250`;
const CART_URL = `${API}/v3/carts/${CART}/metafields?limit=250`;

/** The API of a store, in which nothing else is found. */
const STORE: Json = {
  [ORDER_URL]: fixture('order'),
  [REFUNDS_URL]: { data: [], meta: {} },
  [COUPONS_URL]: fixture('coupons'),
  [CART_URL]: fixture('cart-metafields'),
};

function start(event: Json, { accessToken = 'token' as string | null } = {}) {
  return readEvent({ json: event, config: { storeHash: STORE_HASH }, accessToken });
}

function finish(event: Json, store: Json = STORE): { reading: Reading; asked: Lookup[][] } {
  const asked = [];
  let reading = start(event);
  while (reading.outcome === 'incomplete') {
    asked.push(reading.lookups);
    reading = reading.read(reading.lookups.map(({ url }) => store[url] ?? null));
  }
  return { reading, asked };
}

/** What an event says of the order when it has these fields, and these refunds. */
function told(fields: Json, { event = 'order-created', refunds = [] as unknown } = {}) {
  const order = { ...fixture('order'), ...fields };
  const { reading } = finish(fixture(event), { ...STORE, [ORDER_URL]: order, [REFUNDS_URL]: { data: refunds } });
  if (reading.outcome !== 'read') throw new Error(JSON.stringify(reading));
  return reading.notices;
}

const kinds = (fields: Json, more?: Parameters<typeof told>[1]) => told(fields, more).map(({ kind }) => kind);

function statusChange(from: number, to: number, fields: Json = {}) {
  const event = fixture('order-status-updated');
  const data = { type: 'order', id: 250, status: { previous_status_id: from, new_status_id: to } };
  const order = { ...fixture('order'), status_id: to, ...fields };
  const { reading } = finish({ ...event, data }, { ...STORE, [ORDER_URL]: order });
  if (reading.outcome !== 'read') throw new Error(JSON.stringify(reading));
  return reading.notices;
}

const ORDER = {
  kind: 'order',
  externalId: '250',
  names: [],
  occurredAt: Date.parse('2026-03-01T12:00:00Z'),
  customer: { id: '32', email: 'harriet.vane@example.com' },
  address: { lines: ['12 Mecklenburgh Square', 'Flat 3'], postalCode: 'WC1N 2AB', city: 'London', country: 'GB' },
  touches: { clickTokens: ['cart-token', 'message-token'], clickIds: [], codes: ['peter-5'] },
  currency: 'GBP',
  subtotal: 9000,
  tax: 1920,
  shipping: 600,
  test: false,
};

const REFUND = {
  kind: 'refund',
  externalId: '3',
  orderExternalId: '250',
  occurredAt: Date.parse('2026-03-07T12:00:00Z'),
  currency: 'GBP',
  amount: 2345,
  cumulative: false,
};

const MODIFIED = Date.parse('2026-03-07T12:00:03Z');

describe('the documented events and answers', () => {
  test.each(['order-created', 'order-status-updated'])('%s: a paid order', (name) => {
    const event = fixture(name);
    expect(finish(event).reading).toEqual({ outcome: 'read', type: event['scope'], notices: [ORDER] });
  });

  test('a refund, given back in two ways; one that the bank declined is none', () => {
    const { reading } = finish(fixture('order-refund-created'), { ...STORE, [REFUNDS_URL]: fixture('refunds') });
    expect(reading).toEqual({ outcome: 'read', type: 'store/order/refund/created', notices: [ORDER, REFUND] });
  });

  test.each(['order-updated', 'channel-order-updated'])('%s: what remains of the order is told as well', (name) => {
    const { reading } = finish(fixture(name), { ...STORE, [REFUNDS_URL]: fixture('refunds') });
    const edit = {
      kind: 'edit',
      externalId: '250:7168:1529:478',
      orderExternalId: '250',
      occurredAt: MODIFIED,
      currency: 'GBP',
      subtotal: 7168,
      tax: 1529,
      shipping: 478,
    };
    expect(reading).toEqual({ outcome: 'read', type: fixture(name)['scope'], notices: [ORDER, REFUND, edit] });
  });

  test.each([
    'store/order/archived',
    'store/order/message/created',
    'store/order/transaction/created',
    'store/order/metafield/created',
    'store/channel/1/order/archived',
    'store/channel/x/order/created',
    'store/order/created/x',
    'store/cart/converted',
    'store/customer/created',
  ])('%s is not our business, and nothing is asked', (scope) => {
    expect(start({ ...fixture('order-archived'), scope })).toEqual({ outcome: 'read', type: scope, notices: [] });
  });
});

describe('what is asked', () => {
  test('the order first, then what belongs to it, each by the token', () => {
    const headers = { 'X-Auth-Token': 'token', Accept: 'application/json' };
    const urls = [[ORDER_URL], [REFUNDS_URL, COUPONS_URL, CART_URL]];
    expect(finish(fixture('order-created')).asked).toEqual(urls.map((round) => round.map((url) => ({ url, headers }))));
  });

  test('no more of an order that nobody paid', () => {
    const { asked, reading } = finish(fixture('order-created'), { [ORDER_URL]: { ...fixture('order'), status_id: 0 } });
    expect(asked).toHaveLength(1);
    expect(reading).toMatchObject({ outcome: 'read', notices: [] });
  });

  test.each([null, '', 'a8458391', '../../v2/customers', `${CART}/../x`, `${CART}\nx`, 7])(
    'no cart by the id %j',
    (cart_id) => {
      const { asked } = finish(fixture('order-created'), { ...STORE, [ORDER_URL]: { ...fixture('order'), cart_id } });
      expect(asked.flat().map(({ url }) => url)).toEqual([ORDER_URL, REFUNDS_URL, COUPONS_URL]);
    },
  );

  test.each([0, -1, 1.5, '0', '-1', '2.5', '1e3', '250?x=1', '../250', '', 'x', null, {}, ['250'], '1'.repeat(21)])(
    'nothing by the id %j of an order',
    (id) => {
      const event = { ...fixture('order-created'), data: { type: 'order', id } };
      expect(start(event)).toMatchObject({ outcome: 'unusable', errors: [{ pointer: '/data/id' }] });
    },
  );

  test('without a token the callback waits, and says for what', () => {
    expect(start(fixture('order-created'), { accessToken: null })).toEqual({
      outcome: 'held',
      type: 'store/order/created',
      detail: expect.stringContaining('accessToken'),
    });
  });

  test.each(['stores/other', STORE_HASH, `stores/${STORE_HASH}/x`, 'stores/', ''])(
    'nothing of the store %j, which the same app may be installed in',
    (producer) => {
      expect(start({ ...fixture('order-created'), producer })).toMatchObject({
        outcome: 'unusable',
        type: 'store/order/created',
        errors: [{ pointer: '/producer', detail: expect.stringContaining(STORE_HASH) }],
      });
    },
  );

  test('an order that is not found is gone, and says nothing', () => {
    expect(finish(fixture('order-updated'), {}).reading).toMatchObject({ outcome: 'read', notices: [] });
  });

  test('a cart, coupons and refunds that are not found leave the order as it is', () => {
    const { reading } = finish(fixture('order-created'), { [ORDER_URL]: fixture('order') });
    expect(reading).toMatchObject({
      notices: [{ kind: 'order', touches: { clickTokens: ['message-token'], codes: ['peter-5'] } }],
    });
  });
});

describe('status', () => {
  test.each([2, 3, 8, 9, 10, 11, 14])('%i is a paid order', (status_id) => {
    expect(kinds({ status_id })).toEqual(['order']);
  });

  test.each([0, 1, 7, 12, 99, -1])('%i is none', (status_id) => {
    expect(kinds({ status_id })).toEqual([]);
  });

  test.each(['authorized', 'declined', 'held for review', 'pending', 'void', 'void pending', 'Authorized'])(
    'one that is "%s" is not paid whatever the status says',
    (payment_status) => {
      expect(kinds({ status_id: 2, payment_status })).toEqual([]);
    },
  );

  test.each(['captured', 'capture pending', 'paid', 'partially refunded', '', null, undefined, 'new in 2030'])(
    'one that is %j is paid by the status',
    (payment_status) => {
      expect(kinds({ status_id: 2, payment_status })).toEqual(['order']);
    },
  );

  test.each([5, 6])('%i cancels an order that money was taken for', (status_id) => {
    expect(told({ status_id })).toEqual([{ kind: 'cancellation', orderExternalId: '250', occurredAt: MODIFIED }]);
    expect(kinds({ status_id, payment_status: 'refunded' })).toEqual(['cancellation']);
  });

  test.each([5, 6])('%i says nothing of an order that was never paid', (status_id) => {
    for (const payment_status of ['', 'void', 'declined', null])
      expect(kinds({ status_id, payment_status })).toEqual([]);
  });

  test('an order paid outside of BigCommerce is cancelled when it was in a paid status before', () => {
    expect(statusChange(11, 5, { payment_status: '' })).toMatchObject([{ kind: 'cancellation' }]);
    expect(statusChange(7, 5, { payment_status: '' })).toEqual([]);
    expect(statusChange(0, 6, { payment_status: '' })).toEqual([]);
  });

  test('refunded by hand is a refund of all that the refunds leave', () => {
    expect(told({ status_id: 4 })).toEqual([
      { ...REFUND, externalId: '250:rest', amount: 11_520, occurredAt: MODIFIED },
    ]);
    const { data } = fixture('refunds') as { data: unknown[] };
    expect(told({ status_id: 4 }, { refunds: data })).toEqual([
      REFUND,
      { ...REFUND, externalId: '250:rest', amount: 9175, occurredAt: MODIFIED },
    ]);
  });

  test('disputed holds, and is won when the order goes on', () => {
    const dispute = {
      kind: 'dispute',
      externalId: '250:dispute',
      orderExternalId: '250',
      occurredAt: MODIFIED,
      currency: 'GBP',
      amount: 11_520,
    };
    expect(statusChange(11, 13)).toEqual([ORDER, { ...dispute, stage: 'opened' }]);
    expect(statusChange(13, 10)).toEqual([ORDER, { ...dispute, stage: 'won' }]);
    for (const status of [0, 1, 7, 12]) expect(statusChange(13, status)).toEqual([{ ...dispute, stage: 'won' }]);
    expect(statusChange(13, 11, { payment_status: 'held for review' })).toEqual([{ ...dispute, stage: 'won' }]);
    expect(statusChange(13, 5)).toMatchObject([{ kind: 'cancellation' }]);
    expect(statusChange(13, 4)).toMatchObject([{ kind: 'refund', amount: 11_520 }]);
  });

  test('a status that nobody can read is told by an order that has one', () => {
    const event = { ...fixture('order-status-updated'), data: { id: 250, status: 'new' } };
    expect(finish(event).reading).toMatchObject({ notices: [{ kind: 'order' }] });
  });
});

describe('money', () => {
  test('is what the shopper paid with, whatever the currency of the store and of the shelf', () => {
    expect(told({ currency_code: 'USD', store_default_currency_code: 'USD' })).toMatchObject([{ currency: 'GBP' }]);
    const yen = {
      default_currency_code: 'JPY',
      total_ex_tax: '5999.5000',
      total_tax: '600',
      shipping_cost_ex_tax: '500.0000',
    };
    expect(told({ ...yen, handling_cost_ex_tax: '0' })).toMatchObject([
      { currency: 'JPY', subtotal: 5500, tax: 600, shipping: 500 },
    ]);
  });

  test('may come as text, as a number and as an integer', () => {
    const numbers = { total_ex_tax: 96, total_tax: 19.2, shipping_cost_ex_tax: '5', handling_cost_ex_tax: 1 };
    expect(told(numbers)).toEqual([ORDER]);
  });

  test('a total below the shipping leaves no goods', () => {
    expect(told({ total_ex_tax: '2.00' })).toMatchObject([{ subtotal: 0, shipping: 600 }]);
  });

  test('a refund without payments counts by its total, and one of goods alone is of 0', () => {
    const refunds = [
      { id: 7, created: '', total_amount: 0.1, payments: [] },
      { id: 8, created: null, total_amount: 0 },
    ];
    expect(told({}, { refunds }).slice(1)).toMatchObject([
      { externalId: '7', amount: 10, occurredAt: null },
      { externalId: '8', amount: 0, occurredAt: null },
    ]);
  });

  test('of a refund that was declined in part, what was given back', () => {
    const payments = [
      { amount: 3, is_declined: false },
      { amount: 20.45, is_declined: true },
    ];
    expect(told({}, { refunds: [{ id: 7, total_amount: 23.45, payments }] })[1]).toMatchObject({ amount: 300 });
  });

  test.each([
    [{ default_currency_code: 'XBT' }, '/order/default_currency_code'],
    [{ total_ex_tax: 'a lot' }, '/order/total_ex_tax'],
    [{ total_tax: 1e21 }, '/order/total_tax'],
    [{ total_ex_tax: '90071992547409.92' }, ''],
  ])('%j is unusable at %s', (fields, pointer) => {
    const { reading } = finish(fixture('order-created'), { ...STORE, [ORDER_URL]: { ...fixture('order'), ...fields } });
    expect(reading).toMatchObject({ outcome: 'unusable', type: 'store/order/created', errors: [{ pointer }] });
  });

  test('refunds that cannot be read are not passed over', () => {
    for (const answer of [{ data: [{ id: 7, total_amount: 'x' }] }, { data: null }, 'x', { errors: [] }]) {
      const { reading } = finish(fixture('order-created'), { ...STORE, [REFUNDS_URL]: answer });
      expect(reading).toMatchObject({
        outcome: 'unusable',
        errors: [{ pointer: expect.stringMatching(/^\/refunds/) }],
      });
    }
  });
});

describe('people and touches', () => {
  test('a guest has no id, and a download is delivered nowhere', () => {
    const digital = { pickups: [], shipping: [], downloads: [{}], email: { gift_certificates: [] } };
    expect(told({ customer_id: 0, consignments: digital })).toMatchObject([
      { customer: { id: null, email: 'harriet.vane@example.com' }, address: null },
    ]);
  });

  test('an order of the test gateway is a test', () => {
    expect(told({ payment_method: 'Test Payment Gateway' })).toMatchObject([{ test: true }]);
  });

  test('staff and servers may write touches into the notes', () => {
    const [order] = told({ staff_notes: 'VIP!\ngw_click=clk_1\tgw=a=b gw_code=Anna' });
    expect(order).toMatchObject({
      touches: { clickTokens: ['cart-token', 'message-token', 'a=b'], clickIds: ['clk_1'], codes: ['peter-5', 'anna'] },
    });
  });

  test('what strangers wrote never makes an order fail', () => {
    const hostile = [null, 7, 'x', [null], [{ name: 'gw', value: {} }], { data: 'x' }];
    for (const value of hostile) {
      const order = {
        ...fixture('order'),
        customer_message: value,
        staff_notes: value,
        billing_address: value,
        consignments: value,
        customer_id: value,
      };
      const { reading } = finish(fixture('order-created'), {
        [ORDER_URL]: order,
        [REFUNDS_URL]: [],
        [COUPONS_URL]: value,
        [CART_URL]: value,
      });
      expect(reading, JSON.stringify(value)).toMatchObject({ outcome: 'read', notices: [{ kind: 'order' }] });
    }
  });
});

describe('times', () => {
  test.each([
    ['Sun, 01 Mar 2026 12:00:00 +0000', Date.parse('2026-03-01T12:00:00Z')],
    ['1 Mar 2026 14:00:00 +0200', Date.parse('2026-03-01T12:00:00Z')],
    ['Tue, 31 Dec 2024 23:59:59 -0130', Date.parse('2025-01-01T01:29:59Z')],
  ])('%s is read', (date_created, occurredAt) => {
    expect(told({ date_created })).toMatchObject([{ occurredAt }]);
  });

  test.each([
    '',
    null,
    'yesterday',
    'Sun, 31 Feb 2026 12:00:00 +0000',
    'Sun, 01 Xyz 2026 12:00:00 +0000',
    '2026-03-01',
    7,
  ])('%j is no time, and no reason to lose the order', (date_created) => {
    expect(told({ date_created })).toMatchObject([{ kind: 'order', occurredAt: null }]);
  });
});

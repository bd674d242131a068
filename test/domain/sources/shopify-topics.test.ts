import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Notice } from '../../../src/domain/notice.ts';
import type { Reading } from '../../../src/domain/sources/contract.ts';
import { shopify } from '../../../src/domain/sources/shopify.ts';
import { parseStrictJson } from '../../../src/domain/strict-json.ts';
import { SHOP, signShopify } from '../../support/sign-shopify.ts';
import { ADDRESS } from './row.ts';

const ORDER = '6120428917730561987';
const NOOR = { id: '7402118836540290113', email: 'noor.haddad@example.com' };
const NO_TOUCHES = { clickTokens: [], clickIds: [], codes: [] };

function fixture(topic: string): Record<string, unknown> {
  const file = join(import.meta.dirname, '../../fixtures/shopify', `${topic.replace('/', '-')}.json`);
  const json = parseStrictJson(Uint8Array.from(readFileSync(file)), shopify);
  if (!json.ok) throw new Error(json.detail);
  return json.value as Record<string, unknown>;
}

function read(topic: string, json: unknown = fixture(topic), headers: Record<string, string> = {}): Reading {
  const signed = signShopify({ secret: 'c'.repeat(32), body: '', topic });
  const request = {
    method: 'POST',
    url: ADDRESS,
    headers: new Headers({ ...signed, ...headers }),
    body: new Uint8Array(),
  };
  return shopify.read({ json, request, config: { shop: SHOP }, mode: 'live', accessToken: null });
}

function noticesOf(topic: string, json?: unknown, headers?: Record<string, string>): Notice[] {
  const reading = read(topic, json, headers);
  if (reading.outcome !== 'read') throw new Error(JSON.stringify(reading));
  expect(reading.type).toBe(topic);
  return reading.notices;
}

const money = (shop: string, customer: string) => ({
  shop_money: { amount: shop, currency_code: 'EUR' },
  presentment_money: { amount: customer, currency_code: 'CHF' },
});

/** 62.73 for the goods and 4.90 for the shipping, with 10.80 of tax in them, 0.78 of it in the shipping. */
const ORDER_NOTICE = {
  kind: 'order',
  externalId: ORDER,
  names: [],
  occurredAt: Date.parse('2026-08-03T14:21:06+02:00'),
  customer: NOOR,
  address: { lines: ['Lindenweg 7', '3. Stock'], postalCode: '8001', city: 'Zürich', country: 'CH' },
  touches: {
    clickTokens: ['tokenFromTheCart', 'tokenFromTheLandingPage'],
    clickIds: ['clk_01kar7b2e5f3v8t9w0x1y2z3a4'],
    codes: ['anna-10', 'summer shipping'],
  },
  currency: 'EUR',
  subtotal: 5271,
  tax: 1080,
  shipping: 412,
  test: false,
};

const EDIT_NOTICE = {
  kind: 'edit',
  externalId: `${ORDER}/3388/722/412`,
  orderExternalId: ORDER,
  occurredAt: Date.parse('2026-08-10T09:15:33+02:00'),
  currency: 'EUR',
  subtotal: 3388,
  tax: 722,
  shipping: 412,
};

const REFUND_NOTICE = {
  kind: 'refund',
  externalId: '9010463372815540127',
  orderExternalId: ORDER,
  occurredAt: Date.parse('2026-08-10T09:15:32+02:00'),
  currency: 'EUR',
  amount: 2241,
  cumulative: false,
};

const DISPUTE_NOTICE = {
  kind: 'dispute',
  externalId: '1193052284417730925',
  orderExternalId: ORDER,
  occurredAt: Date.parse('2026-08-28T02:00:00+02:00'),
  stage: 'opened',
  currency: 'EUR',
  amount: 6763,
};

const privacy = { kind: 'privacy_request', occurredAt: null, customer: NOOR };
const deliveryId = 'b54557e4-bdd9-4b37-8a5f-bf7d70bcd043';

test.each<[topic: string, notices: unknown[]]>([
  ['orders/create', [ORDER_NOTICE]],
  ['orders/paid', [ORDER_NOTICE]],
  ['orders/updated', [EDIT_NOTICE]],
  [
    'orders/cancelled',
    [{ kind: 'cancellation', orderExternalId: ORDER, occurredAt: Date.parse('2026-08-04T08:00:00+02:00') }],
  ],
  ['orders/edited', []],
  ['refunds/create', [REFUND_NOTICE]],
  ['disputes/create', [DISPUTE_NOTICE]],
  ['disputes/update', [{ ...DISPUTE_NOTICE, stage: 'lost', occurredAt: Date.parse('2026-10-20T02:00:00+02:00') }]],
  ['customers/create', []],
  [
    'customers/enable',
    [
      {
        kind: 'sign_up',
        externalId: null,
        occurredAt: Date.parse('2026-07-30T10:05:40+02:00'),
        customer: NOOR,
        touches: { ...NO_TOUCHES, clickTokens: ['tokenFromTheForm'] },
        currency: 'EUR',
        test: false,
      },
    ],
  ],
  ['customers/data_request', [{ ...privacy, externalId: '9999', request: 'export' }]],
  ['customers/redact', [{ ...privacy, externalId: deliveryId, request: 'erase' }]],
  [
    'shop/redact',
    [{ ...privacy, externalId: deliveryId, request: 'erase_store', customer: { id: null, email: null } }],
  ],
])('%s says all that its notices need', (topic, notices) => {
  expect(noticesOf(topic)).toEqual(notices);
});

describe('an order', () => {
  const paid = fixture('orders/paid');
  const orderIn = (json: unknown, headers?: Record<string, string>) => noticesOf('orders/paid', json, headers)[0];

  test.each(['pending', 'authorized', 'partially_paid', 'voided', 'expired', null])(
    'that is %s is none yet, whatever the topic says',
    (financial_status) => {
      for (const topic of ['orders/paid', 'orders/create', 'orders/updated']) {
        expect(noticesOf(topic, { ...paid, financial_status, current_subtotal_price: '1.00' })).toEqual([]);
      }
    },
  );

  test('that is cancelled is not credited, and loses what it earned', () => {
    const cancelled = { ...paid, cancelled_at: '2026-08-04T08:00:00+02:00' };
    const cancellation = { kind: 'cancellation', orderExternalId: ORDER };
    expect(noticesOf('orders/updated', cancelled)).toMatchObject([cancellation]);
    expect(noticesOf('orders/updated', { ...cancelled, financial_status: 'voided' })).toEqual([]);
    expect(noticesOf('orders/cancelled', paid)).toEqual([]);
  });

  test('that was changed before it was paid is credited with what remains of it', () => {
    const edited = { ...paid, current_subtotal_price: '40.32', current_total_tax: '7.22' };
    expect(noticesOf('orders/paid', edited)).toMatchObject([
      { kind: 'order', subtotal: 3388, tax: 722, shipping: 412 },
      { kind: 'edit', subtotal: 3388, tax: 722, shipping: 412 },
    ]);
  });

  test('that is told of again and again is edited once per remainder', () => {
    const updated = fixture('orders/updated');
    const [first] = noticesOf('orders/updated', updated);
    const [tagged] = noticesOf('orders/updated', { ...updated, tags: 'vip', updated_at: '2026-08-11T00:00:00+02:00' });
    const [refunded] = noticesOf('orders/updated', {
      ...updated,
      financial_status: 'refunded',
      current_subtotal_price: '0.00',
      current_total_tax: '0.00',
      current_shipping_price_set: money('0.00', '0.00'),
    });
    expect(tagged).toMatchObject({ externalId: (first as typeof EDIT_NOTICE).externalId });
    expect(refunded).toMatchObject({ externalId: `${ORDER}/0/0/0`, subtotal: 0, tax: 0, shipping: 0 });
  });

  test('whose shipping went back in part keeps the tax of the rest', () => {
    const half = {
      ...fixture('orders/updated'),
      current_total_tax: '6.83',
      current_shipping_price_set: money('2.45', '2.33'),
    };
    expect(noticesOf('orders/updated', half)).toMatchObject([{ subtotal: 3388, tax: 683, shipping: 206 }]);
  });

  test('has its tax beside its prices where they do not hold it', () => {
    const net = { ...paid, taxes_included: false };
    expect(orderIn(net)).toMatchObject({ subtotal: 6273, tax: 1080, shipping: 490 });
  });

  test('pays the discounted price of the shipping, and nothing for a line that was taken away', () => {
    const line = { discounted_price: '0.00', price: '5.90', is_removed: false, tax_lines: [] };
    const free = { ...paid, shipping_lines: [line, { ...line, discounted_price: '9.00', is_removed: true }] };
    expect(orderIn({ ...free, current_shipping_price_set: money('0.00', '0.00') })).toMatchObject({ shipping: 0 });
    expect(orderIn({ ...free, current_shipping_price_set: null })).toMatchObject({
      subtotal: 5193,
      tax: 1080,
      shipping: 0,
    });
  });

  test.each([
    ['JPY', { current_subtotal_price: '6273', current_total_tax: '1080' }, { subtotal: 5193, tax: 1080 }],
    ['KWD', { current_subtotal_price: '6.273', current_total_tax: '1.080' }, { subtotal: 5193, tax: 1080 }],
  ])('in %s has the minor units of that currency', (currency, prices, units) => {
    expect(orderIn({ ...paid, ...prices, currency, shipping_lines: [] })).toMatchObject({ currency, ...units });
  });

  test('that was free, or paid for by a gift card, is an order of nothing', () => {
    const free = {
      ...paid,
      subtotal_price: '0.00',
      current_subtotal_price: '0.00',
      total_tax: '0.00',
      current_total_tax: '0.00',
      total_price: '0.00',
      current_shipping_price_set: money('0.00', '0.00'),
    };
    expect(orderIn({ ...free, shipping_lines: [] })).toMatchObject({ subtotal: 0, tax: 0, shipping: 0 });
  });

  test('needs little: one of the counter has no customer, address, shipping or page', () => {
    const { id, currency, subtotal_price, financial_status } = paid;
    const bare = { id, currency, subtotal_price, financial_status };
    const nothing = { externalId: ORDER, occurredAt: null, customer: { id: null, email: null }, address: null };
    expect(orderIn(bare)).toMatchObject({ ...nothing, touches: NO_TOUCHES, subtotal: 6273, tax: 0, shipping: 0 });
    const nulls = Object.fromEntries(Object.keys(paid).map((name) => [name, null]));
    expect(orderIn({ ...nulls, ...bare })).toEqual(orderIn(bare));
  });

  test('has the address that the buyer gave for it before that of the account', () => {
    const customer = { id: '1', email: 'account@example.com' };
    const emailIn = (order: object) => orderIn({ ...paid, customer, ...order });
    expect(emailIn({ email: '', contact_email: 'order@example.com' })).toMatchObject({
      customer: { id: '1', email: 'order@example.com' },
    });
    expect(emailIn({ email: '', contact_email: null })).toMatchObject({ customer: { email: 'account@example.com' } });
  });

  test('is a test by its gateway, and by the button of the admin', () => {
    expect(orderIn({ ...paid, test: true })).toMatchObject({ test: true });
    expect(orderIn(paid, { 'x-shopify-test': 'true' })).toMatchObject({ test: true });
    expect(orderIn(paid, { 'x-shopify-test': 'false' })).toMatchObject({ test: false });
  });

  test('is read whatever strangers wrote into it', () => {
    const landings = ['?gw=%E0%A4%A&gw=a&gw=b', 'javascript:alert(1)?gw=', '#?gw=x', `/?gw=${'x'.repeat(5000)}`, 7, {}];
    for (const landing_site of landings) expect(orderIn({ ...paid, landing_site })).toMatchObject({ kind: 'order' });
    const note_attributes = [
      null,
      7,
      'gw',
      { name: 'gw' },
      { name: 'gw', value: { a: 1 } },
      { name: 'gw', value: 'ok' },
    ];
    const strange = { ...paid, note_attributes, discount_codes: [{ code: null }, 1], discount_applications: 'ANNA' };
    expect(orderIn(strange)).toMatchObject({ touches: { clickTokens: ['ok', 'tokenFromTheLandingPage'], codes: [] } });
  });

  test.each([
    [{ currency: 'XXX' }, '/currency'],
    [{ subtotal_price: '12,30' }, '/subtotal_price'],
    [{ subtotal_price: null }, '/subtotal_price'],
    [{ current_subtotal_price: '9'.repeat(20) }, ''],
    [{ id: 0 }, '/id'],
  ])('with %j cannot be used, and the error says where', (field, pointer) => {
    expect(read('orders/paid', { ...paid, ...field })).toMatchObject({ outcome: 'unusable', errors: [{ pointer }] });
  });
});

describe('a refund', () => {
  const refund = fixture('refunds/create');
  const amountIn = (changes: object) =>
    noticesOf('refunds/create', { ...refund, ...changes }).map((notice) =>
      notice.kind === 'refund' ? [notice.amount, notice.currency] : notice,
    );
  const returned = { kind: 'refund', status: 'success', amount: '19.00', currency: 'CHF' };
  const line = { subtotal_set: money('20.00', '19.00'), total_tax_set: money('3.19', '3.03') };

  test('counts what went back for good, and several ways together', () => {
    const others = [
      { ...returned, status: 'pending' },
      { ...returned, status: 'failure' },
      { ...returned, kind: 'void' },
      { ...returned, kind: 'sale' },
    ];
    const rate = { refund_line_items: [{ subtotal_set: money('20.00', '19.00') }] };
    expect(amountIn({ transactions: [...others, returned, returned], ...rate })).toEqual([[4000, 'EUR']]);
    expect(amountIn({ transactions: others })).toEqual([[0, 'EUR']]);
  });

  test('without money is a refund of nothing', () => {
    expect(amountIn({ transactions: [] })).toEqual([[0, 'EUR']]);
  });

  test('in the currency of the shop is taken as it is', () => {
    expect(amountIn({ transactions: [{ ...returned, currency: 'EUR' }] })).toEqual([[1900, 'EUR']]);
    expect(amountIn({ transactions: [{ ...returned, currency: null }] })).toEqual([[1900, 'EUR']]);
  });

  test('that says itself what it is worth to the shop needs no rate', () => {
    const transactions = [{ ...returned, amount_set: money('20.01', '19.00') }];
    expect(amountIn({ transactions, refund_line_items: [line] })).toEqual([[2001, 'EUR']]);
  });

  test('of an amount alone has its rate in the adjustment, whose sign says nothing', () => {
    const order_adjustments = [{ kind: 'refund_discrepancy', amount_set: money('-20.00', '-19.00') }];
    expect(amountIn({ transactions: [returned], refund_line_items: [], order_adjustments })).toEqual([[2000, 'EUR']]);
  });

  test('of the shipping alone has its rate there', () => {
    const refund_shipping_lines = [{ subtotal_amount_set: money('20.00', '19.00') }];
    expect(amountIn({ transactions: [returned], refund_line_items: null, refund_shipping_lines })).toEqual([
      [2000, 'EUR'],
    ]);
  });

  test('is rounded half up at the end only', () => {
    const refund_line_items = [{ subtotal_set: money('1.00', '8.00') }];
    const third = { ...returned, amount: '0.04' };
    expect(amountIn({ transactions: [third], refund_line_items })).toEqual([[1, 'EUR']]);
    expect(amountIn({ transactions: [third, third], refund_line_items })).toEqual([[1, 'EUR']]);
  });

  test('whose worth to the shop is nowhere cannot be used', () => {
    const bare = { ...refund, transactions: [returned], refund_line_items: [] };
    expect(read('refunds/create', bare)).toMatchObject({ outcome: 'unusable', errors: [{ pointer: '/transactions' }] });
    const unnamed = { ...bare, transactions: [{ ...returned, currency: null }], total_duties_set: null };
    expect(read('refunds/create', unnamed)).toMatchObject({ outcome: 'unusable' });
  });

  test('without an order or without transactions is not one', () => {
    expect(amountIn({ order_id: null })).toEqual([]);
    expect(amountIn({ transactions: null })).toEqual([]);
  });
});

describe('a dispute', () => {
  const dispute = fixture('disputes/create');

  test.each([
    ['needs_response', 'opened'],
    ['under_review', 'opened'],
    ['won', 'won'],
    ['prevented', 'lost'],
    ['charge_refunded', 'won'],
    ['lost', 'lost'],
    ['accepted', 'lost'],
  ])('that is %s is %s', (status, stage) => {
    expect(noticesOf('disputes/update', { ...dispute, status })).toMatchObject([{ kind: 'dispute', stage }]);
  });

  test('that is but an inquiry loses no money: a shop that gives in makes a refund', () => {
    const inquiry = { ...dispute, type: 'inquiry' };
    expect(noticesOf('disputes/create', inquiry)).toMatchObject([{ stage: 'opened' }]);
    expect(noticesOf('disputes/update', { ...inquiry, status: 'accepted' })).toMatchObject([{ stage: 'won' }]);
  });

  test('in a state of tomorrow, or about no order, is ignored', () => {
    for (const change of [{ status: 'reopened' }, { status: 'toString' }, { status: null }, { order_id: null }]) {
      expect(noticesOf('disputes/update', { ...dispute, ...change })).toEqual([]);
    }
  });
});

describe('a customer', () => {
  const customer = fixture('customers/enable');

  test('signs up with an account only', () => {
    for (const state of ['disabled', 'invited', 'declined', null]) {
      expect(noticesOf('customers/create', { ...customer, state })).toEqual([]);
    }
    expect(noticesOf('customers/create', customer)).toEqual(noticesOf('customers/enable', customer));
  });

  test('without an address, a note or a currency signs up all the same', () => {
    const bare = { ...customer, email: null, note: null, currency: 'XXX', updated_at: null };
    expect(noticesOf('customers/create', bare)).toMatchObject([
      { customer: { id: NOOR.id, email: null }, touches: NO_TOUCHES, currency: null, occurredAt: null },
    ]);
  });
});

describe('what was signed for one topic does nothing under another', () => {
  test.each([
    ['orders/paid', ['refunds/create', 'customers/enable']],
    ['orders/cancelled', ['refunds/create', 'orders/paid', 'customers/enable']],
    ['refunds/create', ['orders/paid', 'customers/enable']],
    ['disputes/create', ['orders/paid', 'refunds/create']],
    ['customers/create', ['orders/paid', 'refunds/create']],
    ['customers/data_request', ['customers/redact', 'shop/redact']],
    ['customers/redact', ['customers/data_request', 'shop/redact']],
    ['shop/redact', ['customers/data_request', 'customers/redact']],
  ])('%s', (topic, others) => {
    for (const other of others) expect(noticesOf(topic, fixture(other)), other).toEqual([]);
  });

  test('an order says the same under each of its topics', () => {
    for (const topic of ['orders/create', 'orders/paid', 'orders/updated']) {
      expect(noticesOf(topic, fixture('orders/updated'))).toEqual([EDIT_NOTICE]);
    }
  });
});

describe('another shop', () => {
  test('in the header makes a callback unusable, whatever it is about', () => {
    for (const topic of ['orders/paid', 'app/uninstalled']) {
      const reading = read(topic, fixture('orders/paid'), { 'x-shopify-shop-domain': 'other.myshopify.com' });
      expect(reading).toMatchObject({ outcome: 'unusable', type: topic, errors: [{ pointer: '' }] });
      expect(JSON.stringify(reading)).toContain('other.myshopify.com');
    }
  });

  test('in the signed body does so too, whatever the header says', () => {
    for (const topic of ['customers/data_request', 'customers/redact', 'shop/redact']) {
      const other = { ...fixture(topic), shop_domain: 'other.myshopify.com' };
      expect(read(topic, other)).toMatchObject({ outcome: 'unusable', errors: [{ pointer: '/shop_domain' }] });
    }
  });

  test('is not one that is written in capitals', () => {
    expect(read('app/uninstalled', {}, { 'x-shopify-shop-domain': SHOP.toUpperCase() }).outcome).toBe('read');
  });
});

test('an Event of the next generation is verified and ignored: its body is what the app asked for', () => {
  const event = {
    topic: 'Order',
    action: 'update',
    handle: 'paid_orders',
    fields_changed: ['order.displayFinancialStatus'],
    query_variables: { orderId: `gid://shopify/Order/${ORDER}` },
    data: { order: { id: `gid://shopify/Order/${ORDER}` } },
  };
  expect(noticesOf('Order', event)).toEqual([]);
});

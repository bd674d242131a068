import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Reading } from '../../../src/domain/sources/contract.ts';
import { readTopic } from '../../../src/domain/sources/woocommerce-topics.ts';
import { parseStrictJson } from '../../../src/domain/strict-json.ts';

type Json = Record<string, unknown>;

function fixture(name: string): Json {
  const bytes = readFileSync(`${import.meta.dirname}/../../fixtures/woocommerce/${name}.json`);
  const json = parseStrictJson(bytes, { longIntegers: 'text' });
  if (!json.ok) throw new Error(json.detail);
  return json.value as Json;
}

function noticesIn(reading: Reading) {
  if (reading.outcome !== 'read') throw new Error(JSON.stringify(reading));
  return reading.notices;
}

/** Of the paid order with some fields changed. */
function changed(fields: Json, topic = 'order.updated') {
  return noticesIn(readTopic({ ...fixture('order-created'), ...fields }, topic));
}

const kinds = (fields: Json) => changed(fields).map(({ kind }) => kind);

const ORDER = {
  kind: 'order',
  externalId: '1042',
  names: [],
  occurredAt: Date.parse('2026-03-01T12:00:00Z'),
  customer: { id: '57', email: 'friederike.sommer@example.com' },
  address: { lines: ['Lindenallee 7', 'Hinterhaus'], postalCode: '04109', city: 'Leipzig', country: 'DE' },
  touches: { clickTokens: ['cookie-token', 'landing-token'], clickIds: [], codes: ['anna-10'] },
  currency: 'EUR',
  subtotal: 7729,
  tax: 1545,
  shipping: 412,
  test: false,
};

const refund = (externalId: string, amount: number) => ({
  kind: 'refund',
  externalId,
  orderExternalId: '1042',
  occurredAt: null,
  currency: 'EUR',
  amount,
  cumulative: false,
});

describe('the documented payloads', () => {
  test('a paid order', () => {
    expect(changed({}, 'order.created')).toEqual([ORDER]);
    expect(changed({})).toEqual([ORDER]);
  });

  test('the same order later, with two refunds: the order is a repeat, and what remains is told', () => {
    expect(noticesIn(readTopic(fixture('order-updated'), 'order.updated'))).toEqual([
      ORDER,
      refund('1077', 2691),
      refund('1061', 500),
      {
        kind: 'edit',
        externalId: '1042:5183:1036:276',
        orderExternalId: '1042',
        occurredAt: Date.parse('2026-03-10T09:15:00Z'),
        currency: 'EUR',
        subtotal: 5183,
        tax: 1036,
        shipping: 276,
      },
    ]);
  });

  test('the order cancelled after it was paid', () => {
    expect(noticesIn(readTopic(fixture('order-updated-cancelled'), 'order.updated'))).toEqual([
      { kind: 'cancellation', orderExternalId: '1042', occurredAt: Date.parse('2026-03-02T08:15:00Z') },
    ]);
  });

  test('the order wholly refunded, out of the trash', () => {
    expect(noticesIn(readTopic(fixture('order-restored'), 'order.restored'))).toEqual([
      refund('1090', 6495),
      refund('1077', 2691),
      refund('1061', 500),
    ]);
  });

  test('a new account', () => {
    expect(readTopic(fixture('customer-created'), 'customer.created')).toEqual({
      outcome: 'read',
      type: 'customer.created',
      notices: [
        {
          kind: 'sign_up',
          externalId: null,
          occurredAt: Date.parse('2026-02-27T17:20:41Z'),
          customer: { id: '57', email: 'friederike.sommer@example.com' },
          touches: { clickTokens: ['cookie-token'], clickIds: [], codes: ['anna-10'] },
          currency: null,
          test: false,
        },
      ],
    });
  });

  test('an order in the trash, and a whole order under that unsigned topic, say nothing', () => {
    for (const name of ['order-deleted', 'order-created']) {
      expect(readTopic(fixture(name), 'order.deleted')).toEqual({
        outcome: 'read',
        type: 'order.deleted',
        notices: [],
      });
    }
  });

  test('an error of the REST API in the place of the record tells whose rights are missing', () => {
    for (const topic of ['order.updated', 'customer.created']) {
      expect(readTopic(fixture('not-allowed'), topic)).toEqual({
        outcome: 'unusable',
        type: topic,
        errors: [{ pointer: '/code', detail: expect.stringContaining('shop manager') }],
      });
    }
  });
});

describe('status', () => {
  test.each([
    'pending',
    'on-hold',
    'checkout-draft',
    'processing',
    'completed',
    'cancelled',
    'failed',
    'refunded',
    'trash',
  ])('%s without a date of payment is nothing yet', (status) => {
    expect(kinds({ status, date_paid_gmt: null })).toEqual([]);
  });

  test.each([
    ['processing', ['order']],
    ['completed', ['order']],
    ['cancelled', ['cancellation']],
    ['failed', ['cancellation']],
    ['on-hold', []],
    ['pending', []],
    ['trash', []],
    ['wc-shipped-by-a-plugin', []],
  ])('%s with one is %j', (status, expected) => {
    expect(kinds({ status })).toEqual(expected);
  });

  test('refunds count in any status, also one that a plug-in made', () => {
    const refunds = [{ id: 7, reason: '', total: '-1.00' }];
    expect(kinds({ status: 'on-hold', refunds })).toEqual(['refund']);
    expect(kinds({ status: 'returned', refunds })).toEqual(['refund']);
    expect(kinds({ status: 'cancelled', refunds })).toEqual(['refund', 'cancellation']);
  });

  test('refunded means all of it, whatever the list accounts for', () => {
    const refunds = [{ id: 7, reason: '', total: '-10.00' }];
    expect(changed({ status: 'refunded', refunds })).toEqual([
      refund('7', 1000),
      { ...refund('1042:rest', 8686), occurredAt: Date.parse('2026-03-01T12:02:05Z') },
    ]);
    expect(changed({ status: 'refunded', refunds: [{ id: 7, total: '-500.00' }] })).toEqual([refund('7', 50000)]);
  });
});

describe('edits', () => {
  const later = { date_modified_gmt: '2026-03-05T10:00:00' };
  const editOf = (fields: Json) => changed({ ...later, ...fields }).find(({ kind }) => kind === 'edit');

  test('the saves around the payment are none', () => {
    expect(kinds({ date_modified_gmt: '2026-03-01T12:03:04' })).toEqual(['order']);
    expect(kinds({ date_modified_gmt: '2026-03-01T12:03:05' })).toEqual(['order', 'edit']);
    expect(kinds({ date_modified_gmt: null })).toEqual(['order']);
  });

  test('an order that is saved again and again has one and the same state', () => {
    const states = ['2026-03-05T10:00:00', '2026-04-05T10:00:00'].map((date_modified_gmt) =>
      editOf({ date_modified_gmt }),
    );
    expect(states).toMatchObject([{ externalId: '1042:7729:1545:412' }, { externalId: '1042:7729:1545:412' }]);
  });

  test('a line less is another state', () => {
    const edited = { line_items: [{ id: 311, total: '52.99' }], total_tax: '10.07' };
    expect(editOf(edited)).toMatchObject({
      externalId: '1042:5467:1007:412',
      subtotal: 5467,
      tax: 1007,
      shipping: 412,
    });
  });

  test('what is refunded comes off the goods, the shipping and the tax alike', () => {
    const remaining = (total: string) => editOf({ refunds: [{ id: 7, total }] });
    expect(remaining('-48.43')).toMatchObject({ subtotal: 3864, shipping: 206, tax: 772 });
    expect(remaining('-96.85')).toMatchObject({ subtotal: 1, shipping: 0, tax: 0 });
    expect(remaining('-96.86')).toMatchObject({ subtotal: 0, shipping: 0, tax: 0 });
    expect(remaining('-900.00')).toMatchObject({ subtotal: 0, shipping: 0, tax: 0 });
  });

  test('an order that somebody has open for editing is no state of it', () => {
    expect(kinds({ ...later, status: 'on-hold' })).toEqual([]);
  });
});

describe('money', () => {
  test('is summed before it is rounded, half up, by the currency', () => {
    const lines = (...totals: string[]) => ({ line_items: totals.map((total) => ({ total })), fee_lines: [] });
    expect(changed(lines('0.125', '0.125', '0.125'))).toMatchObject([{ subtotal: 38 }]);
    const rest = { total_tax: '0', shipping_total: '500' };
    expect(changed({ ...lines('1999.50'), ...rest, currency: 'JPY' })).toMatchObject([
      { subtotal: 2000, shipping: 500 },
    ]);
    expect(changed({ ...lines('12.345'), ...rest, currency: 'KWD' })).toMatchObject([
      { subtotal: 12345, shipping: 500_000 },
    ]);
  });

  test('a fee below nothing is a discount, and cannot make the order worth less than nothing', () => {
    expect(changed({ fee_lines: [{ name: 'Points', total: '-25.61' }] })).toMatchObject([{ subtotal: 5000 }]);
    expect(changed({ fee_lines: [{ total: '-1000.00' }], total_tax: '-3.00' })).toMatchObject([
      { subtotal: 0, tax: 0 },
    ]);
  });

  test('a gift card that a plug-in takes off the total pays, and lessens nothing', () => {
    expect(changed({ total: '0.00' })).toMatchObject([{ subtotal: 7729, tax: 1545, shipping: 412 }]);
  });

  test.each([
    [{ currency: 'BTC' }, '/currency'],
    [{ total_tax: 'a lot' }, '/total_tax'],
    [{ line_items: [{ total: '1' }, { total: '1e3' }] }, '/line_items/1/total'],
    [{ line_items: [{ total: '90071992547409.92' }] }, ''],
    [{ refunds: [{ id: 7, total: '-90071992547409.92' }] }, ''],
    [{ refunds: [{ total: '-1.00' }] }, '/refunds/0/id'],
    [{ id: 0 }, '/id'],
  ])('%j is unusable at %s', (fields, pointer) => {
    const reading = readTopic({ ...fixture('order-created'), ...fields }, 'order.updated');
    expect(reading).toMatchObject({ outcome: 'unusable', type: 'order.updated', errors: [{ pointer }] });
  });

  test('an unpaid order need not make sense', () => {
    expect(kinds({ date_paid_gmt: null, currency: 'BTC', line_items: 'none' })).toEqual([]);
  });
});

test('an order is of the moment it was placed, however long the transfer took, else of that it was paid', () => {
  expect(changed({ date_paid_gmt: '2026-03-09T08:00:00' })).toMatchObject([{ occurredAt: ORDER.occurredAt }]);
  const unplaced = { date_created_gmt: null, date_paid_gmt: '2026-03-09T08:00:00' };
  expect(changed(unplaced)).toMatchObject([{ occurredAt: Date.parse('2026-03-09T08:00:00Z') }]);
});

describe('people and touches', () => {
  test('a guest has no id, and an account of more than 2^53 one in text', () => {
    expect(changed({ customer_id: 0 })).toMatchObject([{ customer: { id: null } }]);
    expect(changed({ customer_id: '9007199254740993' })).toMatchObject([{ customer: { id: '9007199254740993' } }]);
  });

  test('downloads are delivered nowhere', () => {
    const blank = { address_1: '', address_2: '', city: '', postcode: '', country: '' };
    expect(changed({ shipping: blank })).toMatchObject([{ address: null }]);
    expect(changed({ shipping: null })).toMatchObject([{ address: null }]);
  });

  test('what strangers wrote never makes an order fail', () => {
    const meta = [
      null,
      'gw',
      { key: ['gw'], value: 'a' },
      { key: 'gw', value: { a: 1 } },
      { key: 'gw', value: 7 },
      { value: 'x' },
    ];
    const landing = { key: '_wc_order_attribution_session_entry', value: '%%%?gw=%E0%A4%A&&gw=b&gw_code=<script>' };
    const [order] = changed({ meta_data: [...meta, landing], coupon_lines: [{ code: 7 }, null, { code: '  ' }, 'x'] });
    expect(order).toMatchObject({
      touches: { clickTokens: [expect.any(String), 'b'], clickIds: [], codes: ['<script>'] },
    });
    for (const hostile of [null, {}, 'x', 7]) {
      expect(changed({ meta_data: hostile, coupon_lines: hostile })).toMatchObject([{ touches: { codes: [] } }]);
    }
  });

  test('a landing page of another visit’s campaign, and keys that only look like ours, are none', () => {
    const meta = [
      { key: '_wc_order_attribution_referrer', value: 'https://x.example/?gw=a' },
      { key: '__gw', value: 'b' },
      { key: 'GW', value: 'c' },
      { key: 'gwx', value: 'd' },
    ];
    expect(changed({ meta_data: meta, coupon_lines: [] })).toMatchObject([
      { touches: { clickTokens: [], clickIds: [], codes: [] } },
    ]);
  });

  test.each(['administrator', 'shop_manager', 'editor'])('an account of the staff (%s) is no sign-up', (role) => {
    expect(noticesIn(readTopic({ ...fixture('customer-created'), role }, 'customer.created'))).toEqual([]);
  });

  test.each(['subscriber', 'wholesale_customer'])('one that may buy (%s) is', (role) => {
    const notices = noticesIn(readTopic({ ...fixture('customer-created'), role }, 'customer.created'));
    expect(notices).toMatchObject([{ kind: 'sign_up' }]);
  });

  test('an order that is sent again as a customer, and the other way round, is neither', () => {
    expect(readTopic(fixture('order-created'), 'customer.created')).toMatchObject({ outcome: 'unusable' });
    expect(readTopic(fixture('customer-created'), 'order.created')).toMatchObject({ outcome: 'unusable' });
  });
});

describe('times', () => {
  test.each([
    ['2026-03-01T12:02:04', Date.parse('2026-03-01T12:02:04Z')],
    ['2026-03-01T12:02:04Z', Date.parse('2026-03-01T12:02:04Z')],
    ['2026-03-01T13:02:04+01:00', Date.parse('2026-03-01T12:02:04Z')],
  ])('%s is read as GMT unless it says otherwise', (date_created_gmt, occurredAt) => {
    expect(changed({ date_created_gmt })).toMatchObject([{ occurredAt }]);
  });

  test('what is no time is no payment', () => {
    expect(kinds({ date_paid_gmt: '2026-02-30T00:00:00' })).toEqual([]);
    expect(kinds({ date_paid_gmt: '' })).toEqual([]);
  });
});

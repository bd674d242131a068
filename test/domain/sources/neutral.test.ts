import { toJsonSchema } from '@valibot/to-json-schema';
import { Ajv2020, type SchemaObject } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { readNeutral } from '../../../src/domain/sources/neutral.ts';
import { neutralEvent } from '../../../src/domain/sources/neutral-event.ts';

const order = { orderId: 'o-1', currency: 'EUR', subtotal: 4990 };
const refund = { orderId: 'o-1', refundId: 'r-1', currency: 'EUR', amount: 1 };

function read(json: unknown) {
  return readNeutral(json, { headers: new Headers(), body: Uint8Array.from(Buffer.from(JSON.stringify(json))) });
}

/** The pointers of all errors. */
function errorsOf(type: string, data: unknown, more: object = {}): string[] {
  const reading = read({ type, data, ...more });
  return reading.outcome === 'unusable' ? reading.errors.map(({ pointer }) => pointer) : [];
}

describe('a sign-up', () => {
  test('says who, when and how they came', () => {
    const data = {
      customer: { id: 'c-1', email: 'Friend@Example.com' },
      signedUpAt: '2026-03-01T13:00:00+01:00',
      clickToken: 'eyJ.t0k_en-~',
      clickId: 'clk_1',
      codes: [' ANNA-10 ', 'summer sale'],
      currency: 'JPY',
      test: true,
    };
    expect(read({ type: 'signup', data })).toEqual({
      outcome: 'read',
      type: 'signup',
      notice: {
        kind: 'sign_up',
        externalId: null,
        occurredAt: Date.UTC(2026, 2, 1, 12),
        customer: { id: 'c-1', email: 'Friend@Example.com' },
        touches: { clickTokens: ['eyJ.t0k_en-~'], clickIds: ['clk_1'], codes: ['anna-10', 'summer sale'] },
        currency: 'JPY',
        test: true,
      },
    });
  });

  test('needs an id or an e-mail address, and one is enough', () => {
    expect(read({ type: 'signup', data: { customer: { email: 'a@b.example' } } })).toMatchObject({
      notice: {
        occurredAt: null,
        customer: { id: null, email: 'a@b.example' },
        touches: { clickTokens: [], clickIds: [], codes: [] },
        currency: null,
        test: false,
      },
    });
    expect(errorsOf('signup', { customer: { id: 'c' } })).toEqual([]);
    expect(errorsOf('signup', { customer: {} })).toEqual(['/data/customer']);
    expect(errorsOf('signup', { customer: [] })).toEqual(['/data/customer']);
    expect(errorsOf('signup', {})).toEqual(['/data/customer']);
  });
});

describe('an order', () => {
  test('says what was paid', () => {
    const data = { ...order, tax: 948, shipping: 490, paidAt: '2026-03-01T12:00:00Z', customer: { id: 'c-1' } };
    expect(read({ type: 'order.paid', data })).toEqual({
      outcome: 'read',
      type: 'order.paid',
      notice: {
        kind: 'order',
        externalId: 'o-1',
        occurredAt: Date.UTC(2026, 2, 1, 12),
        customer: { id: 'c-1', email: null },
        touches: { clickTokens: [], clickIds: [], codes: [] },
        currency: 'EUR',
        subtotal: 4990,
        tax: 948,
        shipping: 490,
        test: false,
      },
    });
  });

  test('without a customer is still an order', () => {
    expect(read({ type: 'order.paid', data: order })).toMatchObject({
      notice: { occurredAt: null, customer: { id: null, email: null }, tax: 0, shipping: 0 },
    });
  });

  test.each([-1, 0.5, 49.9, '4990', null, true, [4990], 2 ** 53])('has no amount of %j', (subtotal) => {
    expect(errorsOf('order.paid', { ...order, subtotal })).toEqual(['/data/subtotal']);
    expect(errorsOf('order.paid', { ...order, tax: subtotal })).toEqual(['/data/tax']);
    expect(errorsOf('order.paid', { ...order, shipping: subtotal })).toEqual(['/data/shipping']);
  });

  test('may be free, and may be as large as integers are exact, tax and shipping included', () => {
    expect(errorsOf('order.paid', { ...order, subtotal: 0 })).toEqual([]);
    expect(errorsOf('order.paid', { ...order, subtotal: Number.MAX_SAFE_INTEGER })).toEqual([]);
    expect(errorsOf('order.paid', { ...order, subtotal: Number.MAX_SAFE_INTEGER - 1, tax: 1 })).toEqual([]);
    expect(errorsOf('order.paid', { ...order, subtotal: Number.MAX_SAFE_INTEGER, shipping: 1 })).toEqual(['/data']);
  });

  test.each(['', 'eur', 'EURO', 'E', 'XXX', 'QQQ', '\u20ac', 978, null])('has no currency %j', (currency) => {
    expect(errorsOf('order.paid', { ...order, currency })).toEqual(['/data/currency']);
    expect(errorsOf('signup', { customer: { id: 'c' }, currency })).toEqual(['/data/currency']);
  });
});

describe('a refund and a cancellation', () => {
  test('say of which order', () => {
    expect(read({ type: 'order.refunded', data: { ...refund, refundedAt: '1970-01-01T00:00:01Z' } })).toEqual({
      outcome: 'read',
      type: 'order.refunded',
      notice: {
        kind: 'refund',
        externalId: 'r-1',
        orderExternalId: 'o-1',
        occurredAt: 1000,
        currency: 'EUR',
        amount: 1,
      },
    });
    expect(read({ type: 'order.cancelled', data: { orderId: 'o-1' } })).toEqual({
      outcome: 'read',
      type: 'order.cancelled',
      notice: { kind: 'cancellation', orderExternalId: 'o-1', occurredAt: null },
    });
  });

  test.each([0, -1, 1.5, '1', null])('a refund has no amount of %j', (amount) => {
    expect(errorsOf('order.refunded', { ...refund, amount })).toEqual(['/data/amount']);
  });

  test('a refund is not to be had without its own id, for it would be counted again', () => {
    const { refundId, ...rest } = refund;
    expect(errorsOf('order.refunded', rest)).toEqual(['/data/refundId']);
    expect(errorsOf('order.refunded', { ...rest, refundId: '' })).toEqual(['/data/refundId']);
  });
});

describe('any event', () => {
  test('of an unknown type is nothing, whatever it carries', () => {
    for (const type of ['order.shipped', 'Signup', 'order.paid ', 'toString', '__proto__', 'x'.repeat(128)]) {
      expect(read({ type, data: [1], other: true })).toEqual({
        outcome: 'read',
        type,
        notice: { kind: 'nothing', type },
      });
    }
  });

  test('needs a type to tell', () => {
    for (const json of [
      {},
      { data: {} },
      { type: null },
      { type: 7 },
      { type: '' },
      { type: 'x'.repeat(129) },
      { type: 'a\n' },
    ]) {
      expect(read(json)).toMatchObject({ outcome: 'unusable', errors: [{ pointer: '/type' }] });
    }
    for (const json of [null, 'signup', 7, true]) {
      expect(read(json)).toMatchObject({ outcome: 'unusable', errors: [{ pointer: '' }] });
    }
  });

  test('may carry the timestamp that Standard Webhooks recommends, of any form', () => {
    for (const timestamp of ['2026-03-01T12:00:00Z', 1_772_366_400, 'yesterday', null]) {
      expect(errorsOf('order.paid', order, { timestamp })).toEqual([]);
    }
  });

  test('may not carry a field that we do not know, in any place', () => {
    expect(errorsOf('order.paid', order, { id: 'x' })).toEqual(['/id']);
    expect(errorsOf('order.paid', { ...order, total: 1 })).toEqual(['/data/total']);
    expect(errorsOf('order.paid', { ...order, customer: { id: 'c', phone: '1' } })).toEqual(['/data/customer/phone']);
    expect(errorsOf('order.paid', { ...order, 'a/b~c': 1 })).toEqual(['/data/a~1b~0c']);
    expect(errorsOf('order.cancelled', { orderId: 'o-1', reason: 'x' })).toEqual(['/data/reason']);
  });

  test('names all that is to be mended, without repeating what was sent', () => {
    const data = {
      currency: 'eur',
      subtotal: 'secret-1',
      paidAt: 'secret-2',
      customer: { id: '', email: 'secret-3' },
      codes: ['ok', 'a\u0000secret-4', ' '],
    };
    const reading = read({ type: 'order.paid', data });
    expect(reading).toMatchObject({
      outcome: 'unusable',
      errors: expect.arrayContaining([{ pointer: '/data/orderId', detail: 'This field is required.' }]),
    });
    expect(errorsOf('order.paid', data).sort()).toEqual([
      '/data/codes/1',
      '/data/codes/2',
      '/data/currency',
      '/data/customer/email',
      '/data/customer/id',
      '/data/orderId',
      '/data/paidAt',
      '/data/subtotal',
    ]);
    expect(JSON.stringify(reading)).not.toContain('secret-');
  });

  test.each(['\u0000', 'a\nb', 'a\tb', '\u007f', 'a\u0085', '', 'x'.repeat(129), 7, null, {}])('has no id %j', (id) => {
    expect(errorsOf('order.paid', { ...order, orderId: id })).toEqual(['/data/orderId']);
    expect(errorsOf('order.cancelled', { orderId: id })).toEqual(['/data/orderId']);
    expect(errorsOf('order.refunded', { ...refund, refundId: id })).toEqual(['/data/refundId']);
    expect(errorsOf('signup', { customer: { id } })).toEqual(['/data/customer/id']);
    expect(errorsOf('signup', { customer: { id: 'c' }, clickId: id })).toEqual(['/data/clickId']);
    expect(errorsOf('signup', { customer: { id: 'c' }, codes: [id] })).toEqual(['/data/codes/0']);
  });

  test('takes any printable id as it is', () => {
    for (const orderId of ['7', ' 7', 'gid://shop/Order/7', '\u6ce8\u6587\u{1f600}', 'x'.repeat(128)]) {
      expect(read({ type: 'order.paid', data: { ...order, orderId } })).toMatchObject({
        notice: { externalId: orderId },
      });
    }
  });

  test.each([
    '',
    'friend',
    '@',
    'a@',
    '@b',
    'a@b@c',
    'a b@c',
    'a@b c',
    '\u0000a@b',
    '+x@gmail.com',
    'a\u200bb@c.example',
    `a@${'b'.repeat(253)}`,
    7,
  ])('has no e-mail address %j', (email) => {
    expect(errorsOf('order.paid', { ...order, customer: { id: 'c', email } })).toEqual(['/data/customer/email']);
  });

  test.each(['a@b', 'a@b.example', 'o\u2019neil+x@b.example', 'ü@bücher.example', `a@${'b'.repeat(252)}`])(
    'may have the e-mail address %j',
    (email) => {
      expect(errorsOf('order.paid', { ...order, customer: { email } })).toEqual([]);
    },
  );

  test('has at most 20 codes', () => {
    const codes = (count: number) => Array.from({ length: count }, (_, i) => `code-${i}`);
    expect(errorsOf('order.paid', { ...order, codes: codes(20) })).toEqual([]);
    expect(errorsOf('order.paid', { ...order, codes: codes(21) })).toEqual(['/data/codes']);
  });

  test('tells a few errors of a body with many, and one of a body that is all errors', () => {
    expect(errorsOf('order.paid', { ...order, codes: Array(1000).fill('') })).toHaveLength(20);
    expect(errorsOf('order.paid', { ...order, codes: Array(400_000).fill('') })).toHaveLength(1);
  });

  test('has no test but true or false', () => {
    expect(errorsOf('order.paid', { ...order, test: 'false' })).toEqual(['/data/test']);
    expect(errorsOf('order.paid', { ...order, test: 0 })).toEqual(['/data/test']);
  });
});

describe('the document', () => {
  const schema = toJsonSchema(neutralEvent, {
    target: 'draft-2020-12',
    typeMode: 'input',
    ignoreActions: ['check', 'raw_check'],
  });
  const documented = new Ajv2020({ formats: { 'date-time': true } }).compile(schema as SchemaObject);

  test('shows an example of every event, and each is read as what it says', () => {
    const examples = (schema.oneOf ?? []).flatMap((option) => (typeof option === 'object' ? option.examples : []));
    const kinds = examples.map((example) => {
      expect(documented(example)).toBe(true);
      const reading = read(example);
      return reading.outcome === 'read' ? reading.notice.kind : reading.errors;
    });
    expect(kinds).toEqual(['sign_up', 'order', 'refund', 'cancellation']);
  });

  test('refuses what the reader refuses', () => {
    expect(documented({ type: 'order.paid', data: { ...order, subtotal: -1 } })).toBe(false);
    expect(documented({ type: 'order.paid', data: { ...order, total: 1 } })).toBe(false);
    expect(documented({ type: 'order.refunded', data: { ...refund, amount: 0 } })).toBe(false);
    expect(documented({ type: 'signup', data: { customer: { id: 'a\u0000' } } })).toBe(false);
    expect(documented({ type: 'signup', data: {} })).toBe(false);
  });
});

import { toJsonSchema } from '@valibot/to-json-schema';
import { Ajv2020, type SchemaObject } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { readNeutral } from '../../../src/domain/sources/neutral.ts';
import { neutralEvent } from '../../../src/domain/sources/neutral-event.ts';
import { ADDRESS } from './row.ts';

const order = { orderId: 'o-1', currency: 'EUR', subtotal: 4990 };
const refund = { orderId: 'o-1', refundId: 'r-1', currency: 'EUR', amount: 1 };
const edit = { ...order, editId: 'o-1-v2' };
const dispute = { orderId: 'o-1', disputeId: 'd-1', stage: 'opened', currency: 'EUR', amount: 1 };

function read(json: unknown) {
  const body = Uint8Array.from(Buffer.from(JSON.stringify(json)));
  return readNeutral({ json, request: { method: 'POST', url: ADDRESS, headers: new Headers(), body } });
}

/** The one notice of an event that has one. */
function noticeOf(type: string, data: unknown) {
  const reading = read({ type, data });
  if (reading.outcome !== 'read') throw new Error(JSON.stringify(reading));
  expect(reading).toMatchObject({ type, notices: [expect.anything()] });
  return reading.notices[0];
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
    expect(noticeOf('signup', data)).toEqual({
      kind: 'sign_up',
      externalId: null,
      occurredAt: Date.UTC(2026, 2, 1, 12),
      customer: { id: 'c-1', email: 'Friend@Example.com' },
      touches: { clickTokens: ['eyJ.t0k_en-~'], clickIds: ['clk_1'], codes: ['anna-10', 'summer sale'] },
      currency: 'JPY',
      test: true,
    });
  });

  test('needs an id or an e-mail address, and one is enough', () => {
    expect(noticeOf('signup', { customer: { email: 'a@b.example' } })).toMatchObject({
      occurredAt: null,
      customer: { id: null, email: 'a@b.example' },
      touches: { clickTokens: [], clickIds: [], codes: [] },
      currency: null,
      test: false,
    });
    expect(errorsOf('signup', { customer: { id: 'c' } })).toEqual([]);
    expect(errorsOf('signup', { customer: {} })).toEqual(['/data/customer']);
    expect(errorsOf('signup', { customer: [] })).toEqual(['/data/customer']);
    expect(errorsOf('signup', {})).toEqual(['/data/customer']);
  });
});

describe('an order', () => {
  test('says what was paid', () => {
    const data = {
      ...order,
      tax: 948,
      shipping: 490,
      paidAt: '2026-03-01T12:00:00Z',
      customer: { id: 'c-1' },
      deliveryAddress: {
        lines: ['Lindenweg 7', 'c/o M\u00fcller'],
        postalCode: '50667',
        city: 'K\u00f6ln',
        country: 'DE',
      },
    };
    expect(noticeOf('order.paid', data)).toEqual({
      kind: 'order',
      externalId: 'o-1',
      names: [],
      occurredAt: Date.UTC(2026, 2, 1, 12),
      customer: { id: 'c-1', email: null },
      address: data.deliveryAddress,
      touches: { clickTokens: [], clickIds: [], codes: [] },
      currency: 'EUR',
      subtotal: 4990,
      tax: 948,
      shipping: 490,
      test: false,
    });
  });

  test('without a customer or an address is still an order', () => {
    expect(noticeOf('order.paid', order)).toMatchObject({
      occurredAt: null,
      customer: { id: null, email: null },
      address: null,
      tax: 0,
      shipping: 0,
    });
  });

  test('takes an address in part, and as oddly as people write it', () => {
    const addressOf = (deliveryAddress: unknown) => noticeOf('order.paid', { ...order, deliveryAddress });
    expect(addressOf({ lines: [] })).toMatchObject({
      address: { lines: [], postalCode: null, city: null, country: null },
    });
    const odd = { lines: ['', 'a\nb\t', 'x'.repeat(5000), '\u202e'], postalCode: '', city: '' };
    expect(addressOf(odd)).toMatchObject({ address: odd });
  });

  test.each([
    ['Lindenweg 7', '/data/deliveryAddress'],
    [{}, '/data/deliveryAddress/lines'],
    [{ lines: 'Lindenweg 7' }, '/data/deliveryAddress/lines'],
    [{ lines: [7] }, '/data/deliveryAddress/lines/0'],
    [{ lines: [], zip: '1' }, '/data/deliveryAddress/zip'],
    [{ lines: [], postalCode: 50667 }, '/data/deliveryAddress/postalCode'],
    [{ lines: [], country: 'Germany' }, '/data/deliveryAddress/country'],
    [{ lines: [], country: 'de' }, '/data/deliveryAddress/country'],
    [{ lines: [], country: 'UK' }, '/data/deliveryAddress/country'],
  ])('has no address %j', (deliveryAddress, pointer) => {
    expect(errorsOf('order.paid', { ...order, deliveryAddress })).toEqual([pointer]);
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

describe('what becomes of an order', () => {
  test('is told by its id', () => {
    expect(noticeOf('order.refunded', { ...refund, refundedAt: '1970-01-01T00:00:01Z' })).toEqual({
      kind: 'refund',
      externalId: 'r-1',
      orderExternalId: 'o-1',
      occurredAt: 1000,
      currency: 'EUR',
      amount: 1,
      cumulative: false,
    });
    expect(noticeOf('order.cancelled', { orderId: 'o-1' })).toEqual({
      kind: 'cancellation',
      orderExternalId: 'o-1',
      occurredAt: null,
    });
    expect(noticeOf('order.edited', { ...edit, tax: 948, editedAt: '1970-01-01T00:00:01Z' })).toEqual({
      kind: 'edit',
      externalId: 'o-1-v2',
      orderExternalId: 'o-1',
      occurredAt: 1000,
      currency: 'EUR',
      subtotal: 4990,
      tax: 948,
      shipping: 0,
    });
  });

  test.each(['opened', 'won', 'lost'])('a dispute may be %s', (stage) => {
    expect(noticeOf('order.disputed', { ...dispute, stage, disputedAt: '1970-01-01T00:00:01Z' })).toEqual({
      kind: 'dispute',
      externalId: 'd-1',
      orderExternalId: 'o-1',
      occurredAt: 1000,
      stage,
      currency: 'EUR',
      amount: 1,
    });
  });

  test.each(['closed', 'Opened', '', null, undefined, true])('a dispute is not to be had as %j', (stage) => {
    expect(errorsOf('order.disputed', { ...dispute, stage })).toEqual(['/data/stage']);
  });

  test('an order may be edited down to nothing, and not below, nor beyond what is exact', () => {
    expect(errorsOf('order.edited', { ...edit, subtotal: 0 })).toEqual([]);
    expect(errorsOf('order.edited', { ...edit, subtotal: -1 })).toEqual(['/data/subtotal']);
    expect(errorsOf('order.edited', { ...edit, shipping: -1 })).toEqual(['/data/shipping']);
    expect(errorsOf('order.edited', { ...edit, subtotal: Number.MAX_SAFE_INTEGER, tax: 1 })).toEqual(['/data']);
  });

  test.each([0, -1, 1.5, '1', null])('a refund and a dispute have no amount of %j', (amount) => {
    expect(errorsOf('order.refunded', { ...refund, amount })).toEqual(['/data/amount']);
    expect(errorsOf('order.disputed', { ...dispute, amount })).toEqual(['/data/amount']);
  });

  test.each([
    ['order.refunded', refund, 'refundId'],
    ['order.edited', edit, 'editId'],
    ['order.disputed', dispute, 'disputeId'],
  ])('%s is not to be had without its own id, for it would be counted again', (type, data, id) => {
    expect(errorsOf(type, { ...data, [id]: undefined })).toEqual([`/data/${id}`]);
    expect(errorsOf(type, { ...data, [id]: '' })).toEqual([`/data/${id}`]);
  });
});

describe('how the friend came', () => {
  test('is never an error, because strangers write it', () => {
    const touched = {
      clickToken: 'x'.repeat(513),
      clickId: '',
      codes: [' ', 'x'.repeat(129), 'a\nb', ' ANNA ', 'anna', '\u202e'],
    };
    expect(noticeOf('order.paid', { ...order, ...touched })).toMatchObject({
      touches: { clickTokens: [], clickIds: [], codes: ['a\nb', 'anna', '\u202e'] },
    });
    expect(noticeOf('signup', { customer: { id: 'c' }, ...touched })).toMatchObject({
      touches: { clickTokens: [], clickIds: [] },
    });
  });

  test('holds at most 20 codes', () => {
    const codes = Array.from({ length: 400 }, (_, i) => `code-${i}`);
    expect(noticeOf('order.paid', { ...order, codes })).toMatchObject({ touches: { codes: codes.slice(0, 20) } });
  });

  test.each([['clickToken'], ['clickId'], ['codes']])('has a type all the same: %s', (field) => {
    for (const value of [7, null, true, {}, [7], field === 'codes' ? 'ANNA' : ['ANNA']]) {
      const pointers = errorsOf('order.paid', { ...order, [field]: value });
      expect(pointers, JSON.stringify(value)).toEqual([expect.stringContaining(`/data/${field}`)]);
    }
  });
});

describe('any event', () => {
  test('of an unknown type is nothing, whatever it carries', () => {
    for (const type of ['order.shipped', 'Signup', 'order.paid ', 'toString', '__proto__', 'x'.repeat(128)]) {
      expect(read({ type, data: [1], other: true })).toEqual({ outcome: 'read', type, notices: [] });
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
      codes: ['ok', 4],
      deliveryAddress: { lines: [], country: 'secret-4' },
    };
    const reading = read({ type: 'order.paid', data });
    expect(reading).toMatchObject({
      outcome: 'unusable',
      errors: expect.arrayContaining([{ pointer: '/data/orderId', detail: 'This field is required.' }]),
    });
    expect(errorsOf('order.paid', data).sort()).toEqual([
      '/data/codes/1',
      '/data/currency',
      '/data/customer/email',
      '/data/customer/id',
      '/data/deliveryAddress/country',
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
    expect(errorsOf('order.edited', { ...edit, editId: id })).toEqual(['/data/editId']);
    expect(errorsOf('order.disputed', { ...dispute, disputeId: id })).toEqual(['/data/disputeId']);
  });

  test('takes any printable id as it is', () => {
    for (const orderId of ['7', ' 7', 'gid://shop/Order/7', '\u6ce8\u6587\u{1f600}', 'x'.repeat(128)]) {
      expect(noticeOf('order.paid', { ...order, orderId })).toMatchObject({ externalId: orderId });
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

  test('tells a few errors of a body with many, and one of a body that is all errors', () => {
    expect(errorsOf('order.paid', { ...order, codes: Array(1000).fill(7) })).toHaveLength(20);
    expect(errorsOf('order.paid', { ...order, codes: Array(400_000).fill(7) })).toHaveLength(1);
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
      return reading.outcome === 'read' ? reading.notices.map(({ kind }) => kind).join() : reading;
    });
    expect(kinds).toEqual(['sign_up', 'order', 'edit', 'refund', 'cancellation', 'dispute']);
  });

  test('refuses what the reader refuses', () => {
    expect(documented({ type: 'order.paid', data: { ...order, subtotal: -1 } })).toBe(false);
    expect(documented({ type: 'order.paid', data: { ...order, total: 1 } })).toBe(false);
    expect(documented({ type: 'order.refunded', data: { ...refund, amount: 0 } })).toBe(false);
    expect(documented({ type: 'order.disputed', data: { ...dispute, stage: 'closed' } })).toBe(false);
    expect(documented({ type: 'order.paid', data: { ...order, deliveryAddress: {} } })).toBe(false);
    expect(documented({ type: 'signup', data: { customer: { id: 'a\u0000' } } })).toBe(false);
    expect(documented({ type: 'signup', data: {} })).toBe(false);
  });
});

import * as v from 'valibot';
import { isCurrency } from '../../../src/lib/money.ts';

/** What every notice has to be for the flows, whatever it was read from. */

const id = v.pipe(v.string(), v.minLength(1), v.maxLength(256));
const moment = v.nullable(v.pipe(v.number(), v.safeInteger()));
const amount = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const currency = v.pipe(v.string(), v.check(isCurrency));
const customer = v.strictObject({ id: v.nullable(id), email: v.nullable(v.string()) });
const texts = v.array(v.pipe(v.string(), v.minLength(1), v.maxLength(512)));
const touches = v.strictObject({ clickTokens: texts, clickIds: texts, codes: texts });
const amounts = { currency, subtotal: amount, tax: amount, shipping: amount };
const change = { orderExternalId: id, occurredAt: moment };

const address = v.strictObject({
  lines: v.array(v.string()),
  postalCode: v.nullable(v.string()),
  city: v.nullable(v.string()),
  country: v.nullable(v.pipe(v.string(), v.regex(/^[A-Z]{2}$/))),
});

const order = v.pipe(
  v.strictObject({
    kind: v.literal('order'),
    externalId: id,
    names: v.array(id),
    occurredAt: moment,
    customer,
    address: v.nullable(address),
    touches,
    ...amounts,
    test: v.boolean(),
  }),
  v.check(({ subtotal, tax, shipping }) => Number.isSafeInteger(subtotal + tax + shipping)),
);

export const noticeForm = v.variant('kind', [
  v.strictObject({
    kind: v.literal('sign_up'),
    externalId: v.nullable(id),
    occurredAt: moment,
    customer,
    touches,
    currency: v.nullable(currency),
    test: v.boolean(),
  }),
  order,
  v.strictObject({
    kind: v.literal('refund'),
    externalId: id,
    ...change,
    currency,
    amount,
    cumulative: v.boolean(),
  }),
  v.strictObject({ kind: v.literal('cancellation'), ...change }),
  v.strictObject({ kind: v.literal('edit'), externalId: id, ...change, ...amounts }),
  v.strictObject({
    kind: v.literal('dispute'),
    externalId: id,
    ...change,
    stage: v.picklist(['opened', 'won', 'lost']),
    currency,
    amount,
  }),
  v.strictObject({ kind: v.literal('order_name'), name: id, orderExternalId: id }),
  v.strictObject({
    kind: v.literal('privacy_request'),
    externalId: id,
    request: v.picklist(['export', 'erase', 'erase_store']),
    occurredAt: moment,
    customer,
  }),
]);

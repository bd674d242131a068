import * as v from 'valibot';
import { isCurrency } from '../../lib/money.ts';
import { Country } from '../country.ts';
import { normalEmail } from '../email.ts';
import { parseDateTime } from './rfc3339.ts';

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are named to be refused
const NO_CONTROLS = /^[^\u0000-\u001f\u007f-\u009f]*$/;

export function text(maxLength: number, description: string) {
  return v.pipe(
    v.string(),
    v.minLength(1, 'Must not be empty; leave the field out instead.'),
    v.maxLength(maxLength, `Must not be longer than ${maxLength} characters.`),
    v.regex(NO_CONTROLS, 'Must not contain control characters.'),
    v.description(description),
  );
}

function amount(minimum: number, description: string) {
  return v.pipe(
    v.number(),
    v.safeInteger('Must be an integer, in minor units of the currency.'),
    v.minValue(minimum, `Must be ${minimum} or more.`),
    v.description(description),
  );
}

function dateTime(description: string) {
  return v.pipe(
    v.string(),
    v.maxLength(64, 'Must not be longer than 64 characters.'),
    v.metadata({ format: 'date-time', description: `${description} RFC 3339 with an offset; default: on receipt.` }),
    v.rawTransform(({ dataset, addIssue, NEVER }) => {
      const at = parseDateTime(dataset.value);
      if (at !== null) return at;
      addIssue({ message: 'Must be an RFC 3339 date and time with an offset, such as 2026-03-01T12:00:00Z.' });
      return NEVER;
    }),
  );
}

const currency = v.pipe(
  v.string(),
  v.regex(/^[A-Z]{3}$/, 'Must be three capital letters.'),
  v.description('ISO 4217 code, in capitals.'),
  v.check(isCurrency, 'Must be a currency of ISO 4217.'),
);

const customer = v.pipe(
  v.strictObject({
    id: v.optional(text(128, "The store's own id of the customer.")),
    email: v.optional(
      v.pipe(
        v.string(),
        v.transform((address) => address.trim()),
        v.maxLength(254, 'Must not be longer than 254 characters.'),
        v.description('Only its keyed digest is kept.'),
        v.check((email) => normalEmail(email) !== null, 'Must be an e-mail address.'),
      ),
    ),
  }),
  v.description('The friend as the store knows them: an id, an e-mail address, or both.'),
  v.check(({ id, email }) => id !== undefined || email !== undefined, 'Must have an id or an email.'),
);

/** How the friend came, as far as the store saw it. Strangers write these: one that cannot be true costs the store no order. */
const touchFields = {
  clickToken: v.optional(
    v.pipe(v.string(), v.description('The `gw` parameter of the URL on which the friend landed, just as it came.')),
  ),
  clickId: v.optional(v.pipe(v.string(), v.description('The id of a click, where the store knows it.'))),
  codes: v.optional(
    v.pipe(
      v.array(v.string()),
      v.description(
        'Every code the friend gave, an advocate’s or a coupon’s, in any case. At most 20 codes of at most 128 characters are looked at.',
      ),
    ),
    [],
  ),
};

const deliveryAddress = v.pipe(
  v.strictObject({
    lines: v.pipe(v.array(v.string()), v.description('Street, number and what else stands above the city.')),
    postalCode: v.optional(v.string()),
    city: v.optional(v.string()),
    country: v.optional(Country),
  }),
  v.description(
    'Where the goods go. Only its keyed digest is kept, to tell when advocate and friend share an address.',
  ),
);

const test = v.optional(v.pipe(v.boolean(), v.description('Recorded, and never credited in a live store.')), false);

const orderId = text(128, "The store's own id of the order.");

function event<const Type extends string, Data extends v.GenericSchema>(
  type: Type,
  data: Data,
  example: v.InferInput<Data>,
) {
  return v.pipe(
    v.strictObject({
      type: v.literal(type),
      timestamp: v.optional(v.pipe(v.unknown(), v.description('Taken for the sake of Standard Webhooks, not read.'))),
      data,
    }),
    v.metadata({ title: type, examples: [{ type, data: example }] }),
  );
}

const signUp = event(
  'signup',
  v.strictObject({
    customer,
    signedUpAt: v.optional(dateTime('When the friend signed up.')),
    ...touchFields,
    currency: v.optional(currency),
    test,
  }),
  {
    customer: { id: 'c-1042', email: 'friend@example.com' },
    signedUpAt: '2026-03-01T12:00:00Z',
    codes: ['ANNA-10'],
    currency: 'EUR',
  },
);

const amounts = {
  currency,
  subtotal: amount(0, 'After discounts, without tax and shipping, in minor units: 1999 is 19.99 USD, or 1999 JPY.'),
  tax: v.optional(amount(0, 'In minor units.'), 0),
  shipping: v.optional(amount(0, 'In minor units.'), 0),
};

const TOO_LARGE = 'The subtotal, tax and shipping together must not exceed 9007199254740991.';

function isExact({ subtotal, tax, shipping }: { subtotal: number; tax: number; shipping: number }): boolean {
  return Number.isSafeInteger(subtotal + tax + shipping);
}

const orderPaid = event(
  'order.paid',
  v.pipe(
    v.strictObject({
      orderId,
      ...amounts,
      paidAt: v.optional(dateTime('When the order was paid.')),
      customer: v.optional(customer),
      deliveryAddress: v.optional(deliveryAddress),
      ...touchFields,
      test,
    }),
    v.check((order) => isExact(order), TOO_LARGE),
  ),
  {
    orderId: 'o-5001',
    currency: 'EUR',
    subtotal: 4990,
    tax: 948,
    shipping: 490,
    paidAt: '2026-03-01T13:30:00+01:00',
    customer: { id: 'c-1042', email: 'friend@example.com' },
    deliveryAddress: { lines: ['Lindenweg 7'], postalCode: '50667', city: 'Köln', country: 'DE' },
    codes: ['ANNA-10'],
  },
);

const orderEdited = event(
  'order.edited',
  v.pipe(
    v.strictObject({
      orderId,
      editId: text(128, "The store's own id of this state of the order, e.g. with its version; each is counted once."),
      ...amounts,
      editedAt: v.optional(dateTime('When the order was changed.')),
    }),
    v.check((order) => isExact(order), TOO_LARGE),
    v.description('What the whole order comes to now, all that was refunded taken off.'),
  ),
  {
    orderId: 'o-5001',
    editId: 'o-5001-v2',
    currency: 'EUR',
    subtotal: 2995,
    tax: 569,
    shipping: 490,
    editedAt: '2026-03-01T16:00:00Z',
  },
);

const orderRefunded = event(
  'order.refunded',
  v.strictObject({
    orderId,
    refundId: text(128, "The store's own id of the refund; each is counted once."),
    currency,
    amount: amount(
      1,
      'The money given back by this refund alone, not the sum of all refunds of the order; tax and shipping included, in minor units.',
    ),
    refundedAt: v.optional(dateTime('When the money was given back.')),
  }),
  { orderId: 'o-5001', refundId: 'r-77', currency: 'EUR', amount: 2495, refundedAt: '2026-03-08T09:00:00Z' },
);

const orderCancelled = event(
  'order.cancelled',
  v.strictObject({ orderId, cancelledAt: v.optional(dateTime('When the order was cancelled.')) }),
  { orderId: 'o-5001', cancelledAt: '2026-03-02T08:15:00Z' },
);

const orderDisputed = event(
  'order.disputed',
  v.strictObject({
    orderId,
    disputeId: text(128, "The store's own id of the dispute, the same in all its stages."),
    stage: v.pipe(
      v.picklist(['opened', 'won', 'lost']),
      v.description(
        'opened: the rewards of the order wait. won: the money stays with the store, and they go on. lost: the amount counts as refunded; in another currency than the order’s, the whole order does.',
      ),
    ),
    currency,
    amount: amount(1, 'The money that is disputed, tax and shipping included, in minor units.'),
    disputedAt: v.optional(dateTime('When the dispute came to this stage.')),
  }),
  {
    orderId: 'o-5001',
    disputeId: 'd-12',
    stage: 'opened',
    currency: 'EUR',
    amount: 6428,
    disputedAt: '2026-03-20T10:00:00Z',
  },
);

/** What own stores send, whatever the signature; each option carries an example for the document. */
export const neutralEvent = v.variant('type', [
  signUp,
  orderPaid,
  orderEdited,
  orderRefunded,
  orderCancelled,
  orderDisputed,
]);

export type NeutralEvent = v.InferOutput<typeof neutralEvent>;

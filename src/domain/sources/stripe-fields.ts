import * as v from 'valibot';
import type { Address, Customer } from '../notice.ts';
import { currencyCode, deliveryTo, optionalText } from './order-fields.ts';

/** 20 times what Stripe takes for one payment, and small enough for every sum of three in every currency. */
const MOST = 20_000_000_000_000;
const LAST_SECOND = 8_640_000_000_000;

/** What an order can be read without: a later version of the API may write it in another way, or leave it out. */
export function optional<Schema extends v.GenericSchema>(schema: Schema) {
  return v.fallback(v.nullish(schema, null), null);
}

export const stripeId = v.pipe(v.string(), v.minLength(1), v.maxLength(255));

/** Another object: by its id, or itself where it was expanded. */
export const reference = v.pipe(
  v.union([stripeId, v.looseObject({ id: stripeId })]),
  v.transform((other) => (typeof other === 'string' ? other : other.id)),
);

export const noReference = v.nullish(reference, null);

export const seconds = v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(LAST_SECOND));

/** In lower case at Stripe. */
export const currency = v.pipe(v.string(), v.toUpperCase(), currencyCode);

/** In Stripe's own minor units. */
export const amount = v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(MOST));

/** The total of an invoice is negative when it gives something back. */
export const balance = v.pipe(v.number(), v.safeInteger(), v.minValue(-MOST), v.maxValue(MOST));

/** After discounts. */
export const shippingCost = v.nullish(v.looseObject({ amount_total: amount, amount_tax: v.nullish(amount, 0) }), null);

export const metadata = optional(v.record(v.string(), v.unknown()));

export const shippingDetails = optional(
  v.looseObject({
    address: optional(
      v.looseObject({
        line1: optionalText,
        line2: optionalText,
        postal_code: optionalText,
        city: optionalText,
        country: optionalText,
      }),
    ),
  }),
);

/** Who buys: a Customer, or, where the store keeps both in one, an Account. */
export const buyer = {
  customer: optional(reference),
  customer_account: optional(reference),
  customer_email: optionalText,
};

type Buyer = { [Name in keyof typeof buyer]: v.InferOutput<(typeof buyer)[Name]> };

export function customerOf(
  { customer, customer_account, customer_email }: Buyer,
  email: string | null = null,
): Customer {
  return { id: customer ?? customer_account, email: email ?? customer_email };
}

export function addressOf(details: v.InferOutput<typeof shippingDetails>): Address | null {
  const address = details?.address ?? null;
  if (address === null) return null;
  const { line1, line2, postal_code: postalCode, city, country } = address;
  return deliveryTo([line1, line2], { postalCode, city, country });
}

import * as v from 'valibot';
import type { OrderNameNotice } from '../notice.ts';
import {
  addressOf,
  balance,
  buyer,
  currency,
  customerOf,
  metadata,
  noReference,
  optional,
  reference,
  shippingCost,
  shippingDetails,
  stripeId,
} from './stripe-fields.ts';
import { amountsOf } from './stripe-money.ts';
import { NOTHING, reader, told } from './stripe-reader.ts';
import { codesIn, discounts, oneDiscount, promotionCodesIn } from './stripe-touches.ts';
import { touches, touchesInFields } from './touches.ts';

/** Of the invoices that Stripe makes at a checkout. */
const AT_CHECKOUT = new Set<string | null>(['subscription_create', 'manual']);

const taxes = v.nullish(v.array(v.looseObject({ amount: balance })), null);
const details = optional(v.looseObject({ metadata }));

const invoice = v.looseObject({
  ...buyer,
  id: stripeId,
  billing_reason: optional(v.string()),
  currency,
  total: balance,
  total_excluding_tax: v.nullish(balance, null),
  total_taxes: taxes,
  /** Until 2025-03-31. */
  total_tax_amounts: taxes,
  shipping_cost: shippingCost,
  /** Until 2025-03-31; since then it is `invoice_payment.paid` that tells by what it was paid. */
  payment_intent: noReference,
  charge: noReference,
  shipping_details: shippingDetails,
  customer_shipping: shippingDetails,
  metadata,
  parent: optional(v.looseObject({ subscription_details: details })),
  /** Until 2025-03-31. */
  subscription_details: details,
  /** The lines of a subscription show its metadata, on invoices from before June 2023 nothing else does. */
  lines: optional(v.looseObject({ data: optional(v.array(details)) })),
  discount: oneDiscount,
  discounts,
  test_clock: optional(reference),
});

type Invoice = v.InferOutput<typeof invoice>;

export const readInvoice = reader(invoice, ({ object, createdAt, test }, { config, codes }) => {
  const { id, total, billing_reason, shipping_cost } = object;
  const names = [object.payment_intent, object.charge].filter((name) => name !== null);
  if (config.checkout && AT_CHECKOUT.has(billing_reason)) return told(...names.map((name) => named(name, id)));
  // The first of a trial, and what gives back more than it takes.
  if (total <= 0) return NOTHING;
  const given = [object.discount, ...(object.discounts ?? [])];
  const shipping = (shipping_cost?.amount_total ?? 0) - (shipping_cost?.amount_tax ?? 0);
  return {
    notices: [
      {
        kind: 'order',
        externalId: id,
        names,
        // A test clock runs ahead of every other.
        occurredAt: object.test_clock === null ? createdAt : null,
        customer: customerOf(object),
        address: addressOf(object.shipping_details ?? object.customer_shipping),
        touches: touches([...fieldsOf(object).map(touchesInFields), { codes: [...codes, ...codesIn(given)] }]),
        ...amountsOf(object.currency, { total, tax: taxOf(object), shipping }),
        test,
      },
    ],
    promotionCodes: promotionCodesIn(given),
  };
});

const payment = v.looseObject({
  invoice: reference,
  payment: optional(v.looseObject({ payment_intent: noReference, charge: noReference })),
});

/** Refunds and disputes speak of the payment, and since 2025-03-31 nothing else says of which invoice it was. */
export const readInvoicePayment = reader(payment, ({ object: { invoice, payment } }) => {
  const name = payment?.payment_intent ?? payment?.charge ?? null;
  return name === null ? NOTHING : told(named(name, invoice));
});

export function named(name: string, orderExternalId: string): OrderNameNotice {
  return { kind: 'order_name', name, orderExternalId };
}

function taxOf({ total, total_excluding_tax, total_taxes, total_tax_amounts }: Invoice): number {
  if (total_excluding_tax !== null) return total - total_excluding_tax;
  return (total_taxes ?? total_tax_amounts ?? []).reduce((sum, { amount }) => sum + amount, 0);
}

function fieldsOf({ metadata, parent, subscription_details, lines }: Invoice) {
  const all = [metadata, parent?.subscription_details?.metadata, subscription_details?.metadata];
  const ofLines = (lines?.data ?? []).map((line) => line?.metadata);
  return [...all, ...ofLines].map((fields) => Object.entries(fields ?? {}));
}

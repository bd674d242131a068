import * as v from 'valibot';
import type { Touches } from '../notice.ts';
import { optionalText } from './order-fields.ts';
import {
  addressOf,
  amount,
  buyer,
  currency,
  customerOf,
  metadata,
  noReference,
  optional,
  seconds,
  shippingCost,
  shippingDetails,
  stripeId,
} from './stripe-fields.ts';
import { amountsOf } from './stripe-money.ts';
import { type Context, NOTHING, type Reader, reader, told } from './stripe-reader.ts';
import {
  codesIn,
  customFields,
  discounts,
  oneDiscount,
  promotionCodesIn,
  touchesInCustomFields,
  touchesInReference,
} from './stripe-touches.ts';
import { touches, touchesInFields } from './touches.ts';

const state = v.looseObject({
  data: v.looseObject({
    object: v.looseObject({
      mode: optional(v.string()),
      payment_status: v.string(),
      amount_total: v.optional(v.unknown()),
    }),
  }),
});

/** What both a sale and the beginning of a trial have. */
const visit = {
  ...buyer,
  customer_details: optional(v.looseObject({ email: optionalText })),
  client_reference_id: optionalText,
  metadata,
  custom_fields: customFields,
  discounts,
};

const totals = v.looseObject({
  amount_tax: v.nullish(amount, 0),
  amount_shipping: v.nullish(amount, 0),
  breakdown: optional(v.looseObject({ discounts: optional(v.array(v.looseObject({ discount: oneDiscount }))) })),
});

const sale = v.looseObject({
  ...visit,
  id: stripeId,
  invoice: noReference,
  payment_intent: noReference,
  currency,
  created: optional(seconds),
  amount_total: amount,
  total_details: v.nullish(totals, null),
  shipping_cost: shippingCost,
  /** Since 2025-03-31. */
  collected_information: optional(v.looseObject({ shipping_details: shippingDetails })),
  shipping_details: shippingDetails,
  /** Before 2022-08-01. */
  shipping: shippingDetails,
});

const trial = v.looseObject({ ...visit, currency: optional(currency) });

/** A checkout is over, or what was paid by it has come in. */
export const readSession: Reader = (json, context) => {
  const { success, output, issues } = v.safeParse(state, json);
  if (!success) return { issues };
  const { mode, payment_status: status, amount_total: total } = output.data.object;
  if (mode === 'setup' || status === 'unpaid') return NOTHING;
  if (mode === 'subscription' && (status === 'no_payment_required' || total === 0)) return readTrial(json, context);
  return status === 'paid' || total === 0 ? readSale(json, context) : NOTHING;
};

const PAID_LATER = 'checkout.session.async_payment_succeeded';

const readSale = reader(sale, ({ object: session, type, createdAt, test }, context) => {
  const { total_details, shipping_cost, collected_information } = session;
  const [externalId = session.id, ...names] = [session.invoice, session.payment_intent, session.id].filter(
    (id) => id !== null,
  );
  const tax = total_details?.amount_tax ?? 0;
  const shipping =
    shipping_cost === null
      ? (total_details?.amount_shipping ?? 0)
      : shipping_cost.amount_total - shipping_cost.amount_tax;
  const breakdown = total_details?.breakdown?.discounts ?? [];
  const given = [...(session.discounts ?? []), ...breakdown.map(({ discount }) => discount)];
  return {
    notices: [
      {
        kind: 'order',
        externalId,
        names: [...new Set(names)],
        occurredAt: type === PAID_LATER ? begunAt(session, createdAt) : createdAt,
        customer: customerOf(session, session.customer_details?.email),
        address: addressOf(collected_information?.shipping_details ?? session.shipping_details ?? session.shipping),
        touches: touchesOf(session, codesIn(given), context),
        ...amountsOf(session.currency, { total: session.amount_total, tax, shipping }),
        test,
      },
    ],
    promotionCodes: promotionCodesIn(given),
  };
});

/** A bank may take days over the payment, and the window of a touch ends with the purchase. A test clock runs ahead of the event. */
function begunAt({ created }: v.InferOutput<typeof sale>, createdAt: number): number {
  return created === null ? createdAt : Math.min(created * 1000, createdAt);
}

/** Nothing is paid yet, but the touch is told here and never again: whoever starts a trial has signed up. */
const readTrial = reader(trial, ({ object: session, createdAt, test }, context) => {
  const customer = customerOf(session, session.customer_details?.email);
  if (customer.id === null && customer.email === null) return NOTHING;
  const given = session.discounts ?? [];
  const { currency } = session;
  const found = touchesOf(session, codesIn(given), context);
  return {
    ...told({ kind: 'sign_up', externalId: null, occurredAt: createdAt, customer, touches: found, currency, test }),
    promotionCodes: promotionCodesIn(given),
  };
});

type Visit = Pick<v.InferOutput<typeof trial>, 'client_reference_id' | 'metadata' | 'custom_fields'>;

function touchesOf(session: Visit, codes: string[], context: Context): Touches {
  return touches([
    touchesInFields(Object.entries(session.metadata ?? {})),
    touchesInReference(session.client_reference_id),
    { codes: [...context.codes, ...codes] },
    touchesInCustomFields(session.custom_fields),
  ]);
}

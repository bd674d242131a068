import * as v from 'valibot';
import type { CancellationNotice, EditNotice, OrderNotice, Touches } from '../notice.ts';
import { codesIn, customerId, deliveryTo, optionalText, ownFields, recordId, TOO_LARGE } from './order-fields.ts';
import { parseDateTime } from './rfc3339.ts';
import type { Delivery } from './shopify-delivery.ts';
import { moment } from './shopify-fields.ts';
import { isEdited, type Purchase, prices, remainingOf } from './shopify-purchase.ts';
import { resource } from './shopify-resource.ts';
import { touches, touchesInFields, touchesInUrl } from './touches.ts';

/** What strangers can write is looked at, never insisted on. */
const strangers = v.optional(v.unknown());

const schema = v.looseObject({
  ...prices.entries,
  id: recordId,
  financial_status: optionalText,
  cancelled_at: optionalText,
  processed_at: moment,
  created_at: moment,
  updated_at: moment,
  test: v.nullish(v.boolean(), false),
  email: optionalText,
  contact_email: optionalText,
  customer: v.nullish(v.looseObject({ id: customerId, email: optionalText }), null),
  shipping_address: v.nullish(
    v.looseObject({
      address1: optionalText,
      address2: optionalText,
      zip: optionalText,
      city: optionalText,
      country_code: optionalText,
    }),
    null,
  ),
  discount_codes: strangers,
  discount_applications: strangers,
  note_attributes: strangers,
  landing_site: optionalText,
});

type Order = v.InferOutput<typeof schema>;

/** Paid in full at some time. What was authorized, part-paid or voided earns nothing, so there is nothing to undo either. */
const ONCE_PAID = new Set(['paid', 'partially_refunded', 'refunded']);

/**
 * The order speaks for itself under each of its topics, because they are not signed: paid, it is an order; changed, an edit as
 * well; cancelled, a cancellation. While it is paid nothing was refunded: what remains of it is what it was paid for.
 */
export const readOrder = resource('Order', schema, (order, { test }) => {
  if (!ONCE_PAID.has(order.financial_status ?? '')) return [];
  if (order.cancelled_at !== null) return [cancellationOf(order)];
  const remaining = remainingOf(order);
  if (remaining === null) return TOO_LARGE;
  return [
    ...(order.financial_status === 'paid' ? [orderOf(order, remaining, test)] : []),
    ...(isEdited(order) ? [editOf(order, remaining)] : []),
  ];
});

export const readCancelledOrder = resource('Order', schema, (order) =>
  order.cancelled_at === null ? [] : [cancellationOf(order)],
);

function cancellationOf({ id, cancelled_at }: Order): CancellationNotice {
  return { kind: 'cancellation', orderExternalId: id, occurredAt: parseDateTime(cancelled_at ?? '') };
}

function orderOf(order: Order, paid: Purchase, test: Delivery['test']): OrderNotice {
  const { customer, shipping_address: to } = order;
  return {
    kind: 'order',
    externalId: order.id,
    names: [],
    occurredAt: order.processed_at ?? order.created_at,
    customer: { id: customer?.id ?? null, email: order.email ?? order.contact_email ?? customer?.email ?? null },
    address:
      to && deliveryTo([to.address1, to.address2], { postalCode: to.zip, city: to.city, country: to.country_code }),
    touches: touchesOf(order),
    currency: order.currency,
    ...paid,
    test: order.test || test,
  };
}

/** Named by what it leaves: Shopify tells of an order again for every tag, and the same remainder is no news. */
function editOf({ id, updated_at, currency }: Order, remaining: Purchase): EditNotice {
  const { subtotal, tax, shipping } = remaining;
  return {
    kind: 'edit',
    externalId: `${id}/${subtotal}/${tax}/${shipping}`,
    orderExternalId: id,
    occurredAt: updated_at,
    currency,
    ...remaining,
  };
}

function touchesOf({ discount_codes, discount_applications, note_attributes, landing_site }: Order): Touches {
  const titles = ownFields(discount_applications, 'title').flatMap(([title]) =>
    typeof title === 'string' ? title : [],
  );
  return touches([
    codesIn(discount_codes),
    codesIn(discount_applications),
    { codes: titles },
    touchesInFields(ownFields(note_attributes, 'name')),
    touchesInUrl(landing_site),
  ]);
}

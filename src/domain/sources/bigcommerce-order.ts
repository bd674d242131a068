import * as v from 'valibot';
import { type Decimal, minus, sumOf } from '../../lib/decimal.ts';
import type { Address, DisputeNotice, Notice, OrderNotice } from '../notice.ts';
import { changesOf, type SoldOrder } from './after-payment.ts';
import { rfc2822, touchesInText } from './bigcommerce-fields.ts';
import {
  amount,
  codesIn,
  currencyCode,
  customerId,
  deliveryTo,
  inMinorUnits,
  optionalText,
  ownFields,
  recordId,
} from './order-fields.ts';
import { parseDateTime } from './rfc3339.ts';
import { touches, touchesInFields } from './touches.ts';

/** The event that names an order. */
export interface OrderEvent {
  type: string;
  id: string;
  /** The order may have been edited. */
  edited: boolean;
  /** What the order's status was before; null where the event is of something else. */
  previousStatus: number | null;
}

/** https://developer.bigcommerce.com/docs/rest-management/orders/order-status */
const REFUNDED = 4;
const DISPUTED = 13;
const PAID = new Set([2, 3, 8, 9, 10, 11, DISPUTED, 14]);
const CANCELLED = new Set([5, 6]);

/** In spite of a status that says so, the money is not there yet, or will never be. */
const NOT_YET = new Set(['authorized', 'declined', 'held for review', 'pending', 'void', 'void pending']);
const TAKEN = new Set(['captured', 'capture pending', 'paid', 'partially refunded', 'refunded']);

export const orderState = v.looseObject({ status_id: v.number(), payment_status: optionalText, cart_id: optionalText });

type State = v.InferOutput<typeof orderState>;

/** Money taken outside of BigCommerce has no payment status: there the order's own status is the word of the merchant. */
export function isCredited(order: State): boolean {
  return PAID.has(order.status_id) && !NOT_YET.has(paymentOf(order));
}

/** It was paid once, and nothing is left of it. Orders that nobody ever paid are cancelled every day. */
export function isOver(order: State, { previousStatus }: OrderEvent): boolean {
  if (order.status_id === REFUNDED) return true;
  return CANCELLED.has(order.status_id) && (TAKEN.has(paymentOf(order)) || PAID.has(previousStatus ?? 0));
}

/** A dispute is a status of the order. Lost, the order is refunded or cancelled; whatever else comes after it, it is won. */
export function isDisputeWon({ status_id }: State, { previousStatus }: OrderEvent): boolean {
  return previousStatus === DISPUTED && status_id !== DISPUTED && status_id !== REFUNDED && !CANCELLED.has(status_id);
}

function paymentOf({ payment_status }: State): string {
  return payment_status?.toLowerCase() ?? '';
}

const consignment = v.looseObject({
  street_1: optionalText,
  street_2: optionalText,
  city: optionalText,
  zip: optionalText,
  country_iso2: optionalText,
  form_fields: v.optional(v.unknown()),
});

const refund = v.looseObject({
  id: recordId,
  created: optionalText,
  total_amount: amount,
  payments: v.nullish(v.array(v.looseObject({ amount, is_declined: v.fallback(v.nullable(v.boolean()), null) })), []),
});

/** An order with all that was looked up of it. */
export const account = v.object({
  order: v.looseObject({
    ...orderState.entries,
    date_created: rfc2822,
    date_modified: rfc2822,
    default_currency_code: currencyCode,
    total_ex_tax: amount,
    total_tax: amount,
    shipping_cost_ex_tax: amount,
    handling_cost_ex_tax: amount,
    customer_id: customerId,
    billing_address: v.fallback(v.looseObject({ email: optionalText, form_fields: v.optional(v.unknown()) }), {
      email: null,
    }),
    consignments: v.fallback(v.looseObject({ shipping: v.array(consignment) }), { shipping: [] }),
    payment_method: optionalText,
    customer_message: optionalText,
    staff_notes: optionalText,
  }),
  refunds: v.pipe(
    v.nullish(v.union([v.looseObject({ data: v.array(refund) }), v.array(refund)]), []),
    v.transform((found) => (Array.isArray(found) ? found : found.data)),
  ),
  coupons: v.optional(v.unknown()),
  metafields: v.fallback(v.looseObject({ data: v.unknown() }), { data: [] }),
});

type Account = v.InferOutput<typeof account>;
type Order = Account['order'];

/** null when an amount is too large. */
export function noticesOfOrder(found: Account, event: OrderEvent): Notice[] | null {
  const { order } = found;
  const sold = soldOrder(order, event.id);
  const refunds = refundsIn(found);
  if (sold === null || refunds === null) return null;
  const credited = isCredited(order);
  const changes = changesOf(sold, {
    refunds,
    refundedWhole: order.status_id === REFUNDED,
    cancelled: CANCELLED.has(order.status_id),
    edited: credited && event.edited,
    changedAt: order.date_modified,
  });
  const bought = credited ? [orderNotice(found, sold)] : [];
  return [...bought, ...changes, ...disputeOf(order, sold, event)];
}

function orderNotice({ order, coupons, metafields }: Account, sold: SoldOrder): OrderNotice {
  const [delivery] = order.consignments.shipping;
  const forms = [order.billing_address, ...order.consignments.shipping].map((part) =>
    ownFields(part.form_fields, 'name'),
  );
  return {
    kind: 'order',
    ...sold,
    names: [],
    occurredAt: order.date_created,
    customer: { id: order.customer_id, email: order.billing_address.email },
    address: delivery === undefined ? null : addressOf(delivery),
    touches: touches([
      codesIn(coupons),
      touchesInFields(ownFields(metafields.data, 'key')),
      ...forms.map(touchesInFields),
      touchesInText(order.customer_message),
      touchesInText(order.staff_notes),
    ]),
    test: order.payment_method === 'Test Payment Gateway',
  };
}

/**
 * In the currency that the shopper paid in. The goods are what the total leaves: the discounts beside them are with or
 * without tax as the shop enters its prices. Gift certificates and store credit pay, and do not lessen the total.
 */
function soldOrder(order: Order, externalId: string): SoldOrder | null {
  const currency = order.default_currency_code;
  const delivery = sumOf([order.shipping_cost_ex_tax, order.handling_cost_ex_tax]);
  const subtotal = inMinorUnits(minus(order.total_ex_tax, delivery), currency);
  const shipping = inMinorUnits(delivery, currency);
  const tax = inMinorUnits(order.total_tax, currency);
  if (subtotal === null || tax === null || shipping === null) return null;
  const isExact = Number.isSafeInteger(subtotal + tax + shipping);
  return isExact ? { externalId, currency, subtotal, tax, shipping } : null;
}

/** Without those whose every payment the bank declined: they are made again under another id. */
function refundsIn({ order, refunds }: Account) {
  const found = [];
  for (const { id, created, total_amount, payments } of refunds) {
    const given = payments.filter(({ is_declined }) => is_declined !== true);
    if (payments.length > 0 && given.length === 0) continue;
    const money: Decimal = payments.length === 0 ? total_amount : sumOf(given.map((payment) => payment.amount));
    const amount = inMinorUnits(money, order.default_currency_code);
    if (amount === null) return null;
    found.push({ id, amount, occurredAt: created === null ? null : parseDateTime(created) });
  }
  return found;
}

/** Nothing says when it began: a second dispute of an order cannot be told from the first. */
function disputeOf(order: Order, sold: SoldOrder, event: OrderEvent): DisputeNotice[] {
  const isOpen = order.status_id === DISPUTED && isCredited(order);
  if (!isOpen && !isDisputeWon(order, event)) return [];
  const { externalId, currency, subtotal, tax, shipping } = sold;
  return [
    {
      kind: 'dispute',
      externalId: `${externalId}:dispute`,
      orderExternalId: externalId,
      occurredAt: order.date_modified,
      stage: isOpen ? 'opened' : 'won',
      currency,
      amount: subtotal + tax + shipping,
    },
  ];
}

function addressOf({ street_1, street_2, zip, city, country_iso2 }: v.InferOutput<typeof consignment>): Address | null {
  return deliveryTo([street_1, street_2], { postalCode: zip, city, country: country_iso2 });
}

import * as v from 'valibot';
import { sumOf } from '../../lib/decimal.ts';
import type { Address, Notice, OrderNotice } from '../notice.ts';
import { changesOf, type SoldOrder } from './after-payment.ts';
import {
  amount,
  codesIn,
  currencyCode,
  customerId,
  deliveryTo,
  inMinorUnits,
  optionalText,
  recordId,
} from './order-fields.ts';
import { touches } from './touches.ts';
import { gmt, touchesInMeta } from './woocommerce-fields.ts';

const state = { status: v.string(), date_paid_gmt: gmt };

export const orderState = v.looseObject(state);

/** Goods and fees before tax and after discounts; `price` beside them is a float, and the discounts of no use. */
const lines = v.nullish(v.array(v.looseObject({ total: amount })), []);

const NOWHERE = { address_1: null, address_2: null, city: null, postcode: null, country: null };

/** https://developer.woocommerce.com/docs/apis/rest-api/resources-endpoints/orders/, the REST API's version 3. */
export const order = v.looseObject({
  ...state,
  id: recordId,
  currency: currencyCode,
  date_created_gmt: gmt,
  date_modified_gmt: gmt,
  line_items: lines,
  fee_lines: lines,
  total_tax: amount,
  shipping_total: amount,
  refunds: v.nullish(v.array(v.looseObject({ id: recordId, total: amount })), []),
  customer_id: customerId,
  billing: v.fallback(v.looseObject({ email: optionalText }), { email: null }),
  shipping: v.fallback(
    v.looseObject({
      address_1: optionalText,
      address_2: optionalText,
      city: optionalText,
      postcode: optionalText,
      country: optionalText,
    }),
    NOWHERE,
  ),
  coupon_lines: v.optional(v.unknown()),
  meta_data: v.optional(v.unknown()),
});

type Order = v.InferOutput<typeof order>;

const CREDITED = new Set(['processing', 'completed']);
/** A payment that failed after the order was paid: the bank or a dispute took it back. */
const CANCELLED = new Set(['cancelled', 'failed']);

/** Saves that belong to the payment itself come within moments of it. */
const SETTLING = 60_000;

/** The date stays on an order that is cancelled or refunded later. */
export function isPaid({ date_paid_gmt }: v.InferOutput<typeof orderState>): boolean {
  return date_paid_gmt !== null;
}

/** Of a paid order; null when an amount is too large. */
export function noticesOfOrder(order: Order): Notice[] | null {
  const sold = soldOrder(order);
  const refunds = refundsIn(order);
  if (sold === null || refunds === null) return null;
  const credited = CREDITED.has(order.status);
  const { date_modified_gmt: changedAt, date_paid_gmt: paidAt } = order;
  const changes = changesOf(sold, {
    refunds,
    refundedWhole: order.status === 'refunded',
    cancelled: CANCELLED.has(order.status),
    // In any other status somebody may be in the middle of editing.
    edited: credited && (changedAt ?? 0) > (paidAt ?? 0) + SETTLING,
    changedAt,
  });
  return credited ? [orderNotice(order, sold), ...changes] : changes;
}

function orderNotice(order: Order, sold: SoldOrder): OrderNotice {
  return {
    kind: 'order',
    ...sold,
    names: [],
    // The window of a touch ends with the purchase: a bank may take days over the payment.
    occurredAt: order.date_created_gmt ?? order.date_paid_gmt,
    customer: { id: order.customer_id, email: order.billing.email },
    address: addressOf(order.shipping),
    touches: touches([codesIn(order.coupon_lines), ...touchesInMeta(order.meta_data)]),
    test: false,
  };
}

function soldOrder(order: Order): SoldOrder | null {
  const { id, currency, line_items, fee_lines } = order;
  // A discount may be a fee below nothing; a gift card may be taken off `total` alone, though it is money that pays.
  const goods = sumOf([...line_items, ...fee_lines].map(({ total }) => total));
  const subtotal = inMinorUnits(goods, currency);
  const tax = inMinorUnits(order.total_tax, currency);
  const shipping = inMinorUnits(order.shipping_total, currency);
  if (subtotal === null || tax === null || shipping === null) return null;
  const isExact = Number.isSafeInteger(subtotal + tax + shipping);
  return isExact ? { externalId: id, currency, subtotal, tax, shipping } : null;
}

/** Written as what they change: `-10.00`. */
function refundsIn({ refunds, currency }: Order) {
  const found = [];
  for (const { id, total } of refunds) {
    const amount = inMinorUnits({ ...total, digits: total.digits < 0n ? -total.digits : total.digits }, currency);
    if (amount === null) return null;
    found.push({ id, amount, occurredAt: null });
  }
  return found;
}

function addressOf({ address_1, address_2, city, postcode, country }: Order['shipping']): Address | null {
  return deliveryTo([address_1, address_2], { postalCode: postcode, city, country });
}

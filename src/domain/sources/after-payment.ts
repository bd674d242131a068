import { proportionOf } from '../../lib/money.ts';
import type { CancellationNotice, EditNotice, OrderChangeNotice, RefundNotice } from '../notice.ts';

/** An order as it was sold, by the platform's latest account of it. */
export interface SoldOrder {
  externalId: string;
  currency: string;
  subtotal: number;
  tax: number;
  shipping: number;
}

export interface Afterwards {
  /** All that the platform lists. */
  refunds: { id: string; amount: number; occurredAt: number | null }[];
  /** The platform says that the whole order is refunded, whatever it lists. */
  refundedWhole: boolean;
  cancelled: boolean;
  /** The order may have been edited since it was paid. */
  edited: boolean;
  /** When it was last changed. */
  changedAt: number | null;
}

/**
 * What has become of an order, for platforms that tell the whole of it each time and never what is new. Every notice is
 * named by what it says: told again, it is a repeat.
 */
export function changesOf(order: SoldOrder, after: Afterwards): OrderChangeNotice[] {
  const refunds = refundsOf(order, after);
  return [
    ...refunds,
    ...(after.edited ? [editOf(order, sum(refunds), after.changedAt)] : []),
    ...(after.cancelled ? [cancellationOf(order, after.changedAt)] : []),
  ];
}

function refundsOf(
  { externalId, currency, subtotal, tax, shipping }: SoldOrder,
  { refunds, refundedWhole, changedAt }: Afterwards,
): RefundNotice[] {
  const about = { kind: 'refund', orderExternalId: externalId, currency, cumulative: false } as const;
  const listed = refunds.map(({ id, amount, occurredAt }) => ({ ...about, externalId: id, amount, occurredAt }));
  const rest = subtotal + tax + shipping - sum(listed);
  return refundedWhole && rest > 0
    ? [...listed, { ...about, externalId: `${externalId}:rest`, amount: rest, occurredAt: changedAt }]
    : listed;
}

/** Refunds are of the goods, the shipping and the tax alike. */
function editOf(order: SoldOrder, refunded: number, occurredAt: number | null): EditNotice {
  const { externalId, currency } = order;
  const total = order.subtotal + order.tax + order.shipping;
  const gone = Math.min(refunded, total);
  const [subtotal = 0, tax = 0, shipping = 0] = [order.subtotal, order.tax, order.shipping].map(
    (amount) => amount - proportionOf(amount, gone, total),
  );
  return {
    kind: 'edit',
    externalId: `${externalId}:${subtotal}:${tax}:${shipping}`,
    orderExternalId: externalId,
    occurredAt,
    currency,
    subtotal,
    tax,
    shipping,
  };
}

function cancellationOf({ externalId }: SoldOrder, occurredAt: number | null): CancellationNotice {
  return { kind: 'cancellation', orderExternalId: externalId, occurredAt };
}

function sum(refunds: { amount: number }[]): number {
  return refunds.reduce((total, { amount }) => total + amount, 0);
}

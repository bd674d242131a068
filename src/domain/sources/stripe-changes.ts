import * as v from 'valibot';
import type { DisputeNotice } from '../notice.ts';
import { amount, currency, noReference, reference, stripeId } from './stripe-fields.ts';
import { named } from './stripe-invoices.ts';
import { minorUnits } from './stripe-money.ts';
import { NOTHING, reader, told } from './stripe-reader.ts';

const charge = v.looseObject({
  id: stripeId,
  currency,
  amount_refunded: amount,
  payment_intent: noReference,
  /** Until 2025-03-31. */
  invoice: noReference,
});

export const readRefund = reader(charge, ({ object, createdAt }) => {
  const { id, payment_intent, invoice, currency } = object;
  const names = payment_intent !== null && invoice !== null ? [named(payment_intent, invoice)] : [];
  return told(...names, {
    kind: 'refund',
    // All refunds of one charge: an invoice may be paid by several.
    externalId: id,
    orderExternalId: payment_intent ?? invoice ?? id,
    occurredAt: createdAt,
    currency,
    amount: minorUnits(currency, object.amount_refunded),
    cumulative: true,
  });
});

const dispute = v.looseObject({
  id: stripeId,
  status: v.string(),
  currency,
  amount,
  charge: reference,
  payment_intent: noReference,
});

/**
 * Inquiries (`warning_*`) take no money and are not here; one that becomes a chargeback withdraws it, which is told. A
 * prevented dispute gave the money back without one. Old versions say `charge_refunded`: the refund tells the rest.
 */
const STAGES = new Map<string, DisputeNotice['stage']>([
  ['needs_response', 'opened'],
  ['under_review', 'opened'],
  ['appeal_needs_response', 'opened'],
  ['appeal_under_review', 'opened'],
  ['won', 'won'],
  ['charge_refunded', 'won'],
  ['lost', 'lost'],
  ['prevented', 'lost'],
]);

/** Some ways of paying lose a dispute as it is made: its status says more than the type of the event. */
export const readDispute = reader(dispute, ({ object, createdAt }) => {
  const stage = STAGES.get(object.status);
  if (stage === undefined) return NOTHING;
  const { id, currency, charge, payment_intent } = object;
  return told({
    kind: 'dispute',
    externalId: id,
    orderExternalId: payment_intent ?? charge,
    occurredAt: createdAt,
    stage,
    currency,
    amount: minorUnits(currency, object.amount),
  });
});

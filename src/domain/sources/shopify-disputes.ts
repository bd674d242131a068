import * as v from 'valibot';
import type { DisputeNotice } from '../notice.ts';
import { amount, currencyCode, inMinorUnits, optionalText, recordId, TOO_LARGE } from './order-fields.ts';
import { moment } from './shopify-fields.ts';
import { resource } from './shopify-resource.ts';

const schema = v.looseObject({
  id: recordId,
  order_id: v.nullish(recordId, null),
  type: optionalText,
  status: optionalText,
  amount,
  currency: currencyCode,
  initiated_at: moment,
  finalized_on: moment,
});

/** A dispute is prevented by giving the money back, without a refund. */
const STAGES = new Map<string | null, DisputeNotice['stage']>([
  ['needs_response', 'opened'],
  ['under_review', 'opened'],
  ['won', 'won'],
  ['charge_refunded', 'won'],
  ['lost', 'lost'],
  ['accepted', 'lost'],
  ['prevented', 'lost'],
]);

export const readDispute = resource(null, schema, (dispute) => {
  const stage = stageOf(dispute);
  if (stage === undefined || dispute.order_id === null) return [];
  const disputed = inMinorUnits(dispute.amount, dispute.currency);
  if (disputed === null) return TOO_LARGE;
  return [
    {
      kind: 'dispute',
      externalId: dispute.id,
      orderExternalId: dispute.order_id,
      occurredAt: stage === 'opened' ? dispute.initiated_at : dispute.finalized_on,
      stage,
      currency: dispute.currency,
      amount: disputed,
    },
  ];
});

/** An inquiry takes no money. A shop that accepts one refunds it, which is told as a refund and must not count twice. */
function stageOf({ type, status }: v.InferOutput<typeof schema>): DisputeNotice['stage'] | undefined {
  const stage = STAGES.get(status);
  return type === 'inquiry' && stage === 'lost' ? 'won' : stage;
}

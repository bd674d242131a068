import type { Context } from '../context.ts';
import { commit, untilCommitted } from '../db/client.ts';
import { type ReversalKey, reversalFacts } from '../db/reversal-facts.ts';
import { insertReversal } from '../db/reversal-statements.ts';
import type { CallbackAnswer, VerifiedCallback } from '../domain/callback.ts';
import { momentOf } from '../domain/moment.ts';
import type { CancellationNotice, RefundNotice } from '../domain/notice.ts';
import { reverseFor } from '../domain/rewards/reversal.ts';
import { Refusal } from '../lib/refusal.ts';

type Reversible = VerifiedCallback & { notice: RefundNotice | CancellationNotice };

/** An order was refunded or cancelled: take back what it no longer earns, in any state; or park it until the order arrives. */
export async function reverseConversion(context: Context, callback: Reversible): Promise<CallbackAnswer> {
  const { db, newId } = context;
  const { source, notice, messageId, receivedAt } = callback;
  const externalId = notice.kind === 'refund' ? notice.externalId : notice.orderExternalId;
  const about = { storeId: source.storeId, sourceId: source.id, account: source.account, messageId };
  const key: ReversalKey = { ...about, orderExternalId: notice.orderExternalId, kind: notice.kind, externalId };
  const money =
    notice.kind === 'refund' ? { amount: notice.amount, currency: notice.currency } : { amount: 0, currency: null };
  const change = { kind: notice.kind, externalId, ...money, occurredAt: momentOf(notice.occurredAt, receivedAt) };
  return untilCommitted(async () => {
    const facts = await reversalFacts(db, key);
    const { order } = facts;
    const conversionId = order?.conversionId ?? null;
    if (facts.seen) return { status: 'duplicate', reason: null, conversionId };
    if (order !== null && change.currency !== null && change.currency !== order.currency)
      throw wrongCurrency(order.currency);
    const moves = facts.rewards.flatMap((reward) => reverseFor(reward, change, order?.refunded ?? 0, source.id) ?? []);
    const written = await commit(db, insertReversal(db, { callback, key, change, facts, moves }, newId));
    if (written.outcome === 'conflict') return null;
    return { status: order === null ? 'parked' : 'recorded', reason: null, conversionId };
  });
}

function wrongCurrency(currency: string): Refusal {
  const detail = `The order was paid in ${currency}: send its refunds in ${currency} too, in minor units.`;
  return new Refusal('callback_unusable', { detail, errors: [{ pointer: '/data/currency', detail }] });
}

import type { Context } from '../context.ts';
import { commit, untilCommitted } from '../db/client.ts';
import { reversalFacts } from '../db/reversal-facts.ts';
import { insertReversal } from '../db/reversal-statements.ts';
import type { CallbackAnswer, Told } from '../domain/callback.ts';
import { momentOf } from '../domain/moment.ts';
import type { OrderChangeNotice } from '../domain/notice.ts';
import { changeOf } from '../domain/order-change.ts';
import { movesFor } from '../domain/rewards/reversal.ts';
import { applicable } from '../domain/rewards/standing.ts';
import { Refusal } from '../lib/refusal.ts';

/** An order was refunded, cancelled, edited or disputed: take back what it no longer earns, in any state; or park it until the order arrives. */
export async function reverseConversion(
  { db, newId }: Context,
  { callback, notice }: Told<OrderChangeNotice>,
): Promise<CallbackAnswer> {
  const { source, messageId, receivedAt } = callback;
  const about = { storeId: source.storeId, sourceId: source.id, account: source.account, messageId };
  const change = { ...changeOf(notice), occurredAt: momentOf(notice.occurredAt, receivedAt) };
  const key = { ...about, orderExternalId: notice.orderExternalId, kind: change.kind, externalId: change.externalId };
  return untilCommitted(async () => {
    const facts = await reversalFacts(db, key);
    const { order } = facts;
    const conversionId = order?.conversionId ?? null;
    if (facts.seen) return { status: 'duplicate', reason: null, conversionId };
    const touching = order === null ? [] : applicable([{ ...change, receivedAt }], order);
    if (order !== null && touching.length === 0) throw wrongCurrency(order.currency);
    const before = order === null ? [] : applicable(facts.history, order);
    const moves =
      order === null ? [] : facts.rewards.flatMap((reward) => movesFor(reward, order, before, touching, source.id));
    const answer = { status: order === null ? 'parked' : 'recorded', reason: null, conversionId } as const;
    const written = await commit(
      db,
      insertReversal(db, { callback, key, change, facts, before, touching, moves, answer }, newId),
    );
    return written.outcome === 'conflict' ? null : answer;
  });
}

function wrongCurrency(currency: string): Refusal {
  const detail = `The order was paid in ${currency}: send its refunds in ${currency} too, in minor units.`;
  return new Refusal('callback_unusable', { detail, errors: [{ pointer: '/data/currency', detail }] });
}

import type { Context } from '../context.ts';
import { commit, untilCommitted } from '../db/client.ts';
import { insertNaming } from '../db/naming-statements.ts';
import { reversalFacts } from '../db/reversal-facts.ts';
import type { CallbackAnswer, Told } from '../domain/callback.ts';
import type { OrderNameNotice } from '../domain/notice.ts';
import { movesFor } from '../domain/rewards/reversal.ts';
import { applicable } from '../domain/rewards/standing.ts';

/** The sender says that an order goes by one more id: what was told under that id happened to the order. */
export async function nameOrder(
  { db, newId }: Context,
  { callback, notice }: Told<OrderNameNotice>,
): Promise<CallbackAnswer> {
  const { source, messageId } = callback;
  const { name, orderExternalId } = notice;
  const about = { storeId: source.storeId, sourceId: source.id, account: source.account, messageId };
  const key = { ...about, orderExternalId, kind: 'named', externalId: name } as const;
  return untilCommitted(async () => {
    const facts = await reversalFacts(db, key, [name]);
    const { order, history } = facts;
    const conversionId = order?.conversionId ?? null;
    const parked = history.filter((change) => change.orderExternalId === name);
    const isKnown = facts.seen || name === facts.name || parked.some(({ kind }) => kind === 'paid');
    if (isKnown) return { status: 'duplicate', reason: null, conversionId };
    const before = history.filter((change) => !parked.includes(change));
    const [known, found] = order === null ? [[], []] : [applicable(before, order), applicable(parked, order)];
    const moves =
      order === null ? [] : facts.rewards.flatMap((reward) => movesFor(reward, order, known, found, source.id));
    const answer = { status: order === null ? 'parked' : 'recorded', reason: null, conversionId } as const;
    const naming = { callback, key, facts, changes: [...known, ...found], moves, answer };
    const written = await commit(db, insertNaming(db, naming, newId));
    return written.outcome === 'conflict' ? null : answer;
  });
}

import { and, asc, eq, inArray, sql } from 'drizzle-orm';
import type { Explanation } from '../domain/explanation.ts';
import { CLICK, type Click } from './clicks.ts';
import type { Database } from './client.ts';
import { CONVERSION, type Conversion } from './conversions.ts';
import { ENTRY, type LedgerEntry } from './ledger.ts';
import { CHANGED, JUDGED, ORDER, ORDER_CHANGE, type OrderWithHistory } from './orders.ts';
import { REWARD, REWARD_MOVE, type RewardWithMoves } from './rewards.ts';
import { clicks, conversions, ledgerEntries, orderChanges, orders, rewardMoves, rewards } from './schema.ts';

export interface ExplanationFacts {
  conversion: Conversion;
  /** As it was judged. */
  explanation: Explanation;
  /** null where no click won, or it is not stored yet. */
  click: Click | null;
  order: OrderWithHistory | null;
  rewards: (RewardWithMoves & { entries: LedgerEntry[] })[];
}

/** One batch, one trip: a conversion as it was judged, and all that has come of it since; null: no such conversion. */
export async function explanationFacts(db: Database, storeId: string, id: string): Promise<ExplanationFacts | null> {
  const { query } = db;
  const isConversion = and(eq(conversions.storeId, storeId), eq(conversions.id, id));
  const isItsReward = and(eq(rewards.storeId, storeId), eq(rewards.conversionId, id));
  const rewardIds = query.select({ id: rewards.id }).from(rewards).where(isItsReward);
  const [[found], [click], [order], history, earned, moves, entries] = await query.batch([
    query
      .select({ conversion: CONVERSION, explanation: conversions.explanation })
      .from(conversions)
      .where(isConversion),
    query
      .select(CLICK)
      .from(conversions)
      .innerJoin(clicks, and(eq(clicks.storeId, conversions.storeId), eq(clicks.id, conversions.clickId)))
      .where(isConversion),
    query.select(ORDER).from(conversions).innerJoin(orders, JUDGED).where(isConversion),
    query
      .select(ORDER_CHANGE)
      .from(conversions)
      .innerJoin(orders, JUDGED)
      .innerJoin(orderChanges, CHANGED)
      .where(isConversion)
      .orderBy(asc(orderChanges.seq)),
    query.select(REWARD).from(rewards).where(isItsReward).orderBy(asc(rewards.side), asc(rewards.id)),
    query
      .select({ rewardId: rewardMoves.rewardId, ...REWARD_MOVE })
      .from(rewardMoves)
      .where(and(eq(rewardMoves.storeId, storeId), inArray(rewardMoves.rewardId, rewardIds)))
      .orderBy(asc(rewardMoves.seq)),
    query
      .select(ENTRY)
      .from(ledgerEntries)
      .where(and(eq(ledgerEntries.storeId, storeId), inArray(ledgerEntries.rewardId, rewardIds)))
      .orderBy(sql`+${ledgerEntries.id}`),
  ]);
  if (found === undefined) return null;
  return {
    ...found,
    click: click ?? null,
    order: order === undefined ? null : { ...order, history },
    rewards: earned.map((reward) => ({
      ...reward,
      moves: moves.filter(({ rewardId }) => rewardId === reward.id).map(({ rewardId, ...move }) => move),
      entries: entries.filter(({ rewardId }) => rewardId === reward.id),
    })),
  };
}

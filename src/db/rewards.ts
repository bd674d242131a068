import { and, asc, eq, isNull, lte } from 'drizzle-orm';
import type { RewardPosition } from '../domain/rewards/moves.ts';
import type { Reason, RewardKind, RewardState, Side } from '../domain/terms.ts';
import type { Database } from './client.ts';
import { matching, newestFirst, type PageOf } from './matching.ts';
import { conversions, orders, rewardMoves, rewards, rules } from './schema.ts';

export interface Reward extends RewardPosition {
  conversionId: string;
  ruleId: string;
  ruleVersion: number;
  programId: string;
  advocateId: string;
  side: Side;
  kind: RewardKind;
  currency: string;
  /** What a percentage was taken of and refunds are measured against; null for a sign-up. */
  base: number | null;
  reason: Reason | null;
  heldUntil: number;
  createdAt: number;
  updatedAt: number;
}

export interface RewardMove {
  seq: number;
  from: RewardState | null;
  to: RewardState;
  actor: string;
  reason: string;
  note: string | null;
  at: number;
}

export interface RewardWithMoves extends Reward {
  /** Oldest first. */
  moves: RewardMove[];
}

/** The friend's digest stays inside. */
export const REWARD = {
  id: rewards.id,
  conversionId: rewards.conversionId,
  ruleId: rewards.ruleId,
  ruleVersion: rewards.ruleVersion,
  programId: rewards.programId,
  advocateId: rewards.advocateId,
  side: rewards.side,
  kind: rewards.kind,
  currency: rewards.currency,
  amount: rewards.amount,
  reversed: rewards.reversed,
  base: rewards.base,
  state: rewards.state,
  reason: rewards.reason,
  heldUntil: rewards.heldUntil,
  version: rewards.version,
  createdAt: rewards.createdAt,
  updatedAt: rewards.updatedAt,
};

export const REWARD_MOVE = {
  seq: rewardMoves.seq,
  from: rewardMoves.fromState,
  to: rewardMoves.toState,
  actor: rewardMoves.actor,
  reason: rewardMoves.reason,
  note: rewardMoves.note,
  at: rewardMoves.at,
};

const FILTERS = {
  state: rewards.state,
  side: rewards.side,
  advocateId: rewards.advocateId,
  programId: rewards.programId,
  conversionId: rewards.conversionId,
};

export type RewardFilter = { [Name in keyof typeof FILTERS]?: string | undefined };

export async function rewardById(db: Database, storeId: string, id: string): Promise<RewardWithMoves | null> {
  const [[reward], moves] = await db.query.batch([
    db.query
      .select(REWARD)
      .from(rewards)
      .where(and(eq(rewards.storeId, storeId), eq(rewards.id, id))),
    db.query
      .select(REWARD_MOVE)
      .from(rewardMoves)
      .where(and(eq(rewardMoves.storeId, storeId), eq(rewardMoves.rewardId, id)))
      .orderBy(asc(rewardMoves.seq)),
  ]);
  return reward === undefined ? null : { ...reward, moves };
}

export async function rewardsOf(
  db: Database,
  storeId: string,
  { limit, cursor, ...asked }: PageOf & RewardFilter,
): Promise<Reward[]> {
  const { after, order } = newestFirst(rewards.id, cursor, asked.advocateId, asked.conversionId);
  return db.query
    .select(REWARD)
    .from(rewards)
    .where(and(eq(rewards.storeId, storeId), matching(FILTERS, asked), after))
    .orderBy(order)
    .limit(limit + 1);
}

/** Of all stores: the rewards whose hold is over, whose order is not disputed and that nobody needs to look at, those that wait longest first. */
export async function dueRewards(
  db: Database,
  now: number,
  limit: number,
): Promise<(RewardPosition & { storeId: string })[]> {
  const { id, state, amount, reversed, version } = REWARD;
  return db.query
    .select({ storeId: rewards.storeId, id, state, amount, reversed, version })
    .from(rewards)
    .innerJoin(
      rules,
      and(eq(rules.storeId, rewards.storeId), eq(rules.id, rewards.ruleId), eq(rules.version, rewards.ruleVersion)),
    )
    .innerJoin(conversions, and(eq(conversions.storeId, rewards.storeId), eq(conversions.id, rewards.conversionId)))
    .leftJoin(orders, and(eq(orders.storeId, conversions.storeId), eq(orders.id, conversions.orderId)))
    .where(
      and(
        eq(rewards.state, 'held'),
        isNull(orders.disputedAt),
        lte(rewards.heldUntil, now),
        eq(rules.approval, 'automatic'),
        eq(conversions.verdict, 'pass'),
      ),
    )
    .orderBy(asc(rewards.heldUntil))
    .limit(limit);
}

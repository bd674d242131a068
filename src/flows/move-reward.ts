import type { Context } from '../context.ts';
import { commit, untilCommitted } from '../db/client.ts';
import { moveReward as rewardMove } from '../db/reward-statements.ts';
import { type RewardWithMoves, rewardById } from '../db/rewards.ts';
import { approve, type Cause, issue, positionAfter, voidReward } from '../domain/rewards/moves.ts';
import { Refusal } from '../lib/refusal.ts';

const DECISIONS = { approve, issue, void: voidReward };

/** An operator approves, issues or voids a reward: its state, its audit, the ledger and the event change at once, or nothing does. */
export async function moveReward(
  { db, now, newId }: Context,
  storeId: string,
  id: string,
  decision: keyof typeof DECISIONS,
  cause: Cause,
): Promise<RewardWithMoves> {
  return untilCommitted(async () => {
    const reward = await rewardById(db, storeId, id);
    if (reward === null) throw new Refusal('reward_not_found');
    const move = DECISIONS[decision](reward, cause);
    const at = now();
    const written = await commit(db, rewardMove(storeId, move, at, newId));
    if (written.outcome === 'conflict') return null;
    const moves = [...reward.moves, { seq: move.seq, from: move.from, to: move.to, ...cause, at }];
    return { ...reward, ...positionAfter(reward, move), updatedAt: at, moves };
  });
}

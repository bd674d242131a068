import type { Context } from '../context.ts';
import { commit } from '../db/client.ts';
import { moveReward } from '../db/reward-statements.ts';
import { dueRewards } from '../db/rewards.ts';
import { approve } from '../domain/rewards/moves.ts';

/** Fits, with one read and one write each, into the 50 requests that the smallest plan allows a run. */
const ROUNDS = 20;
const CHUNK = 50;

const HOLD_ENDED = { actor: 'system', reason: 'hold_ended', note: null };

/**
 * Approves the rewards of all stores whose hold is over, unless a person has to. A reward that cannot be written, because
 * somebody else moves it in this moment or because something is wrong with it, is left to the next run and stops no other.
 */
export async function releaseRewards({ db, now, newId }: Context): Promise<void> {
  const passedOver = new Set<string>();
  for (let round = 0; round < ROUNDS; round += 1) {
    const at = now();
    const read = await dueRewards(db, at, CHUNK + passedOver.size);
    const due = read.filter(({ id }) => !passedOver.has(id));
    if (due.length === 0) break;
    const moves = due.map((reward) => ({
      id: reward.id,
      statements: moveReward(reward.storeId, approve(reward, HOLD_ENDED), at, newId),
    }));
    const owners = moves.flatMap(({ id, statements }) => statements.map(() => id));
    const written = await commit(
      db,
      moves.flatMap(({ statements }) => statements),
    );
    if (written.outcome === 'conflict') passedOver.add(owners[written.statement] ?? '');
    else if (read.length < CHUNK) break;
  }
  if (passedOver.size > 0) console.warn({ message: 'rewards were passed over', rewardIds: [...passedOver] });
}

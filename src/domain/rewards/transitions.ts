import type { RewardState } from '../terms.ts';

/** Every legal move of a reward; whatever is not here is refused as `invalid_transition`. */
const MOVES: Record<RewardState, readonly RewardState[]> = {
  pending: ['held', 'approved', 'voided', 'blocked'],
  held: ['approved', 'voided', 'blocked'],
  approved: ['issued', 'held', 'voided', 'expired'],
  issued: ['redeemed', 'reversed', 'expired'],
  redeemed: ['reversed'],
  voided: [],
  reversed: [],
  expired: [],
  blocked: [],
};

export function mayMove(from: RewardState, to: RewardState): boolean {
  return MOVES[from].includes(to);
}

export function movesFrom(state: RewardState): readonly RewardState[] {
  return MOVES[state];
}

import { proportionOf } from '../../lib/money.ts';
import type { OrderChangeKind } from '../terms.ts';
import { holdAgain, type Move, positionAfter, type RewardPosition, reverseTo } from './moves.ts';
import type { Amounts, Purchase } from './rule.ts';
import { lossOf, type OrderChange, type Standing, standingOf } from './standing.ts';

/** A granted reward with what its rule said about refunds when it was granted. */
export interface RefundableReward extends RewardPosition {
  currency: string;
  /** null: not earned by a purchase, so no refund touches it. */
  base: number | null;
  basisPoints: number | null;
  minOrder: Amounts;
  refundThresholdBasisPoints: number;
  includeTax: boolean;
  includeShipping: boolean;
}

/** Why a reward moves when its order changes; a kind that is not here moves nothing. */
const REASONS: Partial<Record<OrderChangeKind, string>> = {
  cancellation: 'order_cancelled',
  refund: 'refunded',
  refund_total: 'refunded',
  edit: 'order_edited',
  dispute_opened: 'order_disputed',
  dispute_lost: 'dispute_lost',
};

/** The moves that changes of its order make to a reward, one after the other, on top of those that it knew before. */
export function movesFor(
  reward: RefundableReward,
  order: Purchase,
  before: readonly OrderChange[],
  changes: readonly OrderChange[],
  actor: string,
): Move[] {
  const moves: Move[] = [];
  const known = [...before];
  let position: RefundableReward = reward;
  for (const change of changes) {
    known.push(change);
    const reason = REASONS[change.kind];
    if (reason === undefined) continue;
    const standing = standingOf(known, order);
    const cause = { actor, reason, note: null };
    const named = `${change.kind}:${change.externalId}`;
    const waits = change.kind === 'dispute_opened' && standing.disputed;
    const move = waits
      ? holdAgain(position, named, cause)
      : reverseTo(position, targetOf(reward, standing), named, cause);
    if (move === null) continue;
    moves.push(move);
    position = { ...position, ...positionAfter(position, move) };
  }
  return moves;
}

/** How much of the reward is to be taken back in all while its order stands so. */
export function targetOf(reward: RefundableReward, standing: Standing): number {
  if (standing.cancelled) return reward.amount;
  if (reward.base === null) return 0;
  const lost = lossOf(reward.base, reward, standing);
  if (reward.basisPoints !== null) return proportionOf(reward.amount, lost, reward.base);
  const threshold = BigInt(reward.base) * BigInt(reward.refundThresholdBasisPoints);
  const pastThreshold = lost > 0 && BigInt(lost) * 10_000n >= threshold;
  return pastThreshold || isTooSmall(reward, standing) ? reward.amount : 0;
}

/** The rest of the goods is below the smallest order, which is asked of them alone, as it was when the reward was granted. */
function isTooSmall({ minOrder, currency }: RefundableReward, standing: Standing): boolean {
  const { subtotal } = standing.order;
  const lost = lossOf(subtotal, { includeTax: false, includeShipping: false }, standing);
  return lost > 0 && subtotal - lost < (minOrder[currency] ?? 0);
}

import { proportionOf } from '../../lib/money.ts';
import { DAY } from '../calendar.ts';
import { type Move, positionAfter, type RewardPosition, reverseTo } from './moves.ts';
import type { Amounts } from './rule.ts';

/** What became of an order after it was paid, as one source told it. */
export interface OrderChange {
  kind: 'refund' | 'cancellation';
  externalId: string;
  /** Minor units of the order's currency; 0 for a cancellation. */
  amount: number;
}

const PARKED_FOR = 30 * DAY;

/** Changes that came before their order wait for it for 30 days. */
export function stillParked<Change extends { receivedAt: number }>(changes: Change[], now: number): Change[] {
  return changes.filter((change) => now - change.receivedAt <= PARKED_FOR);
}

/** A granted reward with what its rule said about refunds when it was granted. */
export interface RefundableReward extends RewardPosition {
  currency: string;
  /** null: not earned by a purchase, so no refund touches it. */
  base: number | null;
  basisPoints: number | null;
  minOrder: Amounts;
  refundThresholdBasisPoints: number;
}

/** The moves that one more change of an order makes to a reward, given what had been refunded before it. */
export function reverseFor(
  reward: RefundableReward,
  change: OrderChange,
  refundedBefore: number,
  actor: string,
): Move | null {
  const target = change.kind === 'cancellation' ? reward.amount : targetOf(reward, refundedBefore + change.amount);
  const reason = change.kind === 'cancellation' ? 'order_cancelled' : 'refunded';
  return reverseTo(reward, target, `${change.kind}:${change.externalId}`, { actor, reason, note: null });
}

/** The same for all changes that were known before the order itself, oldest first. */
export function reverseForAll(reward: RefundableReward, changes: OrderChange[], actor: string): Move[] {
  const moves: Move[] = [];
  let position = reward;
  let refunded = 0;
  for (const change of changes) {
    const move = reverseFor(position, change, refunded, actor);
    refunded += change.amount;
    if (move === null) continue;
    moves.push(move);
    position = { ...position, ...positionAfter(position, move) };
  }
  return moves;
}

/** How much of the reward is to be taken back in all once `refunded` minor units of its order have been. */
export function targetOf(reward: RefundableReward, refunded: number): number {
  if (reward.base === null) return 0;
  if (reward.basisPoints !== null) {
    return reward.base === 0
      ? reward.amount
      : proportionOf(reward.amount, Math.min(refunded, reward.base), reward.base);
  }
  const rest = reward.base - refunded;
  const pastThreshold = BigInt(refunded) * 10_000n >= BigInt(reward.base) * BigInt(reward.refundThresholdBasisPoints);
  return pastThreshold || rest < (reward.minOrder[reward.currency] ?? 0) ? reward.amount : 0;
}

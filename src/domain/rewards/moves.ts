import { Refusal } from '../../lib/refusal.ts';
import type { RewardState } from '../terms.ts';
import { approveEntry, type Entry, holdEntry, issueEntry, reverseEntry } from './ledger.ts';
import { mayMove, movesFrom } from './transitions.ts';

/** A reward as far as moving it is concerned. Minor units. */
export interface RewardPosition {
  id: string;
  state: RewardState;
  amount: number;
  reversed: number;
  version: number;
}

/** One step of a reward: the audit row, the position after it, and what it writes to the ledger. */
export interface Move {
  rewardId: string;
  seq: number;
  from: RewardState;
  to: RewardState;
  reversed: number;
  entries: Entry[];
  reason: string;
  note: string | null;
  actor: string;
}

export interface Cause {
  actor: string;
  reason: string;
  note: string | null;
}

export function approve(reward: RewardPosition, cause: Cause): Move {
  return step(reward, 'approved', cause, [approveEntry(remaining(reward), reward.version + 1)]);
}

export function issue(reward: RewardPosition, cause: Cause): Move {
  return step(reward, 'issued', cause, [issueEntry(remaining(reward))]);
}

/** Back into the hold, or deeper into it: a row of its own, so that nobody approves at this moment. null for what is handed out or over. */
export function holdAgain(reward: RewardPosition, ledgerCause: string, cause: Cause): Move | null {
  if (reward.state !== 'held' && !mayMove(reward.state, 'held')) return null;
  const entries = reward.state === 'approved' ? [holdEntry(remaining(reward), ledgerCause)] : [];
  const { version, state: from, reversed } = reward;
  return { rewardId: reward.id, seq: version + 1, from, to: 'held', reversed, entries, ...cause };
}

export function voidReward(reward: RewardPosition, cause: Cause): Move {
  if (!mayMove(reward.state, 'voided')) throw illegal(reward, 'voided');
  return step(reward, 'voided', cause, [reverseEntry(reward.state, remaining(reward), 'void')], reward.amount);
}

/** Takes back so much that `reversed` reaches `target`; null where nothing is left to take. */
export function reverseTo(reward: RewardPosition, target: number, ledgerCause: string, cause: Cause): Move | null {
  const end = mayMove(reward.state, 'voided') ? 'voided' : 'reversed';
  const reversed = Math.min(target, reward.amount);
  if (!mayMove(reward.state, end) || reversed <= reward.reversed) return null;
  const entries = [reverseEntry(reward.state, reversed - reward.reversed, ledgerCause)];
  const to = reversed === reward.amount ? end : reward.state;
  return { rewardId: reward.id, seq: reward.version + 1, from: reward.state, to, reversed, entries, ...cause };
}

export function positionAfter(reward: RewardPosition, move: Move): RewardPosition {
  return { ...reward, state: move.to, reversed: move.reversed, version: move.seq };
}

function step(
  reward: RewardPosition,
  to: RewardState,
  cause: Cause,
  entries: Entry[],
  reversed = reward.reversed,
): Move {
  if (!mayMove(reward.state, to)) throw illegal(reward, to);
  return { rewardId: reward.id, seq: reward.version + 1, from: reward.state, to, reversed, entries, ...cause };
}

function remaining(reward: RewardPosition): number {
  return reward.amount - reward.reversed;
}

function illegal(reward: RewardPosition, to: RewardState): Refusal {
  const legal = movesFrom(reward.state);
  const next = legal.length === 0 ? 'nothing; this is an end' : legal.join(', ');
  return new Refusal('invalid_transition', {
    detail: `The reward is ${reward.state} and cannot become ${to}. From here it can become: ${next}.`,
  });
}

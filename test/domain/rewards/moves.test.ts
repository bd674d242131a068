import { describe, expect, test } from 'vitest';
import {
  approve,
  issue,
  positionAfter,
  type RewardPosition,
  reverseTo,
  voidReward,
} from '../../../src/domain/rewards/moves.ts';
import { mayMove } from '../../../src/domain/rewards/transitions.ts';
import { REWARD_STATES, type RewardState } from '../../../src/domain/terms.ts';
import { Refusal } from '../../../src/lib/refusal.ts';

const cause = { actor: 'key_1', reason: 'requested', note: null };

function reward(state: RewardState, reversed = 0): RewardPosition {
  return { id: 'rwd_1', state, amount: 1000, reversed, version: 7 };
}

function refusalOf(act: () => unknown): Refusal {
  try {
    act();
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
  throw new Error('It was not refused');
}

const legal: [from: RewardState, to: RewardState][] = [
  ['pending', 'held'],
  ['pending', 'approved'],
  ['pending', 'voided'],
  ['pending', 'blocked'],
  ['held', 'approved'],
  ['held', 'voided'],
  ['held', 'blocked'],
  ['approved', 'issued'],
  ['approved', 'held'],
  ['approved', 'voided'],
  ['approved', 'expired'],
  ['issued', 'redeemed'],
  ['issued', 'reversed'],
  ['issued', 'expired'],
  ['redeemed', 'reversed'],
];
const isLegal = (from: RewardState, to: RewardState) => legal.some(([a, b]) => a === from && b === to);

describe.each([
  { name: 'approve', move: approve, to: 'approved' },
  { name: 'issue', move: issue, to: 'issued' },
  { name: 'void', move: voidReward, to: 'voided' },
] as const)('$name', ({ move, to }) => {
  test.each(REWARD_STATES.filter((from) => isLegal(from, to)))(`moves a reward that is %s`, (from) => {
    expect(move(reward(from, 300), cause)).toMatchObject({ from, to, seq: 8, ...cause });
  });

  test.each(REWARD_STATES.filter((from) => !isLegal(from, to)))('refuses a reward that is %s', (from) => {
    const refusal = refusalOf(() => move(reward(from), cause));
    expect(refusal.code).toBe('invalid_transition');
    expect(refusal.detail).toContain(`is ${from} and cannot become ${to}`);
    for (const other of REWARD_STATES.filter((state) => isLegal(from, state))) {
      expect(refusal.detail).toContain(other);
    }
  });
});

test('exactly the moves of the design are legal', () => {
  const allowed = REWARD_STATES.flatMap((from) =>
    REWARD_STATES.filter((to) => mayMove(from, to)).map((to) => `${from} ${to}`),
  );
  expect(allowed.toSorted()).toEqual(legal.map((pair) => pair.join(' ')).toSorted());
});

test('what was taken back already is neither approved nor issued', () => {
  expect(approve(reward('held', 300), cause).entries).toEqual([
    { kind: 'approve', cause: 'approval:8', pending: -700, approved: 700, issued: 0 },
  ]);
  expect(issue(reward('approved', 300), cause).entries).toEqual([
    { kind: 'issue', cause: 'issue', pending: 0, approved: -700, issued: 700 },
  ]);
});

test('voiding takes back the rest from where it stands', () => {
  expect(voidReward(reward('approved', 300), cause)).toMatchObject({
    reversed: 1000,
    entries: [{ kind: 'reverse', cause: 'void', pending: 0, approved: -700, issued: 0 }],
  });
});

describe('taking back', () => {
  test.each([
    ['pending', 'voided', { pending: -1000 }],
    ['held', 'voided', { pending: -1000 }],
    ['approved', 'voided', { approved: -1000 }],
    ['issued', 'reversed', { issued: -1000 }],
    ['redeemed', 'reversed', { issued: -1000 }],
  ] as const)('the whole of a reward that is %s leaves it %s', (from, to, entry) => {
    expect(reverseTo(reward(from), 1000, 'refund:r1', cause)).toMatchObject({
      from,
      to,
      reversed: 1000,
      entries: [{ kind: 'reverse', cause: 'refund:r1', ...entry }],
    });
  });

  test.each(['pending', 'held', 'approved', 'issued', 'redeemed'] as const)('a part leaves it %s', (state) => {
    const move = reverseTo(reward(state, 100), 400, 'refund:r2', cause);
    expect(move).toMatchObject({ from: state, to: state, reversed: 400, seq: 8 });
    const sums = move?.entries.map((entry) => entry.pending + entry.approved + entry.issued);
    expect(sums).toEqual([-300]);
  });

  test.each(['voided', 'reversed', 'expired', 'blocked'] as const)('finds nothing in a reward that is %s', (state) => {
    expect(reverseTo(reward(state), 1000, 'refund:r1', cause)).toBeNull();
  });

  test('finds nothing where as much or more was taken already', () => {
    expect(reverseTo(reward('held', 400), 400, 'refund:r1', cause)).toBeNull();
    expect(reverseTo(reward('held', 400), 399, 'refund:r1', cause)).toBeNull();
  });

  test('never takes more than was granted', () => {
    const move = reverseTo(reward('issued', 900), 5000, 'refund:r1', cause);
    expect(move).toMatchObject({ to: 'reversed', reversed: 1000, entries: [{ issued: -100 }] });
  });
});

test('a move leads to the position from which the next one starts', () => {
  const held = reward('held');
  const approved = positionAfter(held, approve(held, cause));
  expect(approved).toEqual({ ...held, state: 'approved', version: 8 });
  expect(issue(approved, cause).seq).toBe(9);
});

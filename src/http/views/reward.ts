import * as v from 'valibot';
import type { Reward as RewardRow, RewardWithMoves as RewardWithMovesRow } from '../../db/rewards.ts';
import { REASONS, REWARD_KINDS, REWARD_STATES, SIDES } from '../../domain/terms.ts';
import { Id, Time, time } from '../schemas.ts';
import { Amount, Currency } from './money.ts';

export const Side = v.pipe(v.picklist(SIDES), v.description('Who gets it: the advocate, or the friend.'));

export const RewardState = v.pipe(
  v.picklist(REWARD_STATES),
  v.description(
    'held: until the hold ends or somebody approves it; approved: to be issued; issued: handed out; voided and reversed: taken back before and after that; blocked: stopped, see reason.',
  ),
);

const entries = {
  id: Id('rwd'),
  conversionId: Id('cnv'),
  programId: Id('prg'),
  advocateId: v.pipe(Id('adv'), v.description('Who brought the friend, on either side.')),
  ruleId: Id('rul'),
  ruleVersion: v.pipe(v.number(), v.integer()),
  side: Side,
  kind: v.picklist(REWARD_KINDS),
  currency: Currency,
  amount: Amount('What was granted; it never changes'),
  reversed: Amount('What was taken back so far'),
  base: v.nullable(Amount('What a percentage was taken of and refunds are measured against; null for a sign-up')),
  state: RewardState,
  reason: v.pipe(v.nullable(v.picklist(REASONS)), v.description('Why it is blocked.')),
  heldUntil: Time,
  createdAt: Time,
  updatedAt: Time,
};

export const Reward = v.pipe(v.object(entries), v.title('Reward'));

export const rewardWithMovesEntries = {
  ...entries,
  moves: v.pipe(
    v.array(
      v.object({
        seq: v.pipe(v.number(), v.integer()),
        from: v.nullable(v.picklist(REWARD_STATES)),
        to: v.pipe(v.picklist(REWARD_STATES), v.description('The same as `from` where only a part was taken back.')),
        actor: v.pipe(v.string(), v.description("A key's id, a source's id, or `system`.")),
        reason: v.string(),
        note: v.nullable(v.string()),
        at: Time,
      }),
    ),
    v.description('The audit, oldest first.'),
  ),
};

export const RewardWithMoves = v.pipe(v.object(rewardWithMovesEntries), v.title('RewardWithMoves'));

export const rewardExample = {
  id: 'rwd_01kar7b2e5f3v8t9w0x1y2z3a8',
  conversionId: 'cnv_01kar7b2e5f3v8t9w0x1y2z3a6',
  programId: 'prg_01kar7b2e5f3v8t9w0x1y2z3a6',
  advocateId: 'adv_01kar7b2e5f3v8t9w0x1y2z3a7',
  ruleId: 'rul_01kar7b2e5f3v8t9w0x1y2z3a9',
  ruleVersion: 1,
  side: 'advocate',
  kind: 'store_credit',
  currency: 'EUR',
  amount: 499,
  reversed: 0,
  base: 4990,
  state: 'approved',
  reason: null,
  heldUntil: '2026-12-05T20:00:01.000Z',
  createdAt: '2026-11-21T20:00:01.000Z',
  updatedAt: '2026-11-23T10:00:00.000Z',
};

export const rewardWithMovesExample = {
  ...rewardExample,
  moves: [
    { seq: 1, from: null, to: 'held', actor: 'system', reason: 'earned', note: null, at: '2026-11-21T20:00:01.000Z' },
    {
      seq: 2,
      from: 'held',
      to: 'approved',
      actor: 'key_01kar7b2e5f3v8t9w0x1y2z3aa',
      reason: 'requested',
      note: null,
      at: '2026-11-23T10:00:00.000Z',
    },
  ],
};

export function viewOfReward({ version, heldUntil, createdAt, updatedAt, ...rest }: RewardRow) {
  return { ...rest, heldUntil: time(heldUntil), createdAt: time(createdAt), updatedAt: time(updatedAt) };
}

export function viewOfRewardWithMoves({ moves, ...reward }: RewardWithMovesRow) {
  return { ...viewOfReward(reward), moves: moves.map(({ at, ...move }) => ({ ...move, at: time(at) })) };
}

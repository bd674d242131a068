import * as v from 'valibot';
import { rewardById, rewardsOf } from '../db/rewards.ts';
import { moveReward } from '../flows/move-reward.ts';
import { answer } from '../http/answer.ts';
import { operation } from '../http/describe.ts';
import { Page, page, pageQuery } from '../http/paging.ts';
import { Id } from '../http/schemas.ts';
import {
  Reward,
  RewardState,
  RewardWithMoves,
  rewardExample,
  rewardWithMovesExample,
  Side,
  viewOfReward,
  viewOfRewardWithMoves,
} from '../http/views/reward.ts';
import { Refusal } from '../lib/refusal.ts';

const listRewards = operation(
  {
    method: 'get',
    path: '/v1/rewards',
    operationId: 'listRewards',
    tag: 'rewards',
    summary: 'List rewards',
    description: 'What advocates and friends earned, newest first; also what was blocked, and why.',
    auth: { scope: 'rewards:read' },
    query: {
      ...pageQuery('rwd'),
      state: v.optional(RewardState),
      side: v.optional(Side),
      advocateId: v.optional(v.pipe(Id('adv'), v.description('Who brought the friend, on either side.'))),
      programId: v.optional(Id('prg')),
      conversionId: v.optional(Id('cnv')),
    },
    answers: {
      200: { description: 'One page.', schema: Page(Reward), example: { items: [rewardExample], nextCursor: null } },
    },
  },
  async ({ context, principal: { storeId }, query }) =>
    answer(200, page(await rewardsOf(context.db, storeId, query), query.limit, viewOfReward)),
);

const getReward = operation(
  {
    method: 'get',
    path: '/v1/rewards/{rewardId}',
    operationId: 'getReward',
    tag: 'rewards',
    summary: 'Get a reward',
    description: 'The reward with every move it made: who made it, when and why.',
    auth: { scope: 'rewards:read' },
    answers: { 200: { description: 'The reward.', schema: RewardWithMoves, example: rewardWithMovesExample } },
  },
  async ({ context, principal: { storeId }, params: { rewardId } }) => {
    const reward = await rewardById(context.db, storeId, rewardId);
    if (reward === null) throw new Refusal('reward_not_found');
    return answer(200, viewOfRewardWithMoves(reward));
  },
);

const approveReward = operation(
  {
    method: 'post',
    path: '/v1/rewards/{rewardId}/approve',
    operationId: 'approveReward',
    tag: 'rewards',
    summary: 'Approve a reward',
    description:
      'Ends the hold of a reward now. Rewards with automatic approval need none: they are approved after their hold.',
    auth: { scope: 'rewards:write' },
    answers: {
      200: { description: 'The reward as it is now.', schema: RewardWithMoves, example: rewardWithMovesExample },
    },
    refusals: ['invalid_transition'],
  },
  async ({ context, principal: { storeId, keyId }, params: { rewardId } }) => {
    const cause = { actor: keyId, reason: 'requested', note: null };
    return answer(200, viewOfRewardWithMoves(await moveReward(context, storeId, rewardId, 'approve', cause)));
  },
);

const issueReward = operation(
  {
    method: 'post',
    path: '/v1/rewards/{rewardId}/issue',
    operationId: 'issueReward',
    tag: 'rewards',
    summary: 'Issue a reward',
    description: 'Says that an approved reward was handed out.',
    auth: { scope: 'rewards:write' },
    answers: {
      200: {
        description: 'The reward as it is now.',
        schema: RewardWithMoves,
        example: { ...rewardWithMovesExample, state: 'issued' },
      },
    },
    refusals: ['invalid_transition'],
  },
  async ({ context, principal: { storeId, keyId }, params: { rewardId } }) => {
    const cause = { actor: keyId, reason: 'requested', note: null };
    return answer(200, viewOfRewardWithMoves(await moveReward(context, storeId, rewardId, 'issue', cause)));
  },
);

const voidReward = operation(
  {
    method: 'post',
    path: '/v1/rewards/{rewardId}/void',
    operationId: 'voidReward',
    tag: 'rewards',
    summary: 'Void a reward',
    description: 'Takes back the whole of a reward that was not issued yet, for good.',
    auth: { scope: 'rewards:write' },
    body: {
      schema: v.strictObject({
        reason: v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(200), v.description('1 to 200 characters.')),
        note: v.optional(v.pipe(v.nullable(v.pipe(v.string(), v.trim(), v.maxLength(1000)))), null),
      }),
      example: { reason: 'The order was made by an employee.' },
    },
    answers: {
      200: {
        description: 'The reward as it is now.',
        schema: RewardWithMoves,
        example: { ...rewardWithMovesExample, state: 'voided', reversed: rewardWithMovesExample.amount },
      },
    },
    refusals: ['invalid_transition'],
  },
  async ({ context, principal: { storeId, keyId }, params: { rewardId }, body }) => {
    const cause = { actor: keyId, ...body };
    return answer(200, viewOfRewardWithMoves(await moveReward(context, storeId, rewardId, 'void', cause)));
  },
);

export const rewards = [listRewards, getReward, approveReward, issueReward, voidReward];

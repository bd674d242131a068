import { describe, expect, test } from 'vitest';
import type { ExplainedCandidate, ExplainedRule, Explanation } from '../../src/domain/explanation.ts';
import { summarise, type Told, type ToldReward } from '../../src/domain/summary.ts';
import { METHODS, REASONS, REWARD_STATES } from '../../src/domain/terms.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const NOON = Date.UTC(2026, 10, 21, 12);

const touch: ExplainedCandidate = {
  method: 'click',
  linkId: 'lnk_1',
  advocateId: 'adv_1',
  programId: 'prg_1',
  clickId: 'clk_1',
  touchedAt: NOON - 3 * DAY - 4 * HOUR,
};

const rule: ExplainedRule = {
  ruleId: 'rul_1',
  ruleVersion: 1,
  side: 'advocate',
  earned: true,
  reason: null,
  calculation: '10 % of 50.00 USD = 5.00 USD',
  amount: 500,
  currency: 'USD',
};

function told(changes: Partial<Told> = {}, explanation: Partial<Explanation> = {}): Told {
  return {
    kind: 'order',
    status: 'credited',
    reason: null,
    occurredAt: NOON,
    order: { currency: 'USD', refunded: 0, cancelledAt: null },
    rewards: [],
    ...changes,
    explanation: {
      model: 'last_touch',
      windowDays: 30,
      winner: touch,
      losers: [],
      unknown: [],
      checks: [],
      rules: [rule],
      ...explanation,
    },
  };
}

function reward(changes: Partial<ToldReward> = {}): ToldReward {
  const held = {
    state: 'held',
    amount: 500,
    reversed: 0,
    currency: 'USD',
    reason: null,
    heldUntil: NOON + 14 * DAY,
  } as const;
  return { ruleId: 'rul_1', side: 'advocate', ...held, ...changes };
}

test('a credit is told with its proof, its time and its window', () => {
  expect(summarise(told(), NOON)).toEqual([
    'Credited to advocate adv_1 by a click (clk_1) 3 days 4 hours before the order, inside the 30-day window (last touch).',
  ]);
});

test('a code is given with the order, and a lock may have no window', () => {
  const code = { ...touch, method: 'code', clickId: null, touchedAt: NOON } as const;
  expect(summarise(told({ kind: 'sign_up' }, { winner: code, model: 'first_touch' }), NOON)).toEqual([
    "Credited to advocate adv_1 by the advocate's code with the sign-up, inside the 30-day window (first touch).",
  ]);
  const [sentence] = summarise(told({}, { winner: { ...touch, method: 'lock' }, windowDays: null }), NOON);
  expect(sentence).toContain('for which there is no window');
});

test.each([
  [999, 'less than a second'],
  [1000, '1 second'],
  [61_000, '1 minute 1 second'],
  [HOUR, '1 hour'],
  [2 * HOUR + MINUTE + 59_000, '2 hours 1 minute'],
  [DAY + 59 * MINUTE, '1 day'],
  [365 * DAY + 23 * HOUR, '365 days 23 hours'],
])('%i ms are told as %s', (age, words) => {
  const [sentence] = summarise(told({}, { winner: { ...touch, touchedAt: NOON - age } }), NOON);
  expect(sentence).toContain(` ${words} before the order`);
});

test('a refused conversion says why, and what its best touch was', () => {
  const rules = [{ ...rule, earned: false, reason: 'existing_customer' } as const];
  expect(summarise(told({ status: 'refused', reason: 'existing_customer' }, { rules }), NOON)).toEqual([
    'Nothing was credited: the friend had ordered before.',
    'The best touch, for advocate adv_1, was a click (clk_1) 3 days 4 hours before the order, inside the 30-day window (last touch).',
    'Nothing for the advocate: the friend had ordered before.',
  ]);
});

test('losers are counted with their reasons, each reason once', () => {
  const losers = [
    { ...touch, reason: 'lower_priority' },
    { ...touch, reason: 'outside_window' },
    { ...touch, reason: 'outside_window' },
  ] as const;
  const unknown = ['nobody-10', 'nobody-20'];
  expect(summarise(told({}, { losers: [...losers], unknown }), NOON).slice(1)).toEqual([
    '3 other touches lost: another came first; the touch lies outside the window.',
    '2 codes or clicks lead to no link of this store.',
  ]);
  const alone = { winner: null, model: null, windowDays: null, rules: [], losers: losers.slice(1, 2) };
  expect(summarise(told({ status: 'refused', reason: 'outside_window' }, alone), NOON)).toEqual([
    'Nothing was credited: the touch lies outside the window.',
    '1 touch lost: the touch lies outside the window.',
  ]);
});

describe('a reward', () => {
  test.each<[Partial<ToldReward>, string]>([
    [{}, ', and is held for another 14 days.'],
    [{ heldUntil: NOON }, ', and is waiting for approval.'],
    [{ state: 'approved' }, ', and is approved.'],
    [{ state: 'issued', reversed: 200 }, '; 2.00 USD of it was taken back, and the rest is issued.'],
    [{ state: 'voided', reversed: 500 }, ', and all of it was taken back (voided).'],
    [{ state: 'reversed', reversed: 500 }, ', and all of it was taken back (reversed).'],
    [{ state: 'blocked', reason: 'cap_reached' }, ', and blocked: the limit of rewards is reached.'],
  ])('%o is told with its calculation', (changes, rest) => {
    expect(summarise(told({ rewards: [reward(changes)] }), NOON)).toContain(
      `The advocate's reward is 10 % of 50.00 USD = 5.00 USD${rest}`,
    );
  });

  test('of a side that earned nothing is told as nothing, with the reason of the nearest rule', () => {
    const friend = { ...rule, ruleId: 'rul_2', side: 'friend', earned: false } as const;
    const rules = [
      rule,
      { ...friend, reason: 'below_min_order' } as const,
      { ...friend, reason: 'currency_not_configured' } as const,
    ];
    expect(summarise(told({ rewards: [reward()] }, { rules }), NOON).at(-1)).toBe(
      'Nothing for the friend: the order is below the least that the rule asks for.',
    );
  });
});

test('refunds and a cancellation are told in the currency of the order', () => {
  const order = { currency: 'KWD', refunded: 2500, cancelledAt: NOON + DAY };
  expect(summarise(told({ order }), NOON).slice(1)).toEqual([
    '2.500 KWD of the order was refunded.',
    'The order was cancelled.',
  ]);
});

test('every method, reason and state can be told', () => {
  const sentences = [
    ...METHODS.flatMap((method) => summarise(told({}, { winner: { ...touch, method } }), NOON)),
    ...REASONS.flatMap((reason) => summarise(told({ status: 'refused', reason }), NOON)),
    ...REWARD_STATES.flatMap((state) => summarise(told({ rewards: [reward({ state })] }), NOON)),
  ];
  for (const sentence of sentences) {
    expect(sentence).toMatch(/^[A-Z0-9].*\.$/);
    expect(sentence).not.toMatch(/undefined|null|NaN/);
  }
});

import { describe, expect, test } from 'vitest';
import type { Candidate } from '../../src/domain/attribution.ts';
import { type ConversionFacts, judgeConversion } from '../../src/domain/judge-conversion.ts';
import type { Rule } from '../../src/domain/rewards/rule.ts';

const DAY = 24 * 60 * 60 * 1000;
const NOON = Date.UTC(2026, 10, 21, 12);

const click: Candidate = {
  method: 'click',
  linkId: 'lnk_1',
  advocateId: 'adv_1',
  programId: 'prg_1',
  clickId: 'clk_1',
  touchedAt: NOON - DAY,
  windowFrom: NOON - DAY,
  windowDays: 30,
  linkEnabled: true,
  programStatus: 'active',
  model: 'last_touch',
  advocate: { customer: 'a', email: 'a@' },
  advocateBanned: false,
  advocateArchived: false,
};

function rule(changes: Partial<Rule> = {}): Rule {
  return {
    id: 'rul_1',
    version: 3,
    programId: 'prg_1',
    side: 'advocate',
    trigger: 'purchase',
    kind: 'coupon',
    amounts: { USD: 1000 },
    basisPoints: null,
    maxAmounts: null,
    includeTax: false,
    includeShipping: false,
    minOrder: {},
    holdDays: 14,
    approval: 'automatic',
    newFriendsOnly: true,
    limitPerAdvocate: null,
    refundThresholdBasisPoints: 5000,
    priority: 0,
    ...changes,
  };
}

function order(changes: Partial<ConversionFacts> = {}): ConversionFacts {
  return {
    kind: 'order',
    occurredAt: NOON,
    friend: { customer: 'f', email: 'f@' },
    testInLive: false,
    purchase: { currency: 'USD', subtotal: 5000, tax: 0, shipping: 0 },
    signUpCurrency: null,
    candidates: [click],
    unknown: [],
    otherOrders: [],
    rules: [rule()],
    ...changes,
  };
}

function signUp(changes: Partial<ConversionFacts> = {}): ConversionFacts {
  return order({ kind: 'sign_up', purchase: null, rules: [rule({ trigger: 'sign_up', side: 'friend' })], ...changes });
}

function outcome(facts: ConversionFacts) {
  const { status, reason, verdict, grants } = judgeConversion(facts);
  return { status, reason, verdict, grants: grants.map(({ rule: { id, side }, amount }) => `${id} ${side} ${amount}`) };
}

describe('an order that a click brought', () => {
  test('is credited on both sides', () => {
    const rules = [rule(), rule({ id: 'rul_2', side: 'friend', amounts: null, basisPoints: 1000 })];
    expect(outcome(order({ rules }))).toEqual({
      status: 'credited',
      reason: null,
      verdict: 'pass',
      grants: ['rul_1 advocate 1000', 'rul_2 friend 500'],
    });
  });

  test('is explained with its winner, its losers and how every amount came about', () => {
    const late = { ...click, clickId: 'clk_0', touchedAt: NOON - 31 * DAY, windowFrom: NOON - 31 * DAY };
    const { explanation } = judgeConversion(order({ candidates: [late, click], unknown: ['nobody-10'] }));
    const named = { method: 'click', linkId: 'lnk_1', advocateId: 'adv_1', programId: 'prg_1' };
    expect(explanation).toEqual({
      model: 'last_touch',
      windowDays: 30,
      winner: { ...named, clickId: 'clk_1', touchedAt: NOON - DAY },
      losers: [{ ...named, clickId: 'clk_0', touchedAt: NOON - 31 * DAY, reason: 'outside_window' }],
      unknown: ['nobody-10'],
      checks: ['attributed', 'live_order', 'known_customer', 'program_has_rule', 'new_to_program'].map((name) => ({
        name,
        passed: true,
        reason: null,
      })),
      rules: [
        {
          ruleId: 'rul_1',
          ruleVersion: 3,
          side: 'advocate',
          earned: true,
          reason: null,
          calculation: 'fixed 10.00 USD',
          amount: 1000,
          currency: 'USD',
        },
      ],
    });
  });

  test('holds nothing of either person in its explanation', () => {
    const { explanation } = judgeConversion(
      order({ candidates: [{ ...click, advocate: { customer: 'a-digest', email: null } }] }),
    );
    expect(JSON.stringify(explanation)).not.toContain('a-digest');
  });
});

describe('nothing is credited', () => {
  const own = { ...click, advocate: { customer: 'f', email: null } };
  const cases: [name: string, facts: ConversionFacts, status: string, reason: string, verdict: string][] = [
    ['without a touch', order({ candidates: [] }), 'recorded', 'no_touch', 'pass'],
    ['to an advocate for their own order', order({ candidates: [own] }), 'refused', 'self_referral', 'block'],
    [
      'to a banned advocate',
      order({ candidates: [{ ...click, advocateBanned: true }] }),
      'refused',
      'fraud_blocked',
      'block',
    ],
    ['for a test order in a live store', order({ testInLive: true }), 'refused', 'test_order', 'pass'],
    [
      'for somebody who is not named',
      order({ friend: { customer: null, email: null } }),
      'refused',
      'customer_unknown',
      'pass',
    ],
    ['where the program has no rule for it', order({ rules: [] }), 'recorded', 'no_rule', 'pass'],
    ['by a rule of another trigger', order({ rules: [rule({ trigger: 'sign_up' })] }), 'recorded', 'no_rule', 'pass'],
    ['by a rule of another program', order({ rules: [rule({ programId: 'prg_2' })] }), 'recorded', 'no_rule', 'pass'],
    [
      'below the smallest order',
      order({ rules: [rule({ minOrder: { USD: 5001 } })] }),
      'refused',
      'below_min_order',
      'pass',
    ],
    [
      'in a currency that the rule does not have',
      order({ rules: [rule({ amounts: { EUR: 900 } })] }),
      'refused',
      'currency_not_configured',
      'pass',
    ],
    [
      'to a friend who bought before the touch',
      order({ otherOrders: [{ placedAt: NOON - 2 * DAY, creditedIn: null }] }),
      'refused',
      'existing_customer',
      'pass',
    ],
    [
      'for the second order after the touch',
      order({ otherOrders: [{ placedAt: NOON - DAY + 1, creditedIn: null }] }),
      'refused',
      'not_first_order',
      'pass',
    ],
    [
      'for another order of a friend whom the program credited',
      order({
        rules: [rule({ newFriendsOnly: false })],
        otherOrders: [{ placedAt: NOON - 50 * DAY, creditedIn: 'prg_1' }],
      }),
      'refused',
      'not_first_order',
      'pass',
    ],
    [
      'for a sign-up of a friend whom the program credited',
      signUp({ candidates: [{ ...click, method: 'lock', windowDays: null }] }),
      'refused',
      'already_attributed',
      'pass',
    ],
    [
      'for a sign-up of a customer',
      signUp({ otherOrders: [{ placedAt: NOON - 2 * DAY, creditedIn: null }] }),
      'refused',
      'existing_customer',
      'pass',
    ],
  ];

  test.each(cases)('%s', (_, facts, status, reason, verdict) => {
    expect(outcome(facts)).toEqual({ status, reason, verdict, grants: [] });
  });

  test('for an order that is told of after a later one was credited', () => {
    const later = { placedAt: null, creditedIn: 'prg_1' };
    expect(outcome(order({ rules: [rule({ newFriendsOnly: false })], otherOrders: [later] })).reason).toBe(
      'not_first_order',
    );
  });
});

test('an order told of late keeps its place before later ones that earned the program nothing', () => {
  for (const creditedIn of [null, 'prg_2'])
    expect(outcome(order({ otherOrders: [{ placedAt: null, creditedIn }] })).status).toBe('credited');
});

test('of two orders of the same moment the second that is told is not the first', () => {
  expect(outcome(order({ otherOrders: [{ placedAt: NOON, creditedIn: null }] })).reason).toBe('not_first_order');
});

test('a sign-up told of late is not that of a customer who bought after it', () => {
  expect(outcome(signUp({ otherOrders: [{ placedAt: null, creditedIn: null }] })).status).toBe('credited');
});

describe('a rule for everybody', () => {
  const rules = [rule({ newFriendsOnly: false })];

  test('credits a customer who comes back by a link', () => {
    const otherOrders = [{ placedAt: NOON - 2 * DAY, creditedIn: null }];
    expect(outcome(order({ rules, otherOrders })).status).toBe('credited');
  });

  test('credits a friend whom another program credited before this touch', () => {
    const otherOrders = [{ placedAt: NOON - 2 * DAY, creditedIn: 'prg_2' }];
    expect(outcome(order({ rules, otherOrders })).status).toBe('credited');
  });

  test('pays one side while the other, for new friends only, gets nothing and is told why', () => {
    const both = [...rules, rule({ id: 'rul_2', side: 'friend' })];
    const { status, grants, explanation } = judgeConversion(
      order({ rules: both, otherOrders: [{ placedAt: NOON - 2 * DAY, creditedIn: null }] }),
    );
    expect(status).toBe('credited');
    expect(grants.map((grant) => grant.rule.side)).toEqual(['advocate']);
    expect(explanation.rules).toContainEqual(
      expect.objectContaining({ ruleId: 'rul_2', earned: false, reason: 'existing_customer' }),
    );
  });
});

describe('several rules for one side', () => {
  test('the highest wins, and the others are of lower priority', () => {
    const rules = [rule({ id: 'rul_low', amounts: { USD: 400 } }), rule({ id: 'rul_high', amounts: { USD: 900 } })];
    const { grants, explanation } = judgeConversion(order({ rules }));
    expect(grants.map((grant) => grant.rule.id)).toEqual(['rul_high']);
    expect(explanation.rules.map(({ ruleId, reason, amount }) => [ruleId, reason, amount])).toEqual([
      ['rul_high', null, 900],
      ['rul_low', 'lower_priority', 400],
    ]);
  });

  test('among equals the priority decides', () => {
    const rules = [rule({ id: 'rul_a', priority: 1 }), rule({ id: 'rul_b', priority: 2 })];
    for (const order2 of [rules, rules.toReversed()]) {
      expect(judgeConversion(order({ rules: order2 })).grants.map((grant) => grant.rule.id)).toEqual(['rul_b']);
    }
  });

  test('one that pays nothing does not stand in the way of another', () => {
    const rules = [
      rule({ id: 'rul_eur', amounts: { EUR: 9000 }, priority: 9 }),
      rule({ id: 'rul_usd', amounts: { USD: 1 } }),
    ];
    expect(outcome(order({ rules })).grants).toEqual(['rul_usd advocate 1']);
  });
});

describe('a sign-up', () => {
  test('is credited with the rules for sign-ups', () => {
    expect(
      outcome(signUp({ rules: [rule(), rule({ id: 'rul_2', trigger: 'sign_up', side: 'friend' })] })).grants,
    ).toEqual(['rul_2 friend 1000']);
  });

  test('locks nobody in another program', () => {
    const lock = { ...click, method: 'lock', programId: 'prg_2', programStatus: 'paused' } as const;
    expect(outcome(signUp({ candidates: [lock, click] })).status).toBe('credited');
  });
});

test('the purchase of a friend whose sign-up was credited is credited once more, by the lock', () => {
  const lock = { ...click, method: 'lock', windowFrom: NOON - DAY / 2, windowDays: 90 } as const;
  const judgement = judgeConversion(order({ candidates: [lock] }));
  expect(judgement.status).toBe('credited');
  expect(judgement.explanation).toMatchObject({ windowDays: 90, winner: { method: 'lock' } });
});

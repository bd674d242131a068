import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { granted } from '../../../src/domain/rewards/granted.ts';
import { type Entry, reverseEntry, statesIn } from '../../../src/domain/rewards/ledger.ts';
import { approve, issue, type Move, positionAfter, voidReward } from '../../../src/domain/rewards/moves.ts';
import { movesFor, type RefundableReward } from '../../../src/domain/rewards/reversal.ts';
import type { Purchase, Rule } from '../../../src/domain/rewards/rule.ts';
import type { OrderChange } from '../../../src/domain/rewards/standing.ts';
import { REWARD_STATES, type RewardState } from '../../../src/domain/terms.ts';
import { Refusal } from '../../../src/lib/refusal.ts';

const DAY = 24 * 60 * 60 * 1000;
const NOON = Date.UTC(2026, 10, 21, 12);
const cause = { actor: 'key_1', reason: 'requested', note: null };

const rule: Rule = {
  id: 'rul_1',
  version: 1,
  programId: 'prg_1',
  side: 'friend',
  trigger: 'purchase',
  kind: 'store_credit',
  amounts: null,
  basisPoints: 1000,
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
};

function sums(entries: Entry[]) {
  const sum = (key: 'pending' | 'approved' | 'issued') => entries.reduce((total, entry) => total + entry[key], 0);
  return { pending: sum('pending'), approved: sum('approved'), issued: sum('issued') };
}

/** What a reward's balances must be, whatever happened to it before. */
function balancesOf({ state, amount, reversed }: RefundableReward) {
  const left = amount - reversed;
  return {
    pending: state === 'pending' || state === 'held' ? left : 0,
    approved: state === 'approved' ? left : 0,
    issued: state === 'issued' ? left : 0,
  };
}

describe('a new reward', () => {
  const grant = { rule, amount: 500, currency: 'USD', base: 5000 };

  test('is held for the days of its rule', () => {
    const { reward, heldUntil, entries } = granted(grant, 'rwd_1', NOON);
    expect(reward).toMatchObject({ state: 'held', amount: 500, reversed: 0, version: 1 });
    expect(heldUntil).toBe(NOON + 14 * DAY);
    expect(sums(entries)).toEqual({ pending: 500, approved: 0, issued: 0 });
  });

  test('without a hold is approved at once', () => {
    const { reward, heldUntil, entries } = granted({ ...grant, rule: { ...rule, holdDays: 0 } }, 'rwd_1', NOON);
    expect(reward.state).toBe('approved');
    expect(heldUntil).toBe(NOON);
    expect(sums(entries)).toEqual({ pending: 0, approved: 500, issued: 0 });
  });

  test('that a person must approve waits, hold or no hold', () => {
    const byHand = { ...rule, holdDays: 0, approval: 'manual' } as const;
    expect(granted({ ...grant, rule: byHand }, 'rwd_1', NOON).reward.state).toBe('held');
  });
});

test('each state stands in at most one balance, and what has ended in none', () => {
  const places = (state: RewardState) =>
    (['pending', 'approved', 'issued'] as const).filter((balance) => statesIn(balance).includes(state));
  expect(Object.fromEntries(REWARD_STATES.map((state) => [state, places(state)]))).toEqual({
    pending: ['pending'],
    held: ['pending'],
    approved: ['approved'],
    issued: ['issued'],
    redeemed: [],
    voided: [],
    reversed: [],
    expired: [],
    blocked: [],
  });
});

test.each(['voided', 'reversed', 'expired', 'blocked'] as const)('nothing can be taken out of a %s reward', (state) => {
  expect(() => reverseEntry(state, 1, 'refund:r1')).toThrow(RangeError);
});

describe('whatever happens to a reward, in whatever order', () => {
  type Told = 'refund' | 'edit' | 'dispute_opened' | 'dispute_won' | 'dispute_lost';
  type Act = { name: 'approve' | 'issue' | 'void' | 'cancellation' } | { name: Told; amount: number };
  const acts = fc.array(
    fc.oneof(
      fc.constantFrom<Act>({ name: 'approve' }, { name: 'issue' }, { name: 'void' }, { name: 'cancellation' }),
      fc.record({
        name: fc.constantFrom<Told>('refund', 'edit', 'dispute_opened', 'dispute_won', 'dispute_lost'),
        amount: fc.integer({ min: 0, max: 6000 }),
      }),
    ),
    { maxLength: 12 },
  );
  const grants = fc
    .record({
      currency: fc.constantFrom('USD', 'JPY', 'KWD'),
      amount: fc.integer({ min: 1, max: 5000 }),
      base: fc.option(fc.integer({ min: 0, max: 10_000 })),
      fixed: fc.boolean(),
      holdDays: fc.constantFrom(0, 14),
    })
    .map(({ fixed, holdDays, ...grant }) => {
      const earnsBy: Rule = fixed ? { ...rule, basisPoints: null, amounts: { USD: 1, JPY: 1, KWD: 1 } } : rule;
      return { ...grant, rule: { ...earnsBy, holdDays } };
    });

  function attempt(reward: RefundableReward, act: Act, known: OrderChange[], index: number): Move[] {
    switch (act.name) {
      case 'approve':
        return [approve(reward, cause)];
      case 'issue':
        return [issue(reward, cause)];
      case 'void':
        return [voidReward(reward, cause)];
      default: {
        const change = changeOf(act, index);
        // The history takes each change once.
        const isKnown = known.some(({ kind, externalId }) => kind === change.kind && externalId === change.externalId);
        return isKnown ? [] : movesFor(reward, orderOf(reward), known, [change], 'src_1');
      }
    }
  }

  function orderOf({ base, currency }: RefundableReward): Purchase {
    return { currency, subtotal: base ?? 0, tax: 700, shipping: 0 };
  }

  function changeOf(act: Act, index: number): OrderChange {
    const kind = act.name as OrderChange['kind'];
    const isDispute = kind.startsWith('dispute');
    const amount = 'amount' in act ? act.amount : 0;
    return { kind, externalId: isDispute ? `d${index % 3}` : `x${index}`, amount, tax: 0, shipping: 0 };
  }

  /** Lives through the acts, passing over those that are refused, and hands every position with all entries up to it to `see`. */
  function live(
    grant: Parameters<typeof granted>[0],
    deeds: Act[],
    see: (reward: RefundableReward, entries: Entry[]) => void,
  ): void {
    const start = granted(grant, 'rwd_1', NOON);
    let { reward } = start;
    const entries = [...start.entries];
    const known: OrderChange[] = [];
    see(reward, entries);
    for (const [index, act] of deeds.entries()) {
      try {
        for (const move of attempt(reward, act, known, index)) {
          reward = { ...reward, ...positionAfter(reward, move) };
          entries.push(...move.entries);
        }
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
      }
      if (!['approve', 'issue', 'void'].includes(act.name)) known.push(changeOf(act, index));
      see(reward, entries);
    }
  }

  test('its entries add up to what is left of it, in the balance of its state', () => {
    fc.assert(
      fc.property(grants, acts, (grant, deeds) => {
        live(grant, deeds, (reward, entries) => expect(sums(entries)).toEqual(balancesOf(reward)));
      }),
      { numRuns: 500 },
    );
  });

  test('no more is taken back than was granted, and an end is empty', () => {
    fc.assert(
      fc.property(grants, acts, (grant, deeds) => {
        live(grant, deeds, (reward, entries) => {
          expect(reward.reversed).toBeLessThanOrEqual(reward.amount);
          if (reward.reversed === reward.amount) expect(['voided', 'reversed']).toContain(reward.state);
          if (['voided', 'reversed'].includes(reward.state)) {
            expect(sums(entries)).toEqual({ pending: 0, approved: 0, issued: 0 });
          }
        });
      }),
    );
  });

  test('no kind of entry comes twice for one cause, as the key of the ledger demands', () => {
    fc.assert(
      fc.property(grants, acts, (grant, deeds) => {
        live(grant, deeds, (_, entries) => {
          const keys = entries.map((entry) => `${entry.kind} ${entry.cause}`);
          expect(new Set(keys).size).toBe(keys.length);
        });
      }),
    );
  });
});

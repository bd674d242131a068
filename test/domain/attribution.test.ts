import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Attribution, attribute, type Candidate, refusalReason } from '../../src/domain/attribution.ts';
import { METHODS, type Method } from '../../src/domain/terms.ts';

const DAY = 24 * 60 * 60 * 1000;
const NOON = Date.UTC(2026, 10, 21, 12);
const friend = { customer: 'f-customer', email: 'f-email' };

function touch(changes: Partial<Candidate> = {}): Candidate {
  const touchedAt = changes.touchedAt ?? NOON - DAY;
  return {
    method: 'click',
    linkId: 'lnk_a',
    advocateId: 'adv_a',
    programId: 'prg_a',
    clickId: 'clk_a',
    touchedAt,
    linkEnabled: true,
    programStatus: 'active',
    model: 'last_touch',
    windowFrom: touchedAt,
    windowDays: 30,
    advocate: { customer: 'a-customer', email: 'a-email' },
    advocateBanned: false,
    advocateArchived: false,
    ...changes,
  };
}

function judged(...candidates: Candidate[]) {
  const { winner, losers } = attribute(friend, NOON, candidates);
  return {
    winner: winner?.clickId ?? null,
    losers: losers.map(({ candidate, reason }) => [candidate.clickId, reason]),
  };
}

describe('proof', () => {
  const pairs = METHODS.flatMap((better, rank) => METHODS.slice(rank + 1).map((worse) => [better, worse] as const));

  test.each(pairs)('%s beats %s, however much later the other touch was', (better, worse) => {
    const first = touch({ method: better, clickId: 'clk_better', touchedAt: NOON - 20 * DAY });
    const second = touch({ method: worse, clickId: 'clk_worse', touchedAt: NOON - 1 });
    expect(judged(second, first)).toEqual({ winner: 'clk_better', losers: [['clk_worse', 'lower_priority']] });
  });

  test('without any touch nobody wins and nobody loses', () => {
    expect(attribute(friend, NOON, [])).toEqual({ winner: null, losers: [] });
    expect(refusalReason([])).toBe('no_touch');
  });
});

describe('model', () => {
  const early = touch({ clickId: 'clk_early', linkId: 'lnk_e', touchedAt: NOON - 3 * DAY });
  const late = touch({ clickId: 'clk_late', linkId: 'lnk_l', touchedAt: NOON - 2 * DAY });

  test('last touch credits the latest of equal proofs', () => {
    expect(judged(early, late).winner).toBe('clk_late');
  });

  test('first touch credits the earliest of equal proofs', () => {
    const model = 'first_touch' as const;
    expect(judged({ ...late, model }, { ...early, model }).winner).toBe('clk_early');
  });

  test('first touch does not look past the window', () => {
    const model = 'first_touch' as const;
    const stale = touch({ clickId: 'clk_stale', touchedAt: NOON - 31 * DAY, model });
    expect(judged({ ...late, model }, { ...early, model }, stale)).toEqual({
      winner: 'clk_early',
      losers: [
        ['clk_late', 'lower_priority'],
        ['clk_stale', 'outside_window'],
      ],
    });
  });

  test('the program that was touched last speaks first, and then its own model', () => {
    const firstTouch = { programId: 'prg_first', model: 'first_touch' } as const;
    const candidates = [
      touch({ ...firstTouch, clickId: 'clk_1', touchedAt: NOON - 5 * DAY }),
      touch({ clickId: 'clk_2', touchedAt: NOON - 4 * DAY }),
      touch({ ...firstTouch, clickId: 'clk_3', touchedAt: NOON - 3 * DAY }),
    ];
    expect(judged(...candidates).winner).toBe('clk_1');
    expect(judged(...candidates.slice(0, 2)).winner).toBe('clk_2');
  });
});

const MINUTE = 60_000;

describe('window', () => {
  test.each([
    { age: 0, windowDays: 30, inside: true },
    { age: 30 * DAY, windowDays: 30, inside: true },
    { age: 30 * DAY + 1, windowDays: 30, inside: false },
    { age: DAY, windowDays: 1, inside: true },
    { age: DAY + 1, windowDays: 1, inside: false },
    { age: 365 * DAY, windowDays: 365, inside: true },
    { age: 365 * DAY + 1, windowDays: 365, inside: false },
    { age: 5000 * DAY, windowDays: null, inside: true },
    { age: -5 * MINUTE, windowDays: 30, inside: true },
    { age: -5 * MINUTE - 1, windowDays: 30, inside: false },
    { age: -5 * MINUTE - 1, windowDays: null, inside: false },
  ])('a touch $age ms before, in a window of $windowDays days: inside is $inside', ({ age, windowDays, inside }) => {
    const { winner, losers } = judged(touch({ touchedAt: NOON - age, windowDays }));
    expect(winner).toBe(inside ? 'clk_a' : null);
    expect(losers).toEqual(inside ? [] : [['clk_a', 'outside_window']]);
  });

  test('a sign-up after the purchase did not bring it', () => {
    const signUp = touch({ method: 'sign_up', touchedAt: NOON - DAY, windowDays: 90 });
    expect(judged({ ...signUp, windowFrom: NOON + 1 }).winner).toBeNull();
  });

  test('a purchase is measured from the sign-up, not from the click before it', () => {
    const signUp = touch({ method: 'sign_up', touchedAt: NOON - 100 * DAY, windowDays: 90 });
    expect(judged({ ...signUp, windowFrom: NOON - 90 * DAY }).winner).toBe('clk_a');
    expect(judged({ ...signUp, windowFrom: NOON - 90 * DAY - 1 }).winner).toBeNull();
  });
});

describe('who cannot win', () => {
  test.each([
    ['self_referral', { advocate: { customer: 'f-customer', email: null } }],
    ['self_referral', { advocate: { customer: 'another', email: 'f-email' } }],
    ['self_referral', { advocate: { customer: 'f-customer', email: 'another' } }],
    ['fraud_blocked', { advocateBanned: true }],
    ['program_paused', { programStatus: 'paused' }],
    ['program_paused', { programStatus: 'archived' }],
    ['outside_window', { touchedAt: NOON - 31 * DAY }],
    ['link_disabled', { linkEnabled: false }],
  ] as const)('%s: %o', (reason, changes) => {
    expect(judged(touch(changes))).toEqual({ winner: null, losers: [['clk_a', reason]] });
  });

  test('the next best touch wins in the place of one that cannot', () => {
    const own = touch({ method: 'code', clickId: 'clk_own', advocate: { customer: 'f-customer', email: null } });
    expect(judged(own, touch())).toEqual({ winner: 'clk_a', losers: [['clk_own', 'self_referral']] });
  });

  test('an unknown identity is nobody’s: two people without an e-mail address are not the same', () => {
    const advocate = { customer: 'a-customer', email: null };
    expect(attribute({ customer: null, email: null }, NOON, [touch({ advocate })]).winner).not.toBeNull();
    expect(attribute({ customer: 'x', email: null }, NOON, [touch({ advocate })]).winner).not.toBeNull();
  });

  test('a sign-up that was told of stays good when the link is disabled after it', () => {
    expect(judged(touch({ method: 'sign_up', linkEnabled: false })).winner).toBe('clk_a');
  });
});

describe('lock', () => {
  const lock = touch({ method: 'lock', clickId: 'clk_lock', touchedAt: NOON - 50 * DAY, windowDays: 90 });
  const rival = touch({ clickId: 'clk_rival', advocateId: 'adv_rival', linkId: 'lnk_rival' });

  test('a locked friend stays with the advocate, whoever else was clicked', () => {
    expect(judged(rival, lock)).toEqual({ winner: 'clk_lock', losers: [['clk_rival', 'already_attributed']] });
  });

  test('a lock stands although the link was disabled', () => {
    expect(judged({ ...lock, linkEnabled: false }).winner).toBe('clk_lock');
  });

  test('an operator may assign the friend to somebody else', () => {
    expect(judged(lock, { ...rival, method: 'manual' }).winner).toBe('clk_rival');
  });

  test('it binds in its own program only', () => {
    const elsewhere = { ...rival, programId: 'prg_b' };
    expect(judged(lock, elsewhere).losers).toEqual([['clk_rival', 'lower_priority']]);
    expect(judged({ ...lock, programStatus: 'paused' }, elsewhere).winner).toBe('clk_rival');
  });

  test('it still binds when its window has passed: neither advocate is credited for a friend who is not new', () => {
    const over = { ...lock, touchedAt: NOON - 91 * DAY, windowFrom: NOON - 91 * DAY };
    expect(judged(over, rival, touch())).toEqual({
      winner: null,
      losers: [
        ['clk_lock', 'outside_window'],
        ['clk_a', 'outside_window'],
        ['clk_rival', 'already_attributed'],
      ],
    });
  });

  test('a sign-up made in the checkout, a moment after its order, does not take the order from the same advocate', () => {
    const later = { ...lock, touchedAt: NOON - DAY, windowFrom: NOON + 1000 };
    expect(judged(later, touch())).toEqual({ winner: 'clk_a', losers: [['clk_lock', 'outside_window']] });
    expect(judged(later, rival).winner).toBeNull();
  });
});

describe('the reason of a conversion that nobody earned', () => {
  test('is that of the best proof', () => {
    const code = touch({ method: 'code', programStatus: 'paused' });
    const { losers } = attribute(friend, NOON, [touch({ linkEnabled: false }), code]);
    expect(refusalReason(losers)).toBe('program_paused');
  });

  test('is that of the latest touch among equal proofs, in whatever order they were read', () => {
    const stale = touch({ clickId: 'clk_stale', touchedAt: NOON - 40 * DAY });
    const own = touch({ clickId: 'clk_own', advocate: friend });
    for (const candidates of [
      [stale, own],
      [own, stale],
    ]) {
      expect(refusalReason(attribute(friend, NOON, candidates).losers)).toBe('self_referral');
    }
  });
});

describe('always', () => {
  const programs = [
    { programId: 'prg_a', model: 'last_touch', programStatus: 'active' },
    { programId: 'prg_b', model: 'first_touch', programStatus: 'active' },
    { programId: 'prg_c', model: 'last_touch', programStatus: 'paused' },
  ] as const;
  const anyTouch = fc
    .record({
      method: fc.constantFrom<Method>(...METHODS),
      program: fc.constantFrom(...programs),
      advocate: fc.constantFrom('a', 'b', 'c', 'f'),
      age: fc.integer({ min: -2, max: 40 }),
      linkEnabled: fc.boolean(),
      advocateBanned: fc.boolean(),
      advocateArchived: fc.boolean(),
    })
    .map(({ program, advocate, age, ...rest }) => {
      const advocateId = `adv_${advocate}`;
      const person = { customer: `${advocate}-customer`, email: `${advocate}-email` };
      const touchedAt = NOON - age * DAY;
      return touch({ ...program, ...rest, advocateId, advocate: person, touchedAt });
    });
  const touches = fc
    .array(anyTouch, { maxLength: 8 })
    .map((list) => list.map((one, index) => ({ ...one, clickId: `clk_${index}`, linkId: `lnk_${index}` })));

  function all({ winner, losers }: Attribution): Candidate[] {
    return [...(winner === null ? [] : [winner]), ...losers.map(({ candidate }) => candidate)];
  }

  test('every candidate is either the winner or a loser, once', () => {
    fc.assert(
      fc.property(touches, (candidates) => {
        const heard = all(attribute(friend, NOON, candidates));
        expect(heard).toHaveLength(candidates.length);
        expect(new Set(heard)).toEqual(new Set(candidates));
      }),
    );
  });

  test('the order in which touches were read changes nothing', () => {
    const shuffled = touches.chain((list) =>
      fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })),
    );
    fc.assert(
      fc.property(shuffled, ([candidates, others]) => {
        expect(attribute(friend, NOON, others)).toEqual(attribute(friend, NOON, candidates));
      }),
    );
  });

  test('a touch of weaker proof never changes the winner', () => {
    fc.assert(
      fc.property(touches, anyTouch, (candidates, one) => {
        const { winner } = attribute(friend, NOON, candidates);
        fc.pre(winner !== null && METHODS.indexOf(one.method) > METHODS.indexOf(winner.method));
        expect(attribute(friend, NOON, [...candidates, one]).winner).toEqual(winner);
      }),
    );
  });

  test('an older touch of the same proof never changes the winner by last touch', () => {
    fc.assert(
      fc.property(touches, fc.integer({ min: 1, max: 40 }), (candidates, older) => {
        const { winner } = attribute(friend, NOON, candidates);
        fc.pre(winner !== null && winner.method !== 'lock' && winner.model === 'last_touch');
        const touchedAt = winner.touchedAt - older * DAY;
        const one = { ...winner, clickId: 'clk_older', touchedAt, windowFrom: touchedAt };
        expect(attribute(friend, NOON, [...candidates, one]).winner).toEqual(winner);
      }),
    );
  });

  test('nobody wins for a conversion of their own, banned, or out of time', () => {
    fc.assert(
      fc.property(touches, (candidates) => {
        const { winner } = attribute(friend, NOON, candidates);
        if (winner === null) return;
        expect(winner.advocateId).not.toBe('adv_f');
        expect(winner.advocateBanned).toBe(false);
        expect(winner.programStatus).toBe('active');
        expect(NOON - winner.windowFrom).toBeGreaterThanOrEqual(0);
        expect(NOON - winner.windowFrom).toBeLessThanOrEqual(30 * DAY);
      }),
    );
  });
});

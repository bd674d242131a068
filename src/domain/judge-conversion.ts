import { type Attribution, attribute, type Candidate, refusalReason } from './attribution.ts';
import type { Check, ExplainedCandidate, ExplainedRule, Explanation } from './explanation.ts';
import type { Identity } from './identity.ts';
import { earningOf, type Purchase, type Rule } from './rewards/rule.ts';
import type { ConversionKind, ConversionStatus, Reason, Verdict } from './terms.ts';

/** Everything a judgement depends on: read in one trip, before it. */
export interface ConversionFacts {
  kind: ConversionKind;
  occurredAt: number;
  friend: Identity;
  /** A test order or sign-up in a live store. */
  testInLive: boolean;
  purchase: Purchase | null;
  /** The currency a sign-up named; null where it did not. */
  signUpCurrency: string | null;
  candidates: Candidate[];
  unknown: string[];
  /**
   * The friend's other orders that still stand, by the program that credited them: when the latest of them was placed that is
   * no later than this conversion; null: all of them are later.
   */
  otherOrders: { placedAt: number | null; creditedIn: string | null }[];
  rules: Rule[];
}

export interface Grant {
  rule: Rule;
  amount: number;
  currency: string;
  base: number | null;
}

export interface Judgement {
  status: ConversionStatus;
  reason: Reason | null;
  verdict: Verdict;
  winner: Candidate | null;
  grants: Grant[];
  explanation: Explanation;
}

/** Who earns the conversion, whether it may be credited, and what each side gets for it; pure, so that it can be asked again. */
export function judgeConversion(facts: ConversionFacts): Judgement {
  const attribution = attribute(facts.friend, facts.occurredAt, facts.candidates);
  const { winner } = attribution;
  const applicable = winner === null ? [] : rulesFor(facts, winner);
  const checks = checksOf(facts, attribution, applicable);
  const failed = checks.find((check) => !check.passed);
  const earnings =
    failed === undefined && winner !== null ? earn(facts, winner, applicable) : { grants: [], rules: [] };
  const reason = failed?.reason ?? (earnings.grants.length > 0 ? null : (earnings.rules[0]?.reason ?? null));
  return {
    status: statusOf(reason),
    reason,
    verdict: reason === 'self_referral' || reason === 'fraud_blocked' ? 'block' : 'pass',
    winner,
    grants: earnings.grants,
    explanation: explain(facts, attribution, checks, earnings.rules),
  };
}

function rulesFor(facts: ConversionFacts, winner: Candidate): Rule[] {
  const trigger = facts.kind === 'order' ? 'purchase' : 'sign_up';
  return facts.rules.filter((rule) => rule.programId === winner.programId && rule.trigger === trigger);
}

/** Asked in this order; the first that fails is the conversion's reason. */
function checksOf(facts: ConversionFacts, { winner, losers }: Attribution, applicable: Rule[]): Check[] {
  const known = facts.friend.customer !== null || facts.friend.email !== null;
  if (winner === null) return [check('attributed', refusalReason(losers))];
  return [
    check('attributed', null),
    check('live_order', facts.testInLive ? 'test_order' : null),
    check('known_customer', known ? null : 'customer_unknown'),
    check('program_has_rule', applicable.length > 0 ? null : 'no_rule'),
    check('new_to_program', facts.kind === 'sign_up' && isLocked(facts, winner) ? 'already_attributed' : null),
  ];
}

function earn(
  facts: ConversionFacts,
  winner: Candidate,
  applicable: Rule[],
): { grants: Grant[]; rules: ExplainedRule[] } {
  const grants: Grant[] = [];
  const judged = applicable.map((rule) => {
    const stale = staleness(facts, winner, rule);
    return { rule, earning: stale ?? earningOf(rule, facts.purchase, facts.signUpCurrency) };
  });
  const best = judged.toSorted(
    (a, b) =>
      worth(b.earning) - worth(a.earning) || b.rule.priority - a.rule.priority || (a.rule.id < b.rule.id ? -1 : 1),
  );
  const taken = new Set<string>();
  const rules = best.map(({ rule, earning }): ExplainedRule => {
    const named = { ruleId: rule.id, ruleVersion: rule.version, side: rule.side };
    if (!earning.earned)
      return { ...named, earned: false, reason: earning.reason, calculation: null, amount: null, currency: null };
    const { amount, currency, base, calculation } = earning;
    if (taken.has(rule.side))
      return { ...named, earned: false, reason: 'lower_priority', calculation, amount, currency };
    taken.add(rule.side);
    grants.push({ rule, amount, currency, base });
    return { ...named, earned: true, reason: null, calculation, amount, currency };
  });
  return { grants, rules };
}

/**
 * A rule pays for the first purchase after the touch, and, unless it says otherwise, only for people who had never bought
 * before it. An order that is told late keeps its place, unless the program has paid for a later one already.
 */
function staleness(facts: ConversionFacts, winner: Candidate, rule: Rule): { earned: false; reason: Reason } | null {
  const isFirst = !facts.otherOrders.some(
    ({ placedAt, creditedIn }) => (placedAt !== null && placedAt > winner.touchedAt) || creditedIn === winner.programId,
  );
  if (facts.kind === 'order' && !isFirst) return { earned: false, reason: 'not_first_order' };
  const isCustomer = facts.otherOrders.some(({ placedAt }) => placedAt !== null);
  if (rule.newFriendsOnly && isCustomer) return { earned: false, reason: 'existing_customer' };
  return null;
}

function isLocked(facts: ConversionFacts, winner: Candidate): boolean {
  return facts.candidates.some((c) => c.method === 'lock' && c.programId === winner.programId);
}

function worth(earning: { earned: boolean; amount?: number }): number {
  return earning.earned ? (earning.amount ?? 0) : -1;
}

function statusOf(reason: Reason | null): ConversionStatus {
  if (reason === null) return 'credited';
  return reason === 'no_touch' || reason === 'no_rule' ? 'recorded' : 'refused';
}

function check(name: Check['name'], reason: Reason | null): Check {
  return { name, passed: reason === null, reason };
}

function explain(
  facts: ConversionFacts,
  { winner, losers }: Attribution,
  checks: Check[],
  rules: ExplainedRule[],
): Explanation {
  return {
    model: winner?.model ?? null,
    windowDays: winner?.windowDays ?? null,
    winner: winner === null ? null : plain(winner),
    losers: losers.map(({ candidate, reason }) => ({ ...plain(candidate), reason })),
    unknown: facts.unknown,
    checks,
    rules,
  };
}

function plain({ method, linkId, advocateId, programId, clickId, touchedAt }: Candidate): ExplainedCandidate {
  return { method, linkId, advocateId, programId, clickId, touchedAt };
}

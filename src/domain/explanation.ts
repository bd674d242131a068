import type { Method, Model, Reason, Side } from './terms.ts';

/** Why a conversion was judged as it was: stored with it, never computed again. */
export interface Explanation {
  model: Model | null;
  /** The window the winner was measured by, in days; null: none applied. */
  windowDays: number | null;
  winner: ExplainedCandidate | null;
  losers: (ExplainedCandidate & { reason: Reason })[];
  /** Codes, click ids and tokens that led to no link of this store. */
  unknown: string[];
  checks: Check[];
  rules: ExplainedRule[];
}

export interface ExplainedCandidate {
  method: Method;
  linkId: string;
  advocateId: string;
  programId: string;
  clickId: string | null;
  touchedAt: number;
}

/** One question that every conversion of its kind is asked; `reason` where the answer refused it. */
export interface Check {
  name: 'live_order' | 'known_customer' | 'attributed' | 'new_to_program' | 'program_has_rule';
  passed: boolean;
  reason: Reason | null;
}

export interface ExplainedRule {
  ruleId: string;
  ruleVersion: number;
  side: Side;
  earned: boolean;
  reason: Reason | null;
  /** How the amount came about, e.g. `10.00 % of 50.00 USD = 5.00 USD`. */
  calculation: string | null;
  /** Minor units of `currency`. */
  amount: number | null;
  currency: string | null;
}

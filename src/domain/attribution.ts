import { DAY } from './calendar.ts';
import type { ExplainedCandidate } from './explanation.ts';
import { type Identity, samePerson } from './identity.ts';
import { METHODS, type Model, type ProgramStatus, type Reason } from './terms.ts';

/** How far the clock of a store may be from ours. */
export const CLOCKS_DIFFER = 300_000;

/** One touch that might earn the conversion, with what is known of its link, program and advocate at the moment of judging. */
export interface Candidate extends ExplainedCandidate {
  linkEnabled: boolean;
  programStatus: ProgramStatus;
  model: Model;
  /** Where the window is measured from: the click, or the sign-up that a purchase follows. */
  windowFrom: number;
  /** null: no window applies. */
  windowDays: number | null;
  advocate: Identity;
  advocateBanned: boolean;
  advocateArchived: boolean;
}

export interface Attribution {
  winner: Candidate | null;
  /** Those who ran and lost, then those who could not run; each best proof first. */
  losers: { candidate: Candidate; reason: Reason }[];
}

/** The best proof wins; among equals in proof the program's model chooses; every loser is told why. */
export function attribute(friend: Identity, occurredAt: number, candidates: Candidate[]): Attribution {
  const losers: Attribution['losers'] = [];
  const running: Candidate[] = [];
  const locks = candidates.filter((candidate) => candidate.method === 'lock');
  // The database gives rows in any order; the judgement must not depend on it.
  const inOrder = candidates.toSorted((a, b) => rank(a) - rank(b) || b.touchedAt - a.touchedAt || byId(a, b));
  for (const candidate of inOrder) {
    const reason = elimination(candidate, friend, occurredAt, locks);
    if (reason === null) running.push(candidate);
    else losers.push({ candidate, reason });
  }
  const [winner, ...rest] = running.toSorted((a, b) => rank(a) - rank(b) || byModel(a, b, running) || byId(a, b));
  return {
    winner: winner ?? null,
    losers: [...rest.map((candidate) => ({ candidate, reason: 'lower_priority' as const })), ...losers],
  };
}

/** The reason that speaks for a conversion nobody earned: that of its best proof. */
export function refusalReason(losers: Attribution['losers']): Reason {
  return losers[0]?.reason ?? 'no_touch';
}

function elimination(candidate: Candidate, friend: Identity, occurredAt: number, locks: Candidate[]): Reason | null {
  if (samePerson(candidate.advocate, friend)) return 'self_referral';
  if (candidate.advocateBanned) return 'fraud_blocked';
  if (candidate.advocateArchived) return 'link_disabled';
  if (candidate.programStatus !== 'active') return 'program_paused';
  if (!inWindow(candidate, occurredAt)) return 'outside_window';
  if (candidate.method === 'manual' || candidate.method === 'lock') return null;
  const binding = locks.filter((lock) => lock.programId === candidate.programId);
  if (binding.some((lock) => lock.advocateId !== candidate.advocateId)) return 'already_attributed';
  // A lock binds also after its own window has passed: the friend is not new to the program any more.
  if (binding.length > 0 && binding.every((lock) => isPast(lock, occurredAt))) return 'outside_window';
  if (candidate.method !== 'sign_up' && !candidate.linkEnabled) return 'link_disabled';
  return null;
}

/** Inclusive: exactly `windowDays` later is inside, a millisecond more is not. A touch after the fact is no touch. */
function inWindow(candidate: Candidate, occurredAt: number): boolean {
  // The time of a click is ours, that of the order may be the store's.
  const tolerance = candidate.method === 'click' ? CLOCKS_DIFFER : 0;
  return candidate.windowFrom <= occurredAt + tolerance && !isPast(candidate, occurredAt);
}

function isPast({ windowFrom, windowDays }: Candidate, occurredAt: number): boolean {
  return windowDays !== null && occurredAt - windowFrom > windowDays * DAY;
}

function rank(candidate: Candidate): number {
  return METHODS.indexOf(candidate.method);
}

/** The program of the latest touch speaks first; within a program its model. */
function byModel(a: Candidate, b: Candidate, running: Candidate[]): number {
  if (a.programId !== b.programId) return latestTouch(b, running) - latestTouch(a, running);
  return a.model === 'first_touch' ? a.touchedAt - b.touchedAt : b.touchedAt - a.touchedAt;
}

function latestTouch(of: Candidate, running: Candidate[]): number {
  return Math.max(
    ...running.filter((c) => c.programId === of.programId && c.method === of.method).map((c) => c.touchedAt),
  );
}

function byId(a: Candidate, b: Candidate): number {
  const left = `${a.programId} ${a.linkId} ${a.clickId}`;
  const right = `${b.programId} ${b.linkId} ${b.clickId}`;
  return left < right ? -1 : left > right ? 1 : 0;
}

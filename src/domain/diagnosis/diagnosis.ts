import type { InputError, RefusalCode } from '../../lib/refusal.ts';
import type { Notice } from '../notice.ts';
import type { CompleteReading } from '../sources/complete.ts';
import { type Finding, inFull, refusalOf } from './finding.ts';
import type { Mistake } from './mistakes.ts';

export const DIAGNOSES = ['accepted', 'held', 'queued', 'ping', 'refused'] as const;

/** What would become of a callback, and why. */
export interface Diagnosis {
  verdict: (typeof DIAGNOSES)[number];
  /** What its sender would be answered; null: it is not refused. */
  refusal: RefusalCode | null;
  findings: Finding[];
  mistake: Mistake | null;
  /** What to mend in the body. */
  errors: InputError[];
  /** null: it was not read, or makes no sense. */
  understood: { type: string; notices: Notice[] } | null;
}

/** The last finding says how far it came. */
export function diagnosed(
  findings: readonly Finding[],
  { mistake = null, reading = null }: { mistake?: Mistake | null; reading?: CompleteReading | null } = {},
): Diagnosis {
  const wrong = findings.find(({ passed }) => passed === false);
  const refusal = wrong === undefined ? null : refusalOf(wrong);
  return {
    verdict: refusal !== null ? 'refused' : wrong === undefined ? verdictOf(reading) : 'queued',
    refusal,
    findings: inFull(findings),
    mistake,
    errors: reading?.outcome === 'unusable' ? reading.errors : [],
    understood: understoodIn(reading),
  };
}

function verdictOf(reading: CompleteReading | null): Diagnosis['verdict'] {
  if (reading === null) return 'ping';
  return reading.outcome === 'held' ? 'held' : 'accepted';
}

function understoodIn(reading: CompleteReading | null): Diagnosis['understood'] {
  if (reading === null || reading.outcome === 'unusable') return null;
  return { type: reading.type, notices: reading.outcome === 'read' ? reading.notices : [] };
}

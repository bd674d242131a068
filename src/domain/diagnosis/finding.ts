import type { RefusalCode } from '../../lib/refusal.ts';

/** What a callback goes through, in this order. */
export const STEPS = [
  'method',
  'content_encoding',
  'size',
  'media_type',
  'source',
  'headers',
  'freshness',
  'key',
  'signature',
  'json',
  'content',
] as const;

export type Step = (typeof STEPS)[number];

export interface Finding {
  step: Step;
  /** null: nobody looked. */
  passed: boolean | null;
  detail: string;
  /** What the sender is answered here, where that is not what this step answers otherwise; null: it is not refused. */
  refusal?: RefusalCode | null;
}

const REFUSALS: Record<Step, RefusalCode> = {
  method: 'method_not_allowed',
  content_encoding: 'content_encoding_unsupported',
  size: 'body_too_large',
  media_type: 'media_type_unsupported',
  source: 'signature_invalid',
  headers: 'callback_malformed',
  freshness: 'signature_invalid',
  key: 'signature_invalid',
  signature: 'signature_invalid',
  json: 'body_malformed',
  content: 'callback_unusable',
};

export function passed(step: Step, detail: string): Finding {
  return { step, passed: true, detail };
}

export function failed(step: Step, detail: string, refusal?: RefusalCode | null): Finding {
  return { step, passed: false, detail, ...(refusal === undefined ? {} : { refusal }) };
}

export function unseen(step: Step, detail = 'Not reached.'): Finding {
  return { step, passed: null, detail };
}

/** What the sender would be answered for what was found to be wrong first. */
export function refusalOf({ step, refusal }: Finding): RefusalCode | null {
  return refusal === undefined ? REFUSALS[step] : refusal;
}

/** With the steps that were not reached. */
export function inFull(findings: readonly Finding[]): Finding[] {
  return STEPS.map((step) => findings.find((finding) => finding.step === step) ?? unseen(step));
}

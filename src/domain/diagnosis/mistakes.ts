import type { Scheme, Verification, VerificationInput } from '../sources/contract.ts';
import { isStale, signedTime } from './signed-time.ts';

export const MISTAKES = [
  'stale_time',
  'ended_secret',
  'other_source',
  'empty_body',
  'final_newline',
  'line_endings',
  'byte_order_mark',
  'text_encoding',
  'base64_body',
  'json_rewritten',
  'secret_form',
  'signed_parts',
] as const;

export interface Mistake {
  code: (typeof MISTAKES)[number];
  /** Holds no secret and nothing computed from one. */
  detail: string;
}

/** With these changes the signature would hold, if it is this mistake. */
export interface Suspicion extends Mistake {
  changes: { scheme?: Scheme<unknown>; config?: unknown; secrets?: string[]; body?: Uint8Array<ArrayBuffer> };
}

/** The usual mistake that explains why this was refused: the first one without which it would have been taken. */
export async function findMistake(
  scheme: Scheme<unknown>,
  input: VerificationInput<unknown>,
  refused: Verification,
  suspicions: Iterable<Suspicion>,
): Promise<Mistake | null> {
  const now = isStale(refused) ? await signedTime(scheme, input) : input.now;
  if (now === null) return null;
  const inTime = { ...input, now };
  if (isStale(refused) && (await holds(scheme, inTime))) return staleTime(input.now, now);
  for (const { code, detail, changes } of suspicions) {
    const { scheme: other = scheme, body = input.request.body, ...rest } = changes;
    if (await holds(other, { ...inTime, ...rest, request: { ...input.request, body } })) return { code, detail };
  }
  return null;
}

async function holds(scheme: Scheme<unknown>, input: VerificationInput<unknown>): Promise<boolean> {
  return (await scheme.verify(input)).outcome === 'verified';
}

function staleTime(arrivedAt: number, signedAt: number): Mistake {
  const seconds = Math.round(Math.abs(arrivedAt - signedAt) / 1000);
  const order = signedAt < arrivedAt ? 'before' : 'after';
  return {
    code: 'stale_time',
    detail: `The signature is right. It was made ${seconds} seconds ${order} the callback came: give \`at\` if it came at another time than now; else set the clock of the sender, and sign each attempt anew.`,
  };
}

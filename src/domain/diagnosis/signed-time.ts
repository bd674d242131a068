import { decodeUtf8, fromBase64Url } from '../../lib/encoding.ts';
import type { Scheme, Verification, VerificationInput } from '../sources/contract.ts';

const FAR = 10 * 365 * 86_400_000;
const MOST_TIMES = 20;
const SECONDS_OR_MILLISECONDS = /(?<!\d)[1-9]\d{9}(?:\d{3})?(?!\d)/g;

export function isStale(verification: Verification): boolean {
  return verification.outcome === 'refused' && verification.step === 'freshness';
}

/** Whether the scheme looks at a signed time before it refuses or takes this: at another time, it would be stale. */
export async function isTimed<Config>(scheme: Scheme<Config>, input: VerificationInput<Config>): Promise<boolean> {
  return isStale(await scheme.verify({ ...input, now: input.now + FAR }));
}

/**
 * When a stale callback was signed; null where no header tells. Each scheme writes the time in its own way: it is the
 * one, of all that look like times, as of which the callback is fresh.
 */
export async function signedTime<Config>(
  scheme: Scheme<Config>,
  input: VerificationInput<Config>,
): Promise<number | null> {
  for (const at of timesIn(input.request.headers)) {
    if (!isStale(await scheme.verify({ ...input, now: at }))) return at;
  }
  return null;
}

function timesIn(headers: Headers): number[] {
  const texts = [...headers.values()].flatMap((value) => [value, ...value.split('.').map(decoded)]);
  const times = texts.flatMap((text) => text.match(SECONDS_OR_MILLISECONDS) ?? []);
  const inMilliseconds = times.map((digits) => (digits.length === 13 ? Number(digits) : Number(digits) * 1000));
  return [...new Set(inMilliseconds)].slice(0, MOST_TIMES);
}

/** The header of a JWS. */
function decoded(text: string): string {
  return decodeUtf8(fromBase64Url(text) ?? new Uint8Array()) ?? '';
}

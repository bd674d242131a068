import { ed25519Matches, importEd25519PublicKey, isEd25519PublicKey } from './ed25519.ts';
import { fromBase64, toBase64, utf8 } from './encoding.ts';
import { hmac, hmacMatches, importHmacKey } from './hmac.ts';

/** Standard Webhooks 1.0: over `id.timestamp.body` stands an HMAC-SHA-256 (`v1`) or an Ed25519 signature (`v1a`). */

const ID = /^[A-Za-z0-9_-]{1,256}$/;
const TIMESTAMP = /^[1-9]\d{0,11}$/;
const MOST_SIGNATURES = 10;

const V1 = { prefix: 'v1,', importKey: importHmacKey, matches: hmacMatches };
const V1A = { prefix: 'v1a,', importKey: importEd25519PublicKey, matches: ed25519Matches };

/** One kind or the other, so that a public key is never taken for a secret: anybody could sign with it. */
type VerificationKeys =
  | { secrets: Uint8Array[]; publicKeys?: never }
  /** Each as `decodePublicKey` gives it; one that is not fit to trust matches nothing. */
  | { publicKeys: Uint8Array[]; secrets?: never };

/** The key in a `whsec_…` secret; null unless it is 24 to 64 bytes in canonical base64. */
export function decodeSecret(secret: string): Uint8Array<ArrayBuffer> | null {
  if (!secret.startsWith('whsec_')) return null;
  const key = fromBase64(secret.slice('whsec_'.length));
  return key !== null && key.length >= 24 && key.length <= 64 ? key : null;
}

/** The key in a `whpk_…` text; null unless it is a canonical Ed25519 key, not of small order, in canonical base64. */
export function decodePublicKey(text: string): Uint8Array<ArrayBuffer> | null {
  if (!text.startsWith('whpk_')) return null;
  const key = fromBase64(text.slice('whpk_'.length));
  return key !== null && isEd25519PublicKey(key) ? key : null;
}

/** The value of the `webhook-signature` header; `timestamp` in seconds. */
export async function sign(input: {
  id: string;
  timestamp: number;
  body: Uint8Array;
  secret: Uint8Array;
}): Promise<string> {
  const key = await importHmacKey(input.secret);
  const mac = await hmac(key, signedBytes(input.id, String(input.timestamp), input.body));
  return `v1,${toBase64(mac)}`;
}

/** Takes the three headers as they came; `now` in milliseconds. Any of the keys may have signed. */
export async function verify(
  input: VerificationKeys & {
    id: string;
    timestamp: string;
    signature: string;
    body: Uint8Array;
    now: number;
    toleranceSeconds?: number;
  },
): Promise<boolean> {
  const { id, timestamp, signature, body, secrets, publicKeys, now, toleranceSeconds = 300 } = input;
  if (!ID.test(id) || !TIMESTAMP.test(timestamp)) return false;
  // The sender counts whole seconds: a difference is too large once it is a whole second over.
  if (Math.abs(now - Number(timestamp) * 1000) >= (toleranceSeconds + 1) * 1000) return false;
  const { prefix, importKey, matches } = secrets === undefined ? V1A : V1;
  const signatures = signaturesIn(signature, prefix);
  const signed = signedBytes(id, timestamp, body);
  for (const bytes of secrets ?? publicKeys) {
    const key = await importKey(bytes);
    if (key === null) continue;
    for (const candidate of signatures) {
      if (await matches(key, candidate, signed)) return true;
    }
  }
  return false;
}

/** The well-formed ones of our version among the first ten of the list; other versions stand there for other receivers. */
function signaturesIn(header: string, prefix: string): Uint8Array[] {
  return header
    .split(' ', MOST_SIGNATURES)
    .map((entry) => (entry.startsWith(prefix) ? fromBase64(entry.slice(prefix.length)) : null))
    .filter((signature) => signature !== null);
}

function signedBytes(id: string, timestamp: string, body: Uint8Array): Uint8Array<ArrayBuffer> {
  const head = utf8(`${id}.${timestamp}.`);
  const bytes = new Uint8Array(head.length + body.length);
  bytes.set(head);
  bytes.set(body, head.length);
  return bytes;
}

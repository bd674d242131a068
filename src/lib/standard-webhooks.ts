import { fromBase64, toBase64, utf8 } from './encoding.ts';
import { hmac, hmacMatches, importHmacKey } from './hmac.ts';

/** Standard Webhooks 1.0, symmetric: `v1` = HMAC-SHA-256 over `id.timestamp.body`. */

const ID = /^[A-Za-z0-9_-]{1,256}$/;
const TIMESTAMP = /^[1-9]\d{0,11}$/;
const MOST_SIGNATURES = 10;

/** The key in a `whsec_…` secret; null unless it is 24 to 64 bytes in canonical base64. */
export function decodeSecret(secret: string): Uint8Array<ArrayBuffer> | null {
  if (!secret.startsWith('whsec_')) return null;
  const key = fromBase64(secret.slice('whsec_'.length));
  return key !== null && key.length >= 24 && key.length <= 64 ? key : null;
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

/** Takes the three headers as they came; `now` in milliseconds. Any of the secrets may have signed. */
export async function verify(input: {
  id: string;
  timestamp: string;
  signature: string;
  body: Uint8Array;
  secrets: Uint8Array[];
  now: number;
  toleranceSeconds?: number;
}): Promise<boolean> {
  const { id, timestamp, signature, body, secrets, now, toleranceSeconds = 300 } = input;
  if (!ID.test(id) || !TIMESTAMP.test(timestamp)) return false;
  // The sender counts whole seconds: a difference is too large once it is a whole second over.
  if (Math.abs(now - Number(timestamp) * 1000) >= (toleranceSeconds + 1) * 1000) return false;
  const macs = signaturesIn(signature);
  const signed = signedBytes(id, timestamp, body);
  for (const secret of secrets) {
    const key = await importHmacKey(secret);
    for (const mac of macs) {
      if (await hmacMatches(key, mac, signed)) return true;
    }
  }
  return false;
}

/** The well-formed `v1` among the first ten of the list; other versions stand there for other receivers. */
function signaturesIn(header: string): Uint8Array[] {
  return header
    .split(' ', MOST_SIGNATURES)
    .map((entry) => (entry.startsWith('v1,') ? fromBase64(entry.slice('v1,'.length)) : null))
    .filter((mac) => mac !== null);
}

function signedBytes(id: string, timestamp: string, body: Uint8Array): Uint8Array<ArrayBuffer> {
  const head = utf8(`${id}.${timestamp}.`);
  const bytes = new Uint8Array(head.length + body.length);
  bytes.set(head);
  bytes.set(body, head.length);
  return bytes;
}

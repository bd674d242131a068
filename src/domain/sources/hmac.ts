import { fromBase64, fromBase64Url, fromHex, toHex, utf8 } from '../../lib/encoding.ts';
import { hmacMatches, importHmacKey } from '../../lib/hmac.ts';
import type { Refused, Scheme } from './contract.ts';
import { isFresh } from './freshness.ts';
import { type HeaderForm, headerOnce, MESSAGE_ID, malformed, UNIX_TIME } from './headers.ts';
import { type HmacConfig, hmacConfig } from './hmac-config.ts';
import { readNeutral } from './neutral.ts';
import { stale, wrongSignature } from './refused.ts';

const MIN_KEY_BYTES = 24;

const HASHES = {
  sha256: { name: 'SHA-256', bytes: 32 },
  sha384: { name: 'SHA-384', bytes: 48 },
  sha512: { name: 'SHA-512', bytes: 64 },
} as const;

const MACS = {
  hex: { decode: fromHex, says: 'lower-case hex' },
  base64: { decode: fromBase64, says: 'base64 with padding' },
  base64url: { decode: fromBase64Url, says: 'base64url without padding' },
};

const SECRETS = {
  text: { decode: utf8, says: 'as text' },
  hex: { decode: fromHex, says: 'in lower-case hex' },
  base64: { decode: fromBase64, says: 'in base64 with padding' },
};

/** What stands before the body in the signed bytes. */
const PRELUDES: Record<HmacConfig['content'], (id: string, timestamp: string) => string> = {
  body: () => '',
  'timestamp.body': (_, timestamp) => `${timestamp}.`,
  'timestamp:body': (_, timestamp) => `${timestamp}:`,
  'id.timestamp.body': (id, timestamp) => `${id}.${timestamp}.`,
};

/** Repeated, it fails to decode. */
const PRINTABLE: HeaderForm = { maxLength: 256, pattern: /^[ -~]+$/, says: 'at most 256 printable characters' };

const wrongUnit: Refused = {
  outcome: 'refused',
  step: 'freshness',
  hint: 'The timestamp counts in the other unit: set the `timestampUnit` of the source to it.',
};

/** For senders with a signature of their own: an HMAC of the body, or of the body and what stands before it. */
export const hmac: Scheme<HmacConfig> = {
  name: 'hmac',
  config: hmacConfig,

  secretOrigin: () => 'made',

  secretProblem(secret, config) {
    if (keyOf(secret, config) !== null) return null;
    return `The secret must be at least ${MIN_KEY_BYTES} random bytes ${SECRETS[config.secretEncoding].says}.`;
  },

  /** 64 hex digits are a good key in each of the three secret encodings. */
  newSecret(random) {
    return toHex(random(new Uint8Array(32)));
  },

  async verify({ request: { headers, body }, secrets, config, now }) {
    const { signatureHeader, timestampHeader, idHeader } = config;
    const signature = headerOnce(headers, signatureHeader, PRINTABLE);
    if (typeof signature !== 'string') return signature;
    const mac = macOf(signature, config);
    if (mac === null) return malformed(signatureHeader, macForm(config));
    const id = signedPart(headers, idHeader, MESSAGE_ID);
    if (typeof id !== 'string') return id;
    const timestamp = signedPart(headers, timestampHeader, UNIX_TIME);
    if (typeof timestamp !== 'string') return timestamp;

    if (timestamp !== '') {
      const [unit, otherUnit] = config.timestampUnit === 'ms' ? [1, 1000] : [1000, 1];
      if (!isFresh(Number(timestamp) * unit, now)) {
        return isFresh(Number(timestamp) * otherUnit, now) ? wrongUnit : stale;
      }
    }

    const signed = concat(utf8(PRELUDES[config.content](id, timestamp)), body);
    for (const secret of secrets) {
      const key = keyOf(secret, config);
      if (key === null) continue;
      if (await hmacMatches(await importHmacKey(key, HASHES[config.hash].name), mac, signed)) {
        return { outcome: 'verified', messageId: id === '' ? null : id };
      }
    }
    return wrongSignature;
  },

  longIntegers: 'refuse',

  read: readNeutral,
};

function keyOf(secret: string, { secretEncoding }: HmacConfig): Uint8Array | null {
  const key = SECRETS[secretEncoding].decode(secret);
  return key !== null && key.length >= MIN_KEY_BYTES ? key : null;
}

function macOf(signature: string, { prefix, encoding, hash }: HmacConfig): Uint8Array | null {
  if (!signature.startsWith(prefix)) return null;
  const mac = MACS[encoding].decode(signature.slice(prefix.length));
  return mac?.length === HASHES[hash].bytes ? mac : null;
}

function macForm({ prefix, encoding }: HmacConfig): string {
  const form = `the HMAC in ${MACS[encoding].says}`;
  return prefix === '' ? form : `"${prefix}" and ${form}`;
}

/** Empty where the content signs no such part: config checks that the header is set exactly when it does. */
function signedPart(headers: Headers, name: string | undefined, form: HeaderForm) {
  return name === undefined ? '' : headerOnce(headers, name, form);
}

function concat(head: Uint8Array, tail: Uint8Array): Uint8Array {
  const joined = new Uint8Array(head.length + tail.length);
  joined.set(head);
  joined.set(tail, head.length);
  return joined;
}

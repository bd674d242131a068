import * as v from 'valibot';
import { fromBase64, toBase64 } from '../../lib/encoding.ts';
import { decodePublicKey, decodeSecret, verify } from '../../lib/standard-webhooks.ts';
import type { Refused, Scheme, Verification } from './contract.ts';
import { isFresh } from './freshness.ts';
import { type HeaderForm, headerOnce, MESSAGE_ID, UNIX_TIME } from './headers.ts';
import { readNeutral } from './neutral.ts';
import { stale, wrongSignature } from './refused.ts';

const config = v.strictObject({
  version: v.optional(
    v.pipe(
      v.picklist(['v1', 'v1a']),
      v.description(
        'v1: HMAC-SHA-256 by a secret that both sides know (`whsec_…`). v1a: Ed25519, of which only the public key is given to us (`whpk_…`).',
      ),
    ),
    'v1',
  ),
});

type Config = v.InferOutput<typeof config>;

/** Canonical base64 of 32 bytes, and of 64: the last character before the padding carries four bits only, or two. */
const SIGNATURES = {
  v1: listOf('v1', '[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]='),
  v1a: listOf('v1a', '[A-Za-z0-9+/]{85}[AQgw]=='),
};

const MIXED: Verification = {
  outcome: 'malformed',
  detail: 'The headers must all start with webhook-, or all with svix-; both kinds are there.',
};

const PRIVATE_KEY =
  'This is a private key, and one must never be given away: make a new pair, and give the public key of it ("whpk_…").';

/** https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md. */
export const standardWebhooks: Scheme<Config> = {
  name: 'standard_webhooks',
  config,

  secretOrigin: ({ version }) => (version === 'v1a' ? 'given' : 'made'),

  secretProblem(secret, { version }) {
    if (secret.startsWith('whsk_')) return PRIVATE_KEY;
    return version === 'v1a' ? publicKeyProblem(secret) : sharedSecretProblem(secret);
  },

  newSecret(random) {
    return `whsec_${toBase64(random(new Uint8Array(32)))}`;
  },

  async verify({ request: { headers, body }, secrets, config: { version }, now }) {
    const family = familyOf(headers);
    if (family === null) return MIXED;
    const id = headerOnce(headers, `${family}-id`, MESSAGE_ID);
    if (typeof id !== 'string') return id;
    const timestamp = headerOnce(headers, `${family}-timestamp`, UNIX_TIME);
    if (typeof timestamp !== 'string') return timestamp;
    const signature = headerOnce(headers, `${family}-signature`, SIGNATURES[version]);
    if (typeof signature !== 'string') return signature;

    if (!isFresh(Number(timestamp) * 1000, now)) return stale;
    if (!signature.split(' ').some((entry) => entry.startsWith(`${version},`))) return otherVersion(version);
    const authentic = await verify({ id, timestamp, signature, body, now, ...keysOf(secrets, version) });
    return authentic ? { outcome: 'verified', messageId: id } : wrongSignature;
  },

  longIntegers: 'refuse',

  read: readNeutral,
};

/** A sender may sign by other versions as well: not ours to check, but they have to look like signatures. */
function listOf(version: string, own: string): HeaderForm {
  const entry = `(?:${version},${own}|(?!${version},)v[0-9][0-9a-z]{0,7},[A-Za-z0-9+/_-]{1,512}={0,2})`;
  return {
    maxLength: 2048,
    pattern: new RegExp(`^${entry}(?: ${entry}){0,9}$`),
    says: `one to ten signatures, each "${version}," and base64 with padding, divided by single spaces`,
  };
}

/** Svix sends the same under names of its own, unless its customer pays for the standard ones; never both at once. */
function familyOf(headers: Headers): 'webhook' | 'svix' | null {
  const has = (family: string) => ['id', 'timestamp', 'signature'].some((part) => headers.has(`${family}-${part}`));
  if (!has('svix')) return 'webhook';
  return has('webhook') ? null : 'svix';
}

function keysOf(secrets: string[], version: Config['version']) {
  const decoded = (decode: typeof decodeSecret) => secrets.map(decode).filter((key) => key !== null);
  return version === 'v1a' ? { publicKeys: decoded(decodePublicKey) } : { secrets: decoded(decodeSecret) };
}

function otherVersion(version: string): Refused {
  return {
    outcome: 'refused',
    step: 'signature',
    hint: `No signature of the list is of version ${version}: have the sender sign by it, or make a source of the version that it signs by.`,
  };
}

function sharedSecretProblem(secret: string): string | null {
  if (decodeSecret(secret) !== null) return null;
  const form = '"whsec_" and the canonical base64 of 24 to 64 random bytes';
  return secret.startsWith('whpk_')
    ? `This is a public key: anybody could sign with it as a secret. Set the version "v1a" to use it, or give ${form}.`
    : `The secret must be ${form}.`;
}

function publicKeyProblem(key: string): string | null {
  if (decodePublicKey(key) !== null) return null;
  const form = '"whpk_" and the canonical base64 of the 32 bytes of an Ed25519 public key';
  if (key.startsWith('whsec_')) {
    return `This is a secret of version "v1": set that version to use it, or give ${form}.`;
  }
  return key.startsWith('whpk_') && fromBase64(key.slice('whpk_'.length))?.length === 32
    ? 'Anybody could sign for this public key, or nobody: it is of small order or no canonical point. Make a new pair of keys.'
    : `The public key must be ${form}.`;
}

import { contentDigestMatches, parseContentDigest } from '../../lib/content-digest.ts';
import { fromBase64, toBase64, utf8 } from '../../lib/encoding.ts';
import { hmacMatches, importHmacKey } from '../../lib/hmac.ts';
import { importPublicKey, type SignatureAlgorithm, signatureMatches } from '../../lib/public-key.ts';
import type { Refused, Scheme, Verification, VerificationInput } from './contract.ts';
import { isFresh } from './freshness.ts';
import { type HeaderForm, headerOnce, malformed } from './headers.ts';
import { ALGORITHMS, type HttpSignaturesConfig, httpSignaturesConfig } from './http-signatures-config.ts';
import { fits } from './jwk.ts';
import { readNeutral } from './neutral.ts';
import { keyNamed, wrongKey } from './public-keys.ts';
import { stale, unknownKey, wrongSignature } from './refused.ts';
import { signatureBase } from './signature-base.ts';
import { readSignatureInput, type SignatureInput } from './signature-input.ts';

const MIN_SECRET_BYTES = 24;

const DIGEST: HeaderForm = {
  maxLength: 512,
  pattern: /^[ -~]+$/,
  says: 'sha-256=:base64:, sha-512=:base64: or both',
};

/** RFC 9421, over a body that is signed by its digest (RFC 9530). */
export const httpSignatures: Scheme<HttpSignaturesConfig> = {
  name: 'http_signatures',
  config: httpSignaturesConfig,

  secretOrigin: ({ keyId }) => (keyId === undefined ? 'none' : 'made'),

  secretProblem(secret, { keyId }) {
    if (keyId === undefined) return 'This source has no secret: its public keys stand in the configuration.';
    if (keyOf(secret) !== null) return null;
    return `The secret must be at least ${MIN_SECRET_BYTES} random bytes in base64 with padding.`;
  },

  newSecret(random) {
    return toBase64(random(new Uint8Array(32)));
  },

  async verify(input) {
    const { request, config, now } = input;
    const signed = readSignatureInput(request.headers, config.label);
    if ('outcome' in signed) return signed;
    const field = headerOnce(request.headers, 'content-digest', DIGEST);
    if (typeof field !== 'string') return field;
    const digests = parseContentDigest(field);
    if (digests === null) return malformed('content-digest', DIGEST.says);

    const objection = objectionTo(signed, config, now);
    if (objection !== null) return objection;
    if (!(await contentDigestMatches(digests, request.body))) return otherBody;
    const base = signatureBase(signed.covered, signed.text, request);
    if (typeof base !== 'string') return base;
    return config.keyId === undefined ? verifyByKey(signed, base, input) : verifyBySecret(signed, base, input);
  },

  longIntegers: 'refuse',

  read: readNeutral,
};

/** What is wrong with it however good it is; null: nothing. */
function objectionTo({ covered, params }: SignatureInput, config: HttpSignaturesConfig, now: number): Refused | null {
  const lacking = lackingOf(covered);
  if (lacking.length > 0) return refused('signature', `The signature must also cover ${lacking.join(', ')}.`);
  const { created, expires, tag } = params;
  if (!isFresh(created * 1000, now)) return stale;
  // As in `isFresh`, the second that is named is not over before the next.
  if (expires !== null && now >= (expires + 1) * 1000) return expired;
  if (config.tag === undefined || config.tag === tag) return null;
  return refused('signature', `The signature must have the tag "${config.tag}", as the source is set.`);
}

/** RFC 9421 §7.2.1: what has to be signed for the signature to be worth anything here. */
function lackingOf(covered: readonly string[]): string[] {
  const place = covered.includes('@target-uri') ? [] : ['@authority', '@path'];
  return ['@method', ...place, 'content-type', 'content-digest'].filter((name) => !covered.includes(name));
}

async function verifyByKey(
  { params, signature }: SignatureInput,
  base: string,
  { config, publishedKeys }: VerificationInput<HttpSignaturesConfig>,
): Promise<Verification> {
  const jwk = await keyNamed(params.keyid, config, publishedKeys);
  if (jwk === 'unavailable') return { outcome: 'unavailable' };
  if (jwk === null) return unknownKey;
  const [algorithm, another] = algorithmsFor(jwk, params.alg);
  if (algorithm === undefined) return wrongKey;
  if (another !== undefined) return twoAlgorithms;
  const key = await importPublicKey(jwk, algorithm);
  if (key === null) return wrongKey;
  if (!(await signatureMatches(key, algorithm, signature, utf8(base)))) return wrongSignature;
  return { outcome: 'verified', messageId: params.nonce };
}

async function verifyBySecret(
  { params, signature }: SignatureInput,
  base: string,
  { config, secrets }: VerificationInput<HttpSignaturesConfig>,
): Promise<Verification> {
  if (params.keyid !== config.keyId) return unknownKey;
  if (params.alg !== null && params.alg !== 'hmac-sha256') return wrongKey;
  for (const secret of secrets) {
    const key = keyOf(secret);
    if (key !== null && (await hmacMatches(await importHmacKey(key), signature, utf8(base)))) {
      return { outcome: 'verified', messageId: params.nonce };
    }
  }
  return wrongSignature;
}

/** RFC 9421 §3.2 step 6: what neither the key nor the signature contradicts. */
function algorithmsFor(jwk: JsonWebKey, stated: string | null): SignatureAlgorithm[] {
  const named = Object.entries(ALGORITHMS).filter(([name]) => stated === null || stated === name);
  return named.map(([, algorithm]) => algorithm).filter((algorithm) => fits(jwk, algorithm));
}

function keyOf(secret: string): Uint8Array | null {
  const key = fromBase64(secret);
  return key !== null && key.length >= MIN_SECRET_BYTES ? key : null;
}

function refused(step: Refused['step'], hint: string): Refused {
  return { outcome: 'refused', step, hint };
}

const expired = refused('freshness', 'The signature says that it has expired: sign each attempt anew.');
const otherBody = refused(
  'signature',
  'The Content-Digest is not that of the body: make it of the bytes exactly as they are sent.',
);
const twoAlgorithms = refused(
  'key',
  'Two algorithms go with an RSA key: name one as "alg" of the key (PS512 or RS256), or of the signature (rsa-pss-sha512 or rsa-v1_5-sha256).',
);

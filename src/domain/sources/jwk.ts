import * as v from 'valibot';
import { isEd25519PublicKey } from '../../lib/ed25519.ts';
import { fromBase64Url } from '../../lib/encoding.ts';
import type { SignatureAlgorithm } from '../../lib/public-key.ts';

/** A public key of the kinds that we verify by (RFC 7517, RFC 7518 §6, RFC 8037 §2). */
export interface PublicJwk {
  kid: string;
  kty: string;
  crv?: string;
  x?: string;
  y?: string;
  n?: string;
  e?: string;
  /** The only algorithm to use it with. */
  alg?: string;
}

/** NIST SP 800-131A takes no shorter modulus; a longer one would make each callback cost more and prove no more. */
const MODULUS_BITS = { least: 2048, most: 4096 };

const NAME = /^[ -~]{1,256}$/;
/** How a signature names its key. */
export const KeyName = v.pipe(v.string(), v.regex(NAME, 'Must be 1 to 256 printable ASCII characters.'));

const Private = v.exactOptional(
  v.never('This belongs to a private key, and one must never be given away: make a new pair, and give its public key.'),
);
/** RFC 7518 §6.2.2, §6.3.2 and §6.4. */
const PRIVATE = { d: Private, p: Private, q: Private, dp: Private, dq: Private, qi: Private, oth: Private, k: Private };

/** The curve of the keys that go with an algorithm, or else their type. */
const KINDS: Record<SignatureAlgorithm, string> = {
  ES256: 'P-256',
  ES384: 'P-384',
  EdDSA: 'Ed25519',
  RS256: 'RSA',
  PS256: 'RSA',
  PS512: 'RSA',
};

export const Jwk: v.GenericSchema<unknown, PublicJwk> = v.variant(
  'kty',
  [
    v.variant(
      'crv',
      [
        jwk(['ES256'], { kty: v.literal('EC'), crv: v.literal('P-256'), x: bytes(32), y: bytes(32) }),
        jwk(['ES384'], { kty: v.literal('EC'), crv: v.literal('P-384'), x: bytes(48), y: bytes(48) }),
        jwk(['EdDSA', 'Ed25519'], {
          kty: v.literal('OKP'),
          crv: v.literal('Ed25519'),
          x: v.pipe(
            v.string(),
            v.check(
              (text) => isEd25519PublicKey(fromBase64Url(text) ?? new Uint8Array()),
              'Must be the 32 bytes of an Ed25519 key in base64url, in canonical form and not of small order.',
            ),
          ),
        }),
      ],
      'The curve must be P-256 or P-384 (kty EC) or Ed25519 (kty OKP).',
    ),
    jwk(['RS256', 'PS256', 'PS512'], {
      kty: v.literal('RSA'),
      n: v.pipe(
        v.string(),
        v.check(isModulus, `Must be a modulus of ${MODULUS_BITS.least} to ${MODULUS_BITS.most} bits in base64url.`),
      ),
      e: v.literal('AQAB', 'Must be AQAB: no other exponent is in use, and small ones are weak.'),
    }),
  ],
  'Must be a public key of the kty EC, OKP or RSA. A kty "oct" is a shared secret, which is no public key.',
);

/** Whether signatures by this algorithm can be made with the key, and may be. */
export function fits(key: JsonWebKey, algorithm: SignatureAlgorithm): boolean {
  // EdDSA on the one curve that is taken here is called Ed25519 by RFC 9864.
  const own = key.alg === 'Ed25519' ? 'EdDSA' : key.alg;
  return KINDS[algorithm] === (key.crv ?? key.kty) && (own === undefined || own === algorithm);
}

function jwk<const Entries extends v.ObjectEntries>(algorithms: string[], entries: Entries) {
  return v.object({
    kid: KeyName,
    use: v.exactOptional(v.literal('sig', 'Must be "sig": this key is not for signatures.')),
    key_ops: v.exactOptional(
      v.pipe(
        v.array(v.string()),
        v.check((uses) => uses.includes('verify'), 'Must have "verify": this key is not for checking signatures.'),
      ),
    ),
    alg: v.exactOptional(v.picklist(algorithms)),
    ...PRIVATE,
    ...entries,
  });
}

function bytes(length: number) {
  return v.pipe(
    v.string(),
    v.check((text) => fromBase64Url(text)?.length === length, `Must be ${length} bytes in base64url.`),
  );
}

function isModulus(text: string): boolean {
  const [first = 0, ...rest] = fromBase64Url(text) ?? [];
  const bits = rest.length * 8 + 32 - Math.clz32(first);
  return first !== 0 && bits >= MODULUS_BITS.least && bits <= MODULUS_BITS.most;
}

import * as v from 'valibot';
import type { SignatureAlgorithm } from '../../lib/public-key.ts';
import { KeyName } from './jwk.ts';
import { keyPlace } from './public-keys.ts';

/** RFC 9421 §6.2.2, each by its name in JOSE, which keys know. */
export const ALGORITHMS = {
  ed25519: 'EdDSA',
  'ecdsa-p256-sha256': 'ES256',
  'ecdsa-p384-sha384': 'ES384',
  'rsa-pss-sha512': 'PS512',
  'rsa-v1_5-sha256': 'RS256',
} as const satisfies Record<string, SignatureAlgorithm>;

const fields = v.strictObject({
  ...keyPlace(Object.values(ALGORITHMS)),
  keyId: v.exactOptional(
    v.pipe(
      KeyName,
      v.description('For hmac-sha256 by the secret of the source: the `keyid` by which the sender names it.'),
    ),
  ),
  label: v.exactOptional(
    v.pipe(
      v.string(),
      v.maxLength(64, 'Must have at most 64 characters.'),
      v.regex(/^[a-z*][a-z0-9_.*-]*$/, 'Must be lower-case letters, digits, "_", "-", "." or "*".'),
      v.description('Which signature to check. Left out: there must be one, under any label.'),
    ),
  ),
  tag: v.exactOptional(
    v.pipe(KeyName, v.description('What the `tag` of the signature must be. Left out: anything, or nothing.')),
  ),
});

export type HttpSignaturesConfig = v.InferOutput<typeof fields>;

export const httpSignaturesConfig = v.pipe(
  fields,
  v.check(
    ({ keys, jwksUrl, keyId }) => [keys, jwksUrl, keyId].filter((place) => place !== undefined).length === 1,
    'Give one of keys, jwksUrl and keyId: the public keys, where the sender publishes them, or the name of a shared secret.',
  ),
);

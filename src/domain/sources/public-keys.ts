import * as v from 'valibot';
import type { SignatureAlgorithm } from '../../lib/public-key.ts';
import { PublicUrl } from '../public-url.ts';
import { parseStrictJson } from '../strict-json.ts';
import type { PublishedKeys, Refused } from './contract.ts';
import { fits, Jwk, type PublicJwk } from './jwk.ts';

const MOST_INLINE = 8;
const MOST_PUBLISHED = 64;

export interface KeyPlace {
  keys?: PublicJwk[];
  jwksUrl?: string;
}

/** Where the public keys of a sender are, for schemes whose signatures are made by these algorithms. */
export function keyPlace(algorithms: readonly SignatureAlgorithm[]) {
  const key = v.pipe(
    Jwk,
    v.check(
      (jwk) => algorithms.some((algorithm) => fits(jwk, algorithm)),
      `No signature that is taken here can be made with this key: ${algorithms.join(', ')}.`,
    ),
  );
  return {
    keys: v.exactOptional(
      v.pipe(
        v.array(key),
        v.minLength(1),
        v.maxLength(MOST_INLINE),
        v.description(
          'Public keys as JWKs, each with a `kid` of its own. Put the next one beside the old one to rotate.',
        ),
        v.check((keys) => new Set(keys.map(({ kid }) => kid)).size === keys.length, 'Each key must have its own kid.'),
      ),
    ),
    jwksUrl: v.exactOptional(PublicUrl),
  };
}

/** null: the source has no such key. */
export async function keyNamed(
  kid: string,
  { keys = [], jwksUrl }: KeyPlace,
  publishedKeys: PublishedKeys,
): Promise<JsonWebKey | null | 'unavailable'> {
  if (jwksUrl !== undefined) return publishedKeys(jwksUrl, kid);
  return keys.find((key) => key.kid === kid) ?? null;
}

const KeySet = v.object({ keys: v.pipe(v.array(v.unknown()), v.maxLength(MOST_PUBLISHED)) });

/**
 * A JWK Set (RFC 7517 §5) by `kid`; null where the text is none. Keys that are for other uses, that are not fit to trust,
 * or that share their kid are left out.
 */
export function readKeySet(bytes: Uint8Array): Map<string, PublicJwk> | null {
  const json = parseStrictJson(bytes);
  const set = json.ok ? v.safeParse(KeySet, json.value) : null;
  if (!set?.success) return null;
  const keys = set.output.keys.flatMap((given) => {
    const key = v.safeParse(Jwk, given);
    return key.success ? [key.output] : [];
  });
  const alone = (key: PublicJwk) => keys.every((other) => other === key || other.kid !== key.kid);
  return new Map(keys.filter(alone).map((key) => [key.kid, key]));
}

export const wrongKey: Refused = {
  outcome: 'refused',
  step: 'key',
  hint: 'The named key is not for the algorithm of the signature: compare its kty, crv and alg with what the sender signs by.',
};

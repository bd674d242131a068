import * as v from 'valibot';
import { detachedJwsMatches } from '../../lib/detached-jws.ts';
import { fromBase64Url } from '../../lib/encoding.ts';
import { importPublicKey, type SignatureAlgorithm } from '../../lib/public-key.ts';
import type { Refused, Scheme } from './contract.ts';
import { isFresh } from './freshness.ts';
import { headerName } from './header-name.ts';
import { type HeaderForm, headerOnce, malformed } from './headers.ts';
import { fits } from './jwk.ts';
import { readJwsHeader } from './jws-header.ts';
import { readNeutral } from './neutral.ts';
import { keyNamed, keyPlace, wrongKey } from './public-keys.ts';
import { stale, unknownKey, wrongSignature } from './refused.ts';

const ALGORITHMS = ['ES256', 'EdDSA', 'RS256', 'PS256'] as const satisfies SignatureAlgorithm[];

const fields = v.strictObject({
  header: v.optional(headerName('The header that carries the detached JWS.'), 'x-jws-signature'),
  algorithms: v.exactOptional(
    v.pipe(
      v.array(v.picklist(ALGORITHMS)),
      v.minLength(1),
      v.maxLength(ALGORITHMS.length),
      v.description('Takes signatures by these alone. Left out: by whatever the keys are for.'),
    ),
  ),
  ...keyPlace(ALGORITHMS),
});

type Config = v.InferOutput<typeof fields>;

const config = v.pipe(
  fields,
  v.check(
    ({ keys, jwksUrl }) => (keys === undefined) !== (jwksUrl === undefined),
    'Give either keys or jwksUrl: the public keys themselves, or where the sender publishes them.',
  ),
  v.check(
    ({ keys = [], algorithms }) => keys.every((key) => algorithms?.some((algorithm) => fits(key, algorithm)) ?? true),
    'The algorithms leave one of the keys without use.',
  ),
);

/** The longest signatures are by RSA, of 4096 bits. */
const TOKEN: HeaderForm = {
  maxLength: 4096,
  pattern: /^[A-Za-z0-9_-]{1,3000}\.\.[A-Za-z0-9_-]{1,683}$/,
  says: 'a detached JWS (header..signature, each in canonical base64url)',
};

/** A JWS of the body that leaves the body where it is: RFC 7515 appendix F, with or without RFC 7797. */
export const jws: Scheme<Config> = {
  name: 'jws',
  config,

  secretOrigin: () => 'none',

  secretProblem: () => 'A source of this scheme has no secret: its public keys stand in the configuration.',

  newSecret() {
    throw new Error('Nobody but the sender can make the keys of a JWS');
  },

  async verify({ request: { headers, body }, config, now, publishedKeys }) {
    const token = headerOnce(headers, config.header, TOKEN);
    if (typeof token !== 'string') return token;
    const [encoded = '', signature = ''] = token.split('..');
    // To jose, several texts are one signature: it passes over the last bits.
    if (fromBase64Url(signature) === null) return malformed(config.header, TOKEN.says);
    const read = readJwsHeader(encoded);
    if ('lacks' in read) return malformed(config.header, `${TOKEN.says}, and its protected header must ${read.lacks}`);
    if ('refuses' in read) return { outcome: 'refused', step: read.refuses, hint: read.hint };
    const { header } = read;
    const allowed = config.algorithms ?? ALGORITHMS;
    const algorithm = allowed.find((name) => name === (header.alg === 'Ed25519' ? 'EdDSA' : header.alg));
    if (algorithm === undefined) return foreignAlgorithm(allowed);
    if (!isFresh(header.iat * 1000, now)) return stale;

    const jwk = await keyNamed(header.kid, config, publishedKeys);
    if (jwk === 'unavailable') return { outcome: 'unavailable' };
    if (jwk === null) return unknownKey;
    const key = fits(jwk, algorithm) ? await importPublicKey(jwk, algorithm) : null;
    if (key === null) return wrongKey;
    const authentic = await detachedJwsMatches({ protected: encoded, signature }, body, key, header);
    return authentic ? { outcome: 'verified', messageId: header.jti } : wrongSignature;
  },

  longIntegers: 'refuse',

  read: readNeutral,
};

/** Above all `none`, and the HMACs, for which a public key would serve as the secret (RFC 8725 §2.1). */
function foreignAlgorithm(allowed: readonly string[]): Refused {
  return {
    outcome: 'refused',
    step: 'signature',
    hint: `The alg of the protected header is none that this source takes: sign by one of ${allowed.join(', ')}.`,
  };
}

import { expect, test } from 'vitest';
import { inWorkerd } from '../../support/in-workerd.ts';
import { type KeyKind, makeSenderKey } from '../../support/sender-keys.ts';
import { type HttpAlgorithm, signByHand } from '../../support/sign-http-signatures.ts';
import { signJws } from '../../support/sign-jws.ts';
import { ADDRESS, AT } from './row.ts';

const BODY = '{"type":"newsletter.opened","data":{}}';
const FORMER = makeSenderKey('Ed25519', 'former');

interface Callback {
  scheme: 'jws' | 'httpSignatures';
  headers: Record<string, string>;
  config: unknown;
}

const HTTP: [HttpAlgorithm, KeyKind][] = [
  ['ed25519', 'Ed25519'],
  ['ecdsa-p256-sha256', 'P-256'],
  ['ecdsa-p384-sha384', 'P-384'],
  ['rsa-pss-sha512', 'RSA'],
  ['rsa-v1_5-sha256', 'RSA'],
];
const JWS: [string, KeyKind][] = [
  ['EdDSA', 'Ed25519'],
  ['ES256', 'P-256'],
  ['RS256', 'RSA'],
  ['PS256', 'RSA'],
];

function byHttp(alg: HttpAlgorithm, kind: KeyKind): Callback {
  const key = makeSenderKey(kind, 'shop');
  const params = `;created=${AT};keyid="shop";alg="${alg}"`;
  const headers = signByHand({ alg, key, body: BODY, params });
  return { scheme: 'httpSignatures', headers, config: { keys: [FORMER.publicJwk, key.publicJwk] } };
}

async function byJws(alg: string, kind: KeyKind): Promise<Callback> {
  const key = makeSenderKey(kind, 'shop');
  const header = { iat: AT, jti: 'm-1', b64: false, crit: ['b64'] };
  const token = await signJws({ key, alg, body: BODY, header });
  const config = { header: 'x-jws-signature', keys: [FORMER.publicJwk, key.publicJwk] };
  return { scheme: 'jws', headers: { 'x-jws-signature': token }, config };
}

/** With signatures of lengths that no algorithm has, and such as one has and another has not. */
function misshapen({ headers, ...rest }: Callback): Callback[] {
  return [0, 1, 63, 64, 65, 96, 255, 256, 257].map((length) => {
    const bytes = Buffer.alloc(length, 1);
    const signature = `sig=:${bytes.toString('base64')}:`;
    const token = (headers['x-jws-signature'] ?? '').replace(/\.\..*/, `..${bytes.toString('base64url')}`);
    return {
      ...rest,
      headers: { ...headers, ...('signature' in headers ? { signature } : { 'x-jws-signature': token }) },
    };
  });
}

/** With a point that is not on the curve, and under the key of another. */
function miskeyed({ config, ...rest }: Callback): Callback[] {
  const { keys } = config as { keys: JsonWebKey[] };
  const [former = { kty: '' }, key = { kty: '' }] = keys;
  const broken =
    key.x === undefined ? { ...key, n: 'AQAB' } : { ...key, y: key.x, ...(key.y === undefined ? { x: 'AQAB' } : {}) };
  return [broken, { ...former, kid: 'shop' }].map((other) => ({
    ...rest,
    config: { ...(config as object), keys: [other] },
  }));
}

test('workerd verifies by every algorithm, and neither takes a bad signature or key nor throws', {
  timeout: 30_000,
}, async () => {
  const genuine = [...HTTP.map((each) => byHttp(...each)), ...(await Promise.all(JWS.map((each) => byJws(...each))))];
  const hostile = genuine.flatMap((callback) => [...misshapen(callback), ...miskeyed(callback)]);
  const answers = await inWorkerd(
    import.meta.dirname,
    `
    import { httpSignatures } from '../../../src/domain/sources/http-signatures.ts';
    import { jws } from '../../../src/domain/sources/jws.ts';

    const callbacks = ${JSON.stringify([...genuine, ...hostile])};
    const body = new TextEncoder().encode(${JSON.stringify(BODY)});

    async function outcomeOf({ scheme, headers, config }) {
      const request = { method: 'POST', url: ${JSON.stringify(ADDRESS)}, headers: new Headers(headers), body };
      const input = { request, secrets: [], config, now: ${AT * 1000}, publishedKeys: async () => null };
      try {
        return (await (scheme === 'jws' ? jws : httpSignatures).verify(input)).outcome;
      } catch (error) {
        return String(error);
      }
    }

    export default { fetch: async () => Response.json(await Promise.all(callbacks.map(outcomeOf))) };
  `,
  );
  const outcomes = answers as string[];
  expect(outcomes.slice(0, genuine.length)).toEqual(Array(genuine.length).fill('verified'));
  expect(new Set(outcomes.slice(genuine.length))).toEqual(new Set(['refused', 'malformed']));
  expect(outcomes.length).toBe(genuine.length + hostile.length);
});

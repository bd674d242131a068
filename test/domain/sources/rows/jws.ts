import * as v from 'valibot';
import { jws } from '../../../../src/domain/sources/jws.ts';
import { type KeyKind, makeSenderKeys } from '../../../support/sender-keys.ts';
import { signJws } from '../../../support/sign-jws.ts';
import { ID, type Row } from '../row.ts';
import { neutralSamples } from './neutral-samples.ts';

function rowOf(
  alg: string,
  kind: KeyKind,
  {
    b64 = true,
    published = false,
    header = 'x-jws-signature',
  }: { b64?: boolean; published?: boolean; header?: string } = {},
): Row {
  const keys = makeSenderKeys(kind);
  const jwksUrl = 'https://shop.example.com/.well-known/jwks.json';
  return {
    title: `Detached JWS, ${alg}${b64 ? '' : ', payload not encoded'}${published ? ', published keys' : ''}`,
    scheme: jws,
    source(inForce) {
      const known = inForce.map((name) => keys[name].publicJwk);
      const place = published ? { jwksUrl } : { keys: known };
      return {
        config: v.parse(jws.config, { header, ...place }),
        secrets: [],
        publishedKeys: async (url, kid) => (url === jwksUrl && known.find((key) => key.kid === kid)) || null,
      };
    },
    sign: async ({ key, sample, id, at }) => {
      const claims = { iat: at, jti: id, ...(b64 ? {} : { b64, crit: ['b64'] }) };
      return { [header.toLowerCase()]: await signJws({ key: keys[key], alg, body: sample.body, header: claims }) };
    },
    signatureHeaders: [header.toLowerCase()],
    once: [header.toLowerCase()],
    messageId: ID,
    timed: true,
    samples: neutralSamples,
  };
}

export const jwsRows: Row[] = [
  rowOf('ES256', 'P-256'),
  rowOf('EdDSA', 'Ed25519', { b64: false, header: 'X-Shop-Signature' }),
  rowOf('Ed25519', 'Ed25519'),
  rowOf('RS256', 'RSA', { published: true }),
  rowOf('PS256', 'RSA', { b64: false }),
];

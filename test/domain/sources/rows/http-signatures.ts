import * as v from 'valibot';
import { httpSignatures } from '../../../../src/domain/sources/http-signatures.ts';
import { type KeyKind, makeSenderKeys } from '../../../support/sender-keys.ts';
import { type HttpAlgorithm, signByHand, signByLibrary } from '../../../support/sign-http-signatures.ts';
import { ADDRESS, AT, ID, type KeyName, type Row, random } from '../row.ts';
import { neutralSamples } from './neutral-samples.ts';

const HEADERS = ['signature-input', 'signature', 'content-digest'];
const ELSEWHERE = [
  { method: 'PUT' },
  { url: ADDRESS.replace('refer.', 'other.') },
  { url: `${ADDRESS}x` },
  { url: ADDRESS.replace('.com', '.com:8443') },
];

function rowOf(
  alg: HttpAlgorithm,
  rest: Pick<Row, 'source'> & { keyOf: (name: KeyName) => Parameters<typeof signByHand>[0]['key'] },
): Row {
  const { keyOf, source } = rest;
  const order = { alg, key: keyOf('current'), body: neutralSamples.order.body };
  const signed = (created: string, nonce: string) =>
    signByHand({
      ...order,
      params: `;created=${created};keyid="${keyOf('current').kid}";alg="${alg}";nonce="${nonce}"`,
    });
  return {
    title: `HTTP Message Signatures, ${alg}`,
    scheme: httpSignatures,
    source,
    sign: ({ key, sample, id, at }) =>
      signByLibrary({ alg, key: keyOf(key), body: sample.body, created: at, params: { nonce: id } }),
    elsewhere: ELSEWHERE,
    // What is signed is the same by every algorithm; to vary it all by the slow ones would take its time.
    signatureHeaders: alg === 'hmac-sha256' ? HEADERS : ['signature'],
    once: HEADERS,
    messageId: ID,
    timed: true,
    timestamp: {
      now: String(AT),
      sign: (timestamp) => signed(timestamp, ID),
      redate: (headers, timestamp) => ({
        ...headers,
        'signature-input': (headers['signature-input'] ?? '').replace(`created=${AT}`, `created=${timestamp}`),
      }),
    },
    samples: neutralSamples,
  };
}

function publicKeyRow(alg: HttpAlgorithm, kind: KeyKind, { published = false } = {}): Row {
  const keys = makeSenderKeys(kind);
  const jwksUrl = 'https://shop.example.com/.well-known/jwks.json';
  return rowOf(alg, {
    keyOf: (name) => keys[name],
    source(inForce) {
      const known = inForce.map((name) => keys[name].publicJwk);
      return {
        config: v.parse(httpSignatures.config, published ? { jwksUrl } : { keys: known }),
        secrets: [],
        publishedKeys: async (url, kid) => (url === jwksUrl && known.find((key) => key.kid === kid)) || null,
      };
    },
  });
}

function secretRow(): Row {
  const fresh = () => httpSignatures.newSecret(random);
  const secrets = { current: fresh(), former: fresh(), foreign: fresh() };
  const kid = 'shop secret';
  return rowOf('hmac-sha256', {
    keyOf: (name) => ({ kid, secret: secrets[name] }),
    source: (inForce) => ({
      config: v.parse(httpSignatures.config, { keyId: kid, label: 'sig' }),
      secrets: inForce.map((name) => secrets[name]),
    }),
  });
}

export const httpSignaturesRows: Row[] = [
  publicKeyRow('ed25519', 'Ed25519'),
  publicKeyRow('ecdsa-p256-sha256', 'P-256', { published: true }),
  publicKeyRow('rsa-pss-sha512', 'RSA'),
  publicKeyRow('rsa-v1_5-sha256', 'RSA'),
  secretRow(),
];

import { describe, expect, test } from 'vitest';
import { importPublicKey, type SignatureAlgorithm, signatureMatches } from '../../src/lib/public-key.ts';
import { type KeyKind, makeSenderKey } from '../support/sender-keys.ts';

const ALL: SignatureAlgorithm[] = ['ES256', 'ES384', 'EdDSA', 'RS256', 'PS256', 'PS512'];
const OWN: Record<KeyKind, SignatureAlgorithm[]> = {
  'P-256': ['ES256'],
  'P-384': ['ES384'],
  Ed25519: ['EdDSA'],
  RSA: ['RS256', 'PS256', 'PS512'],
};

describe.each(Object.entries(OWN) as [KeyKind, SignatureAlgorithm[]][])('a key of the kind %s', (kind, own) => {
  const { publicJwk, privateKey } = makeSenderKey(kind, 'one');

  test('is imported for its own algorithms alone', async () => {
    for (const algorithm of ALL) {
      const imported = await importPublicKey(publicJwk, algorithm);
      expect.soft(imported?.usages ?? null, algorithm).toEqual(own.includes(algorithm) ? ['verify'] : null);
    }
  });

  test('is no public key while it is a private one', async () => {
    for (const algorithm of own)
      expect(await importPublicKey(privateKey.export({ format: 'jwk' }) as JsonWebKey, algorithm)).toBeNull();
  });

  test('verifies no signature of a wrong length, and does not throw', async () => {
    for (const algorithm of own) {
      const key = await importPublicKey(publicJwk, algorithm);
      if (key === null) throw new Error('A fresh key is no key');
      for (const length of [0, 1, 32, 63, 64, 65, 72, 96, 97, 255, 256, 257, 512]) {
        expect(await signatureMatches(key, algorithm, new Uint8Array(length), new Uint8Array(3))).toBe(false);
      }
    }
  });
});

test('what is no key at all is null', async () => {
  for (const jwk of [{ kty: 'EC' }, { kty: 'oct', k: 'AAAA' }, { kty: 'RSA' }, { kty: '' }]) {
    for (const algorithm of ALL) expect(await importPublicKey(jwk, algorithm)).toBeNull();
  }
});

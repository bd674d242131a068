import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import type { PublicJwk } from '../../src/domain/sources/jwk.ts';

export type KeyKind = 'P-256' | 'P-384' | 'Ed25519' | 'RSA';

/** A key pair as its sender holds it. */
export interface SenderKey {
  kid: string;
  privateKey: KeyObject;
  publicJwk: PublicJwk;
}

export function makeSenderKey(kind: KeyKind, kid: string): SenderKey {
  const { privateKey, publicKey } = pairOf(kind);
  return { kid, privateKey, publicJwk: { ...publicKey.export({ format: 'jwk' }), kid } as PublicJwk };
}

/** One key for each part that it plays in the contract. */
export function makeSenderKeys(kind: KeyKind) {
  const key = (name: string) => makeSenderKey(kind, `${kind.toLowerCase()}-${name}`);
  return { current: key('current'), former: key('former'), foreign: key('foreign') };
}

function pairOf(kind: KeyKind): { privateKey: KeyObject; publicKey: KeyObject } {
  switch (kind) {
    case 'Ed25519':
      return generateKeyPairSync('ed25519');
    case 'RSA':
      return generateKeyPairSync('rsa', { modulusLength: 2048 });
    default:
      return generateKeyPairSync('ec', { namedCurve: kind });
  }
}

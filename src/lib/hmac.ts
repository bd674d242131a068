import { toHex } from './encoding.ts';

export type Hash = 'SHA-256' | 'SHA-384' | 'SHA-512';

/** Rejects an empty secret: anybody can compute its signatures. */
export async function importHmacKey(secret: Uint8Array, hash: Hash = 'SHA-256'): Promise<CryptoKey> {
  if (secret.length === 0) throw new RangeError('An HMAC secret must not be empty');
  return crypto.subtle.importKey('raw', secret, { name: 'HMAC', hash }, false, ['sign', 'verify']);
}

export async function hmac(key: CryptoKey, bytes: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await crypto.subtle.sign('HMAC', key, bytes));
}

/** Compares in constant time. */
export async function hmacMatches(key: CryptoKey, mac: Uint8Array, bytes: Uint8Array): Promise<boolean> {
  return crypto.subtle.verify('HMAC', key, mac, bytes);
}

export async function sha256Hex(bytes: Uint8Array): Promise<string> {
  return toHex(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)));
}

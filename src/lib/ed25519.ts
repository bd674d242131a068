import { toHex } from './encoding.ts';

const KEY_BYTES = 32;
const SIGNATURE_BYTES = 64;

/** y ≥ p = 2^255 - 19 in little-endian hex, the sign of x cleared: RFC 8032 §5.1.3 decodes no such point, step 1. */
const NOT_CANONICAL = /^(?:e[d-f]|f[0-9a-f])(?:ff){30}7f$/;

/**
 * The y of the eight points whose order divides the cofactor 8 (RFC 8032 §5.1), whatever the sign of their x. Under
 * such a key signatures that nobody made hold for any message (Chalkias, Garillot and Nikolaenko, "Taming the many
 * EdDSAs", IACR 2020/1244): OpenSSL refuses them, but workerd's WebCrypto does not. Some of these y can be written as
 * y + p as well, which is not canonical.
 */
const SMALL_ORDER = new Set([
  // Order 1, order 2 and order 4: y = 1, -1 and 0.
  `01${'00'.repeat(31)}`,
  `ec${'ff'.repeat(30)}7f`,
  '00'.repeat(32),
  // Order 8: the two square roots of y² = (√(1 + d) - 1) / d.
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
]);

/** Whether these bytes may stand for somebody: 32 of them, in canonical form, no point of small order. */
export function isEd25519PublicKey(raw: Uint8Array): boolean {
  if (raw.length !== KEY_BYTES) return false;
  const y = toHex(raw.map((byte, i) => (i === KEY_BYTES - 1 ? byte & 0x7f : byte)));
  return !NOT_CANONICAL.test(y) && !SMALL_ORDER.has(y);
}

/** null for bytes that are no key to trust. */
export async function importEd25519PublicKey(raw: Uint8Array): Promise<CryptoKey | null> {
  return isEd25519PublicKey(raw) ? crypto.subtle.importKey('raw', raw, 'Ed25519', false, ['verify']) : null;
}

export async function ed25519Matches(key: CryptoKey, signature: Uint8Array, bytes: Uint8Array): Promise<boolean> {
  return signature.length === SIGNATURE_BYTES && crypto.subtle.verify('Ed25519', key, signature, bytes);
}

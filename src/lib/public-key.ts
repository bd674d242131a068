/**
 * Signature algorithms by their names in JOSE (RFC 7518 §3.1, RFC 8037 §3.1), each with all that WebCrypto asks for to
 * import a key and to verify by it.
 */
const ALGORITHMS = {
  ES256: { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' },
  ES384: { name: 'ECDSA', namedCurve: 'P-384', hash: 'SHA-384' },
  EdDSA: { name: 'Ed25519' },
  RS256: { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' },
  PS256: { name: 'RSA-PSS', hash: 'SHA-256', saltLength: 32 },
  PS512: { name: 'RSA-PSS', hash: 'SHA-512', saltLength: 64 },
};

export type SignatureAlgorithm = keyof typeof ALGORITHMS;

/** null for what is no public key of this algorithm, such as a point that is not on its curve. */
export async function importPublicKey(jwk: JsonWebKey, algorithm: SignatureAlgorithm): Promise<CryptoKey | null> {
  // Engines know different names for the algorithms of a key; which of them it may serve is for the caller to say.
  const { alg: _, ...material } = jwk;
  return crypto.subtle.importKey('jwk', material, ALGORITHMS[algorithm], false, ['verify']).catch(() => null);
}

/** ECDSA signatures are r and s, one after the other, as in RFC 7518 §3.4 and RFC 9421 §3.3.4. */
export async function signatureMatches(
  key: CryptoKey,
  algorithm: SignatureAlgorithm,
  signature: Uint8Array,
  bytes: Uint8Array,
): Promise<boolean> {
  // Of some wrong lengths workerd says so by an error.
  return crypto.subtle.verify(ALGORITHMS[algorithm], key, signature, bytes).catch(() => false);
}

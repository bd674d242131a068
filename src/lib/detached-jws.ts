import { base64url, errors, flattenedVerify } from 'jose';

/** A JWS in compact serialisation whose payload is not between its full stops (RFC 7515 appendix F). */
export interface DetachedJws {
  protected: string;
  signature: string;
}

/** `b64` as the protected header says it: false takes the payload as it is (RFC 7797 §3). */
export async function detachedJwsMatches(
  jws: DetachedJws,
  payload: Uint8Array,
  key: CryptoKey,
  { alg, b64, crit }: { alg: string; b64: boolean; crit: readonly string[] },
): Promise<boolean> {
  const understood = Object.fromEntries(crit.map((name) => [name, true]));
  try {
    await flattenedVerify({ ...jws, payload: b64 ? base64url.encode(payload) : payload }, key, {
      algorithms: [alg],
      crit: understood,
    });
    return true;
  } catch (error) {
    if (error instanceof errors.JOSEError) return false;
    throw error;
  }
}

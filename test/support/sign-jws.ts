import { constants, sign } from 'node:crypto';
import { FlattenedSign } from 'jose';
import type { SenderKey } from './sender-keys.ts';

/** Signs by jose; the header as given, beside `alg` and `kid`. */
export async function signJws(input: {
  key: SenderKey;
  alg: string;
  body: string;
  header: Record<string, unknown>;
}): Promise<string> {
  const { key, alg, body, header } = input;
  const jws = await new FlattenedSign(new TextEncoder().encode(body))
    .setProtectedHeader({ alg, kid: key.kid, ...header })
    .sign(key.privateKey, { crit: { iat: true, jti: true, exp: true } });
  return `${jws.protected}..${jws.signature}`;
}

/** Signs any text as a header, by ES256, EdDSA, RS256 or PS256 as the key and `pss` have it; the payload as it is unless `encoded`. */
export function signJwsByHand(input: {
  key: SenderKey;
  header: string | Uint8Array;
  body: string;
  encoded?: boolean;
  pss?: boolean;
}): string {
  const { key, header, body, encoded = true, pss = false } = input;
  const head = Buffer.from(header).toString('base64url');
  const signed = Buffer.from(`${head}.${encoded ? Buffer.from(body).toString('base64url') : body}`);
  const padding = pss ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 } : {};
  const hash = key.privateKey.asymmetricKeyType === 'ed25519' ? null : 'sha256';
  const signature = sign(hash, signed, { key: key.privateKey, dsaEncoding: 'ieee-p1363', ...padding });
  return `${head}..${signature.toString('base64url')}`;
}

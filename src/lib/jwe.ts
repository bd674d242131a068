import { FlattenedEncrypt, flattenedDecrypt } from 'jose';
import { decodeUtf8, toBase64Url, utf8 } from './encoding.ts';

/** The parts of a flattened JWE (RFC 7516 §7.2.2) that differ from value to value, in base64url. */
export interface Encrypted {
  iv: string;
  ciphertext: string;
  tag: string;
}

/** AES-256-GCM under the key itself; `row` is authenticated with it, and the value opens for no other. */
export async function encrypt(plain: string, row: string, version: number, key: CryptoKey): Promise<Encrypted> {
  const {
    iv = '',
    ciphertext,
    tag = '',
  } = await new FlattenedEncrypt(utf8(plain))
    .setProtectedHeader(header(version))
    .setAdditionalAuthenticatedData(utf8(row))
    .encrypt(key);
  return { iv, ciphertext, tag };
}

export async function decrypt(encrypted: Encrypted, row: string, version: number, key: CryptoKey): Promise<string> {
  const jwe = {
    ...encrypted,
    protected: toBase64Url(utf8(JSON.stringify(header(version)))),
    aad: toBase64Url(utf8(row)),
  };
  const { plaintext } = await flattenedDecrypt(jwe, key).catch((cause) => {
    throw new Error('A sealed value does not open: it was changed, moved or sealed under another key', { cause });
  });
  const plain = decodeUtf8(plaintext);
  if (plain === null) throw new Error('A sealed value holds no text');
  return plain;
}

function header(version: number) {
  return { alg: 'dir', enc: 'A256GCM', kid: String(version) };
}

import { fromBase64 } from '../lib/encoding.ts';
import { importHmacKey } from '../lib/hmac.ts';
import type { Keyring } from '../lib/keyring.ts';

/** The HMAC key of a store's digests, of what its row holds sealed. */
export async function openDigestKey(keyring: Keyring, storeId: string, sealed: string): Promise<CryptoKey> {
  const bytes = fromBase64(await keyring.open(sealed, `stores/${storeId}/digestKey`));
  if (bytes === null) throw new Error('The digest key of a store is not base64');
  return importHmacKey(bytes);
}

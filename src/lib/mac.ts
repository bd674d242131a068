import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { utf8 } from './encoding.ts';

/**
 * HMAC-SHA-256 (RFC 2104) that answers at once. Whatever may wait takes lib/hmac.ts: WebCrypto only promises a MAC, and on
 * the path of a redirect each such promise costs several times what it takes to work out the MAC.
 */
export type Mac = (message: Uint8Array | string) => Uint8Array<ArrayBuffer>;

/** The key has 1 to 64 bytes. */
export function createMac(key: Uint8Array): Mac {
  if (key.length === 0 || key.length > 64) throw new RangeError('A MAC needs a key of 1 to 64 bytes');
  const keyed = hmac.create(sha256, key);
  // One for all messages: a copy into what is there costs half of a new one, and nothing here waits in between.
  const scratch = keyed.clone();
  return (message) => {
    const mac = new Uint8Array(32);
    keyed
      ._cloneInto(scratch)
      .update(typeof message === 'string' ? utf8(message) : message)
      .digestInto(mac);
    return mac;
  };
}

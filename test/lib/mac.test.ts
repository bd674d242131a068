import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../src/lib/encoding.ts';
import { hmac, importHmacKey } from '../../src/lib/hmac.ts';
import { createMac } from '../../src/lib/mac.ts';

describe('the MAC that answers at once', () => {
  it.each([
    ['0b'.repeat(20), '4869205468657265', 'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7'],
    [
      '4a656665',
      '7768617420646f2079612077616e7420666f72206e6f7468696e673f',
      '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
    ],
    ['aa'.repeat(20), 'dd'.repeat(50), '773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe'],
  ])('is the one of RFC 4231 §4 under %s', (key, message, mac) => {
    expect(toHex(createMac(fromHex(key) ?? new Uint8Array())(fromHex(message) ?? new Uint8Array()))).toBe(mac);
  });

  it('is the one that WebCrypto makes, for any key and message', async () => {
    const keys = fc.uint8Array({ minLength: 1, maxLength: 64 });
    const messages = fc.uint8Array({ maxLength: 300 });
    await fc.assert(
      fc.asyncProperty(keys, messages, async (key, message) => {
        expect(createMac(key)(message)).toEqual(await hmac(await importHmacKey(key), message));
      }),
    );
  });

  it('is right for every length around the ends of blocks, one after the other', async () => {
    const key = new Uint8Array(32).fill(7);
    const [mac, peer] = [createMac(key), await importHmacKey(key)];
    for (let length = 0; length <= 200; length++) {
      const message = Uint8Array.from({ length }, (_, i) => 255 - i);
      expect(mac(message), `${length} bytes`).toEqual(await hmac(peer, message));
    }
  });

  it('takes a text for its UTF-8', () => {
    const mac = createMac(new Uint8Array(1));
    expect(mac('é')).toEqual(mac(Uint8Array.of(0xc3, 0xa9)));
  });

  it('holds when others are asked in between, and leaves key and message as they were', () => {
    const [key, message] = [new Uint8Array(64).fill(1), new Uint8Array(130).fill(2)];
    const mac = createMac(key);
    const before = mac(message);
    createMac(new Uint8Array(64).fill(3))(new Uint8Array(63));
    expect(mac(message)).toEqual(before);
    expect([...key, ...message]).toEqual([...Array(64).fill(1), ...Array(130).fill(2)]);
  });

  it.each([0, 65])('wants no key of %i bytes', (length) => {
    expect(() => createMac(new Uint8Array(length))).toThrow(RangeError);
  });
});

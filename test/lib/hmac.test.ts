import { createHash, createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { fromHex, toHex, utf8 } from '../../src/lib/encoding.ts';
import { type Hash, hmac, hmacMatches, importHmacKey, sha256Hex } from '../../src/lib/hmac.ts';

const bytes = utf8('{"amount":1230}');

describe('HMAC', () => {
  test('gives the MAC of RFC 4231, test case 2', async () => {
    const key = await importHmacKey(utf8('Jefe'));
    expect(toHex(await hmac(key, utf8('what do ya want for nothing?')))).toBe(
      '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
    );
  });

  test.each<Hash>(['SHA-256', 'SHA-384', 'SHA-512'])(
    '%s agrees with Node, for a short key and a long one',
    async (hash) => {
      for (const secret of [utf8('s'), utf8('long '.repeat(100))]) {
        const mac = await hmac(await importHmacKey(secret, hash), bytes);
        expect(toHex(mac)).toBe(createHmac(hash.replace('-', ''), secret).update(bytes).digest('hex'));
      }
    },
  );

  test('matches its own MAC only, whole and over the same bytes', async () => {
    const key = await importHmacKey(utf8('secret'));
    const mac = await hmac(key, bytes);
    expect(await hmacMatches(key, mac, bytes)).toBe(true);
    expect(
      await hmacMatches(
        key,
        mac.map((byte, i) => (i === 31 ? byte ^ 1 : byte)),
        bytes,
      ),
    ).toBe(false);
    expect(await hmacMatches(key, mac.subarray(0, 31), bytes)).toBe(false);
    expect(await hmacMatches(key, new Uint8Array(), bytes)).toBe(false);
    expect(await hmacMatches(key, mac, bytes.subarray(1))).toBe(false);
    expect(await hmacMatches(await importHmacKey(utf8('Secret')), mac, bytes)).toBe(false);
  });

  test('takes no empty secret', async () => {
    await expect(importHmacKey(new Uint8Array())).rejects.toThrow(RangeError);
  });
});

test('SHA-256 comes as lower-case hex', async () => {
  expect(await sha256Hex(bytes)).toBe(createHash('sha256').update(bytes).digest('hex'));
  expect(fromHex(await sha256Hex(new Uint8Array()))).toHaveLength(32);
});

import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { hashApiKey, type KeyKind, type Mode, newApiKey, parseApiKey } from '../../src/lib/api-key.ts';

const kinds: [KeyKind, Mode, string][] = [
  ['secret', 'live', 'gw_sk_live_'],
  ['secret', 'test', 'gw_sk_test_'],
  ['publishable', 'live', 'gw_pk_live_'],
  ['publishable', 'test', 'gw_pk_test_'],
];

describe.each(kinds)('a %s %s key', (kind, mode, prefix) => {
  test('says what it is', () => {
    const key = newApiKey(kind, mode);
    expect(key).toMatch(new RegExp(`^${prefix}[0-9A-Za-z]{49}$`));
    expect(parseApiKey(key)).toEqual({ kind, mode });
  });

  test('ends in the CRC-32 of the rest', () => {
    const key = newApiKey(kind, mode);
    const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
    const sum = Array.from(key.slice(-6)).reduce((total, digit) => total * 62 + digits.indexOf(digit), 0);
    expect(sum).toBe(crc32(key.slice(0, -6)));
  });
});

describe('the grammar of keys', () => {
  const key = newApiKey('secret', 'live');

  test('notices any one changed character', () => {
    for (let i = 0; i < key.length; i++) {
      const other = key[i] === 'x' ? 'y' : 'x';
      expect(parseApiKey(key.slice(0, i) + other + key.slice(i + 1))).toBeNull();
    }
  });

  test('notices a key moved to the other mode or kind', () => {
    expect(parseApiKey(key.replace('live', 'test'))).toBeNull();
    expect(parseApiKey(key.replace('_sk_', '_pk_'))).toBeNull();
  });

  test.each(['', 'gw_sk_live_', key.slice(0, -1), `${key}0`, `${key}\n`, ` ${key}`, key.toUpperCase(), key.slice(3)])(
    '%j is no key',
    (text) => {
      expect(parseApiKey(text)).toBeNull();
    },
  );
});

test('keys do not repeat', () => {
  expect(new Set(Array.from({ length: 1000 }, () => newApiKey('secret', 'live'))).size).toBe(1000);
});

test('the hash is the SHA-256 of the whole key', async () => {
  const key = newApiKey('secret', 'live');
  expect(await hashApiKey(key)).toBe(createHash('sha256').update(key).digest('hex'));
});

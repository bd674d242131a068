import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  decodeUtf8,
  fromBase64,
  fromBase64Url,
  fromHex,
  toBase64,
  toBase64Url,
  toHex,
  utf8,
} from '../../src/lib/encoding.ts';

const anyBytes = fc.uint8Array({ maxLength: 200 });
const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string(),
  fc.base64String(),
  fc.stringMatching(/^[\w+/=-]*$/),
);

describe('UTF-8', () => {
  test('a text comes back from its bytes', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => decodeUtf8(utf8(text)) === text));
  });

  test('a byte-order mark stays a character', () => {
    expect(decodeUtf8(Uint8Array.of(0xef, 0xbb, 0xbf, 0x41))).toBe('\uFEFFA');
  });

  test.each([
    ['a lone continuation byte', [0x80]],
    ['an overlong slash', [0xc0, 0xaf]],
    ['a surrogate', [0xed, 0xa0, 0x80]],
    ['a code point beyond Unicode', [0xf4, 0x90, 0x80, 0x80]],
    ['a character cut short', [0xe2, 0x82]],
  ])('%s is refused, and does not spoil the next text', (_, bytes) => {
    expect(decodeUtf8(Uint8Array.from(bytes))).toBeNull();
    expect(decodeUtf8(utf8('next'))).toBe('next');
  });
});

describe('hexadecimal', () => {
  test('writes as Node does and reads back', () => {
    fc.assert(
      fc.property(anyBytes, (bytes) => {
        expect(toHex(bytes)).toBe(Buffer.from(bytes).toString('hex'));
        expect(fromHex(toHex(bytes))).toEqual(new Uint8Array(bytes));
      }),
    );
  });

  test.each(['a', 'AB', 'aB', '0x', ' 0', '0 ', '00\n', 'g0', '１２', '-1', '+1', '1.', '0e'.repeat(3).slice(1)])(
    'refuses %j',
    (text) => {
      expect(fromHex(text)).toBeNull();
    },
  );
});

describe('base64', () => {
  test('writes as Node does and reads back', () => {
    fc.assert(
      fc.property(anyBytes, (bytes) => {
        expect(toBase64(bytes)).toBe(Buffer.from(bytes).toString('base64'));
        expect(fromBase64(toBase64(bytes))).toEqual(new Uint8Array(bytes));
        expect(toBase64Url(bytes)).toBe(Buffer.from(bytes).toString('base64url'));
        expect(fromBase64Url(toBase64Url(bytes))).toEqual(new Uint8Array(bytes));
      }),
    );
  });

  test('carries a megabyte', () => {
    const bytes = new Uint8Array(1_048_576).map((_, i) => i * 31);
    expect(Buffer.compare(fromBase64(toBase64(bytes)) ?? new Uint8Array(), bytes)).toBe(0);
  });

  test('any other text is refused, without a throw', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(fromBase64(text) !== null).toBe(Buffer.from(text, 'base64').toString('base64') === text);
        expect(fromBase64Url(text) !== null).toBe(Buffer.from(text, 'base64url').toString('base64url') === text);
      }),
    );
  });

  test.each([
    'QQ',
    'QQ=',
    'QR==',
    'QUF=',
    'QQ==\n',
    ' QQ==',
    'Q Q==',
    'QQ===',
    'Q===',
    '=',
    '-_-_',
    'QQ==QQ==',
    'ÿÿÿÿ',
  ])('padded base64 refuses %j', (text) => {
    expect(fromBase64(text)).toBeNull();
  });

  test.each(['QQ==', 'QR', 'Q', 'Q+/Q', 'QQ\n', ' QQ', 'QUF', '====', 'Q\u0000=='])('base64url refuses %j', (text) => {
    expect(fromBase64Url(text)).toBeNull();
  });
});

import { utf8 } from './encoding.ts';
import { sha256Hex } from './hmac.ts';
import { randomText } from './random-text.ts';

export type KeyKind = 'secret' | 'publishable';
export type Mode = 'live' | 'test';

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const KEY = /^(gw_(sk|pk)_(live|test)_[0-9A-Za-z]{43})([0-9A-Za-z]{6})$/;

/** 256 bits of chance between a prefix that says what it is and a checksum that tells a key from any other text. */
export function newApiKey(kind: KeyKind, mode: Mode): string {
  const secret = randomText(BASE62, 43, (bytes) => crypto.getRandomValues(bytes));
  const body = `gw_${kind === 'secret' ? 'sk' : 'pk'}_${mode}_${secret}`;
  return body + checksum(body);
}

/** null when the text cannot be a key of ours, by its grammar and checksum alone. */
export function parseApiKey(text: string): { kind: KeyKind; mode: Mode } | null {
  const [, body, kind, mode, sum] = KEY.exec(text) ?? [];
  if (body === undefined || checksum(body) !== sum) return null;
  return { kind: kind === 'sk' ? 'secret' : 'publishable', mode: mode === 'live' ? 'live' : 'test' };
}

/** What is stored and looked up instead of the key; needs no salt, because the key is random. */
export function hashApiKey(text: string): Promise<string> {
  return sha256Hex(utf8(text));
}

function checksum(text: string): string {
  let rest = crc32(utf8(text));
  let digits = '';
  for (let i = 0; i < 6; i++) {
    digits = BASE62.charAt(rest % 62) + digits;
    rest = Math.floor(rest / 62);
  }
  return digits;
}

/** The CRC of gzip (RFC 1952 §8). */
function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}

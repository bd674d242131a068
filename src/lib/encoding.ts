/** Texts and bytes. Reading is strict and answers null; nothing here throws. */

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const BASE64URL = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const hexPairs = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

export function utf8(text: string): Uint8Array<ArrayBuffer> {
  return encoder.encode(text) as Uint8Array<ArrayBuffer>;
}

/** null when the bytes are not UTF-8; a byte-order mark stays in the text, so that the text means the same bytes. */
export function decodeUtf8(bytes: Uint8Array): string | null {
  try {
    return decoder.decode(bytes);
  } catch {
    return null;
  }
}

export function toHex(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += hexPairs[byte];
  return text;
}

/** Lower-case digits only. */
export function fromHex(text: string): Uint8Array<ArrayBuffer> | null {
  if (text.length % 2 !== 0 || /[^0-9a-f]/.test(text)) return null;
  const bytes = new Uint8Array(text.length / 2);
  for (let i = 0; i < bytes.length; i++) bytes[i] = Number.parseInt(text.slice(2 * i, 2 * i + 2), 16);
  return bytes;
}

/** RFC 4648 §4, padded. */
export function toBase64(bytes: Uint8Array): string {
  let binary = '';
  // In chunks, because every byte becomes an argument and the stack is finite.
  for (let i = 0; i < bytes.length; i += 8192) binary += String.fromCharCode(...bytes.subarray(i, i + 8192));
  return btoa(binary);
}

export function fromBase64(text: string): Uint8Array<ArrayBuffer> | null {
  const bytes = fromForgivingBase64(text);
  return bytes !== null && toBase64(bytes) === text ? bytes : null;
}

/** RFC 4648 §5, unpadded. Digit by digit, because every redirect waits for it, and by way of `btoa` it takes five times as long. */
export function toBase64Url(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const bits = ((bytes[i] ?? 0) << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    text += BASE64URL.charAt(bits >>> 18) + BASE64URL.charAt((bits >>> 12) & 63);
    if (i + 1 < bytes.length) text += BASE64URL.charAt((bits >>> 6) & 63);
    if (i + 2 < bytes.length) text += BASE64URL.charAt(bits & 63);
  }
  return text;
}

export function fromBase64Url(text: string): Uint8Array<ArrayBuffer> | null {
  const bytes = fromForgivingBase64(text.replaceAll('-', '+').replaceAll('_', '/'));
  return bytes !== null && toBase64Url(bytes) === text ? bytes : null;
}

/** `atob` skips blanks, missing padding and stray trailing bits; the callers refuse all of it by encoding again. */
function fromForgivingBase64(text: string): Uint8Array<ArrayBuffer> | null {
  try {
    const binary = atob(text);
    const bytes = new Uint8Array(binary.length);
    for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
    return bytes;
  } catch {
    return null;
  }
}

import { fromBase64Url, toBase64Url } from '../lib/encoding.ts';
import { hmac } from '../lib/hmac.ts';
import { idBytes, idFromBytes, idTime } from '../lib/ids.ts';
import type { Keyring } from '../lib/keyring.ts';

// Key version (4 bytes, big-endian), click id (16), link id (16), HMAC-SHA-256 of all before it cut to its left half
// (16; RFC 2104 §5 allows no less), in base64url.
const CLICK = 4;
const LINK = 20;
const MAC = 36;
const END = 52;
const LENGTH = 70;

export interface SignedClick {
  clickId: string;
  linkId: string;
  /** When the friend clicked, out of the click's id. */
  at: number;
}

export async function signClickToken(
  { clickId, linkId }: Pick<SignedClick, 'clickId' | 'linkId'>,
  storeId: string,
  keyring: Keyring,
): Promise<string> {
  const [click, link] = [idBytes(clickId), idBytes(linkId)];
  const key = await keyring.deriveKey(purpose(storeId));
  if (click === null || link === null || key === null) throw new RangeError('A click token needs two ids and a key');
  const token = new Uint8Array(END);
  token.set(fourBytes(keyring.current));
  token.set(click, CLICK);
  token.set(link, LINK);
  const mac = await hmac(key, token.subarray(0, MAC));
  token.set(mac.subarray(0, END - MAC), MAC);
  return toBase64Url(token);
}

/** What the token says, believed only after `verifyClickToken`; null when it says nothing. */
export function readClickToken(token: string): (SignedClick & { keyVersion: number }) | null {
  return parse(token)?.click ?? null;
}

/** null: it was not signed for this store, or by a key that is no longer held. */
export async function verifyClickToken(token: string, storeId: string, keyring: Keyring): Promise<SignedClick | null> {
  const parsed = parse(token);
  const key = parsed && (await keyring.deriveKey(purpose(storeId), parsed.click.keyVersion));
  if (parsed === null || key === null) return null;
  const { clickId, linkId, at } = parsed.click;
  const mac = await hmac(key, parsed.bytes.subarray(0, MAC));
  return sameBytes(mac.subarray(0, END - MAC), parsed.bytes.subarray(MAC)) ? { clickId, linkId, at } : null;
}

function parse(token: string) {
  const bytes = token.length === LENGTH ? fromBase64Url(token) : null;
  if (bytes === null) return null;
  const clickId = idFromBytes('clk', bytes.subarray(CLICK, LINK));
  const at = idTime(clickId);
  if (at === null) return null;
  const linkId = idFromBytes('lnk', bytes.subarray(LINK, MAC));
  return { bytes, click: { keyVersion: new DataView(bytes.buffer).getUint32(0), clickId, linkId, at } };
}

function fourBytes(number: number): number[] {
  return [number >>> 24, number >>> 16, number >>> 8, number];
}

function purpose(storeId: string): string {
  return `click-token/${storeId}`;
}

/** In constant time; `crypto.subtle.verify` compares only whole MACs. */
function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.reduce((difference, byte, i) => difference | (byte ^ (b[i] ?? 0)), a.length ^ b.length) === 0;
}

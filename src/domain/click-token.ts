import { fromBase64Url, toBase64Url, utf8 } from '../lib/encoding.ts';
import { hmac } from '../lib/hmac.ts';
import { idBytes, idFromBytes, idTime } from '../lib/ids.ts';
import type { Keyring } from '../lib/keyring.ts';
import { createMac, type Mac } from '../lib/mac.ts';

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

/** Kept, so that a redirect waits for none; finished ones, because a promise of one request must not keep another waiting. */
const MACS_KEPT = 1000;
const macs = new WeakMap<Keyring, Map<string, Mac>>();

export async function signClickToken(
  { clickId, linkId }: Pick<SignedClick, 'clickId' | 'linkId'>,
  storeId: string,
  keyring: Keyring,
): Promise<string> {
  const [click, link] = [idBytes(clickId), idBytes(linkId)];
  const mac = await macOf(keyring, keyring.current, storeId);
  if (click === null || link === null || mac === null) throw new RangeError('A click token needs two ids and a key');
  const token = new Uint8Array(END);
  token.set(fourBytes(keyring.current));
  token.set(click, CLICK);
  token.set(link, LINK);
  token.set(mac(token.slice(0, MAC)).slice(0, END - MAC), MAC);
  return toBase64Url(token);
}

/** What the token says, believed only after `verifyClickToken`; null when it says nothing. */
export function readClickToken(token: string): (SignedClick & { keyVersion: number }) | null {
  return parse(token)?.click ?? null;
}

/** null: it was not signed for this store, or by a key that is no longer held. */
export async function verifyClickToken(token: string, storeId: string, keyring: Keyring): Promise<SignedClick | null> {
  const parsed = parse(token);
  const mac = parsed && (await macOf(keyring, parsed.click.keyVersion, storeId));
  if (parsed === null || mac === null) return null;
  const { clickId, linkId, at } = parsed.click;
  const signed = mac(parsed.bytes.subarray(0, MAC)).subarray(0, END - MAC);
  return sameBytes(signed, parsed.bytes.subarray(MAC)) ? { clickId, linkId, at } : null;
}

/** null: the keyring has no key of this version. */
async function macOf(keyring: Keyring, version: number, storeId: string): Promise<Mac | null> {
  const known = macs.get(keyring) ?? new Map<string, Mac>();
  macs.set(keyring, known);
  const name = `${version}/${storeId}`;
  const made = known.get(name);
  if (made !== undefined) return made;
  const key = await keyring.deriveKey(`click-token/${storeId}`, version);
  if (key === null) return null;
  // That key stays inside WebCrypto; what it makes of a fixed text serves as the key here.
  const mac = createMac(await hmac(key, utf8('mac')));
  if (known.size >= MACS_KEPT) known.clear();
  known.set(name, mac);
  return mac;
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

/** In constant time. */
function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.reduce((difference, byte, i) => difference | (byte ^ (b[i] ?? 0)), a.length ^ b.length) === 0;
}

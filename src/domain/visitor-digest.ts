import { fromBase64, toBase64, toBase64Url } from '../lib/encoding.ts';
import type { Keyring } from '../lib/keyring.ts';
import { createMac, type Mac } from '../lib/mac.ts';
import { DAY } from './calendar.ts';
import { networkOf } from './network.ts';

/** 16 characters: enough that two visitors of one link and day are never taken for one. */
const DIGEST_BYTES = 12;
const AGENT_LENGTH = 512;

/** The beginning of yesterday in UTC: a day's salt, and who was counted by it, are destroyed 48 hours after it began. */
export function visitorsKeptSince(now: number): number {
  return now - (now % DAY) - DAY;
}

/** A new salt's random bytes, for its row. */
export async function sealSalt(keyring: Keyring, day: string, bytes: Uint8Array): Promise<string> {
  return keyring.seal(toBase64(bytes), placeOf(day));
}

/** The key of a UTC day's digests, of what its row holds sealed. */
export async function openSalt(keyring: Keyring, day: string, sealed: string): Promise<Mac> {
  const bytes = fromBase64(await keyring.open(sealed, placeOf(day)));
  if (bytes === null) throw new Error('The salt of a day is not base64');
  return createMac(bytes);
}

/**
 * Tells the visitors of a store apart for one day. Nobody can find an address by it once the salt is destroyed, and no two
 * stores see the same digest of one person. null: it came from no network.
 */
export function visitorDigest(
  salt: Mac,
  { storeId, address, agent }: { storeId: string; address: string | null; agent: string | null },
): string | null {
  const network = address === null ? null : networkOf(address);
  if (network === null) return null;
  const mac = salt(`${storeId}\n${network}\n${(agent ?? '').slice(0, AGENT_LENGTH)}`);
  return toBase64Url(mac.slice(0, DIGEST_BYTES));
}

function placeOf(day: string): string {
  return `salts/${day}/sealed`;
}

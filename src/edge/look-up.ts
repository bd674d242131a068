import type { Lookup } from '../domain/sources/contract.ts';
import { parseStrictJson } from '../domain/strict-json.ts';
import { Refusal } from '../lib/refusal.ts';

const LIMIT = 1024 * 1024;
const PATIENCE = 3000;

/** `refused`: the token is not, or no more, good for this. `unreadable`: it answers what cannot be read, and will again. */
export type Found = { outcome: 'found'; value: unknown } | { outcome: 'refused' } | { outcome: 'unreadable' };

/** One GET of a sender's own API; null where it has no such thing. What it does not answer now may be answered later. */
export type LookUp = (wanted: Lookup) => Promise<Found>;

export function createLookUp(fetch: (url: string, init: RequestInit) => Promise<Response>): LookUp {
  return async ({ url, headers }) => {
    try {
      return await found(await fetch(url, { headers, redirect: 'manual', signal: AbortSignal.timeout(PATIENCE) }));
    } catch (cause) {
      throw new Refusal('sender_unavailable', { retryAfterSeconds: 30, cause });
    }
  };
}

async function found(response: Response): Promise<Found> {
  const { status } = response;
  if (status === 401 || status === 403) return { outcome: 'refused' };
  if (status === 404) return { outcome: 'found', value: null };
  // BigCommerce answers an empty list so.
  if (status === 204) return { outcome: 'found', value: [] };
  if (status >= 400 && status < 500 && status !== 408 && status !== 429) return { outcome: 'unreadable' };
  if (status !== 200) throw new Error(`answered ${status}`);
  const bytes = new Uint8Array(await response.arrayBuffer());
  if (bytes.length > LIMIT) return { outcome: 'unreadable' };
  const json = parseStrictJson(bytes, { longIntegers: 'text' });
  return json.ok ? { outcome: 'found', value: json.value } : { outcome: 'unreadable' };
}

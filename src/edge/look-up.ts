import type { Lookup } from '../domain/sources/contract.ts';
import { parseStrictJson } from '../domain/strict-json.ts';
import { Refusal } from '../lib/refusal.ts';

const LIMIT = 1024 * 1024;
const PATIENCE = 3000;

/** `refused`: the token is not, or no more, good for this. */
export type Found = { outcome: 'found'; value: unknown } | { outcome: 'refused' };

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
  if (status !== 200) throw new Error(`answered ${status}`);
  const bytes = new Uint8Array(await response.arrayBuffer());
  if (bytes.length > LIMIT) throw new Error('answered too much');
  const json = parseStrictJson(bytes, { longIntegers: 'text' });
  if (!json.ok) throw new Error('answered what is no JSON');
  return { outcome: 'found', value: json.value };
}

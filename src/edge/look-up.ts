import type { Lookup } from '../domain/sources/contract.ts';
import { parseStrictJson } from '../domain/strict-json.ts';
import { Refusal } from '../lib/refusal.ts';

const LIMIT = 1024 * 1024;
const PATIENCE = 3000;

/** One GET of a sender's own API; null: it has no such thing. What it does not answer now may be answered later. */
export type LookUp = (wanted: Lookup) => Promise<unknown>;

export function createLookUp(fetch: (url: string, init: RequestInit) => Promise<Response>): LookUp {
  return (wanted) => lookUp(fetch, wanted);
}

async function lookUp(fetch: Parameters<typeof createLookUp>[0], { url, headers }: Lookup): Promise<unknown> {
  const unavailable = (cause: unknown) => new Refusal('sender_unavailable', { retryAfterSeconds: 30, cause });
  const response = await fetch(url, { headers, redirect: 'manual', signal: AbortSignal.timeout(PATIENCE) }).catch(
    (cause: unknown) => {
      throw unavailable(cause);
    },
  );
  if (response.status === 404) return null;
  // BigCommerce answers an empty list so.
  if (response.status === 204) return [];
  if (response.status !== 200) throw unavailable(`answered ${response.status}`);
  const bytes = await bytesOf(response).catch((cause: unknown) => {
    throw unavailable(cause);
  });
  const json = bytes === null ? null : parseStrictJson(bytes, { longIntegers: 'text' });
  if (json?.ok !== true) throw unavailable(json?.detail ?? 'answered too much');
  return json.value;
}

async function bytesOf(response: Response): Promise<Uint8Array | null> {
  const bytes = new Uint8Array(await response.arrayBuffer());
  return bytes.length > LIMIT ? null : bytes;
}

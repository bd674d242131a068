import { DAY } from '../domain/calendar.ts';
import { publicUrlOf } from '../domain/public-url.ts';
import type { PublishedKeys } from '../domain/sources/contract.ts';
import { readKeySet } from '../domain/sources/public-keys.ts';
import { createRecent } from './recent.ts';
import { LATE, within } from './within.ts';

const URLS = 100;
const FRESH = 3_600_000;
const STALE_IF_ERROR = DAY;
/** Between two requests to one address, whatever came of the first: anybody can make up names of keys. */
const REST = 60_000;
const LIMIT = 5000;
/** For newer keys than those at hand: enough for a sender far away, and not for one that hangs. */
const PATIENCE = 1000;
/** Above what a request may take, or each waiter would make one of its own. */
const WAIT = 6000;
const MAX_BYTES = 256 * 1024;
const NEVER = Number.NEGATIVE_INFINITY;

interface Sources {
  now: () => number;
  fetch: (url: string, init: RequestInit) => Promise<Response>;
}

interface KeySet {
  keys: ReadonlyMap<string, JsonWebKey>;
  /** When they were learnt. */
  at: number;
  askedAt: number;
  /** Whether the last request brought nothing. */
  failed: boolean;
  flight: Promise<void> | null;
}

/** What an isolate remembers of the key sets that senders publish. */
export function createPublishedKeys({ now, fetch }: Sources): PublishedKeys {
  const sets = createRecent<KeySet>(URLS);

  return async (url, kid) => {
    const set = setOf(url);
    const age = now() - set.at;
    if (!set.keys.has(kid) || age >= STALE_IF_ERROR) await refresh(url, set);
    else if (age >= FRESH) await renew(url, set);
    if (now() - set.at >= STALE_IF_ERROR) return 'unavailable';
    // The sender may have added the key to what cannot be had now.
    return set.keys.get(kid) ?? (set.failed ? 'unavailable' : null);
  };

  function setOf(url: string): KeySet {
    const known = sets.get(url);
    if (known !== undefined) return known;
    const empty = { keys: new Map(), at: NEVER, askedAt: NEVER, failed: false, flight: null };
    sets.set(url, empty);
    return empty;
  }

  /** One request for all who ask, which belongs to one of them: if that one is ended, it never answers the others. */
  async function refresh(url: string, set: KeySet): Promise<void> {
    const flight = flightOf(url, set);
    if (flight === null || (await within(WAIT, flight)) !== LATE) return;
    // The first of the waiters to get here takes its place, and the others wait for that one.
    if (set.flight === flight) {
      set.flight = null;
      set.askedAt = NEVER;
    }
    return refresh(url, set);
  }

  /** While there are keys to go by, nobody waits longer than for the first moments of a request. */
  async function renew(url: string, set: KeySet): Promise<void> {
    const flight = flightOf(url, set);
    const patience = set.askedAt + PATIENCE - now();
    if (flight !== null && patience > 0) await within(patience, flight);
  }

  /** null: it is too early to ask again. One that takes too long was ended with the request that it belonged to. */
  function flightOf(url: string, set: KeySet): Promise<void> | null {
    if (now() - set.askedAt >= (set.flight === null ? REST : WAIT)) launch(url, set);
    return set.flight;
  }

  function launch(url: string, set: KeySet): void {
    set.askedAt = now();
    const flight = learn(url, set).finally(() => {
      if (set.flight === flight) set.flight = null;
    });
    set.flight = flight;
  }

  async function learn(url: string, set: KeySet): Promise<void> {
    const bytes = await download(url, fetch);
    const keys = bytes === null ? null : readKeySet(bytes);
    set.failed = keys === null;
    if (keys === null) return;
    set.keys = keys;
    set.at = now();
  }
}

/** null where there is nothing to be had in time, or more than a set of keys can need. */
async function download(url: string, fetch: Sources['fetch']): Promise<Uint8Array | null> {
  // It was checked when it was set, but perhaps by the rules of then.
  if (publicUrlOf(url) === null) return null;
  const abort = new AbortController();
  const headers = { Accept: 'application/jwk-set+json, application/json' };
  const answer = fetch(url, { headers, redirect: 'manual', signal: abort.signal }).then(bytesOf);
  const bytes = await within(LIMIT, answer).catch(() => null);
  abort.abort();
  return bytes === LATE ? null : bytes;
}

/** Counts the bytes as they come: Content-Length may be missing, and may lie. */
async function bytesOf({ status, body }: Response): Promise<Uint8Array | null> {
  if (status !== 200 || body === null) return null;
  const bytes = new Uint8Array(MAX_BYTES);
  let length = 0;
  for await (const chunk of body) {
    if (length + chunk.length > MAX_BYTES) return null;
    bytes.set(chunk, length);
    length += chunk.length;
  }
  return bytes.subarray(0, length);
}

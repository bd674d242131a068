import type { LinkRecord } from '../domain/link-record.ts';
import { Refusal } from '../lib/refusal.ts';
import { type ClickLimits, createClickLimits } from './click-limits.ts';
import { createMissDamper } from './miss-damper.ts';
import { createRecent } from './recent.ts';
import { type LinkSources, putCopy, resolveCopy, resolveLink } from './resolve-link.ts';
import { LATE, within } from './within.ts';

const LINKS = 10_000;
const FRESH = 10_000;
const STALE_WHILE_REVALIDATE = 60_000;
const STALE_IF_ERROR = 3_600_000;
/** After a look-up failed, a link that is known need not wait for the next failure. */
const REST_AFTER_FAILURE = 5000;
/** Apart from the links, so that a scan of random codes cannot push them out. */
const UNKNOWN_CODES = 2000;
const UNKNOWN_FOR = 5000;
/** Above what a look-up may take, or each waiter would make one of its own. */
const WAIT = 1500;

interface Entry {
  record: LinkRecord;
  /** When it was learnt; a hit does not renew it. */
  at: number;
  failedAt: number;
}

export interface LinkMemory extends ClickLimits {
  /** At once where memory answers; null: there is no such link. */
  find(host: string, code: string, sources: LinkSources): LinkRecord | null | Promise<LinkRecord | null>;
  /** Puts a newer record into KV and, at once, into this isolate. */
  publish(host: string, code: string, record: LinkRecord, sources: Pick<LinkSources, 'kv' | 'now'>): Promise<void>;
}

/** What an isolate remembers of links between requests. */
export function createLinkMemory(): LinkMemory {
  const links = createRecent<Entry>(LINKS);
  const unknown = createRecent<number>(UNKNOWN_CODES);
  const flights = new Map<string, Promise<LinkRecord | null>>();
  const damper = createMissDamper();

  return {
    ...createClickLimits(),

    find: (host, code, sources) => recall(keyOf(host, code), sources),

    async publish(host, code, record, { kv, now }) {
      const key = keyOf(host, code);
      learn(key, record, now());
      await putCopy(key, record, kv);
    },
  };

  function recall(key: string, sources: LinkSources): LinkRecord | null | Promise<LinkRecord | null> {
    const now = sources.now();
    const entry = links.get(key);
    if (entry === undefined) {
      if (now - (unknown.get(key) ?? Number.NEGATIVE_INFINITY) < UNKNOWN_FOR) return null;
      const rest = sources.asker === undefined ? 0 : damper.restOf(sources.asker, now);
      return rest === 0 ? ask(key, sources) : glance(key, sources, rest);
    }
    const age = now - entry.at;
    if (age < FRESH) return present(entry.record);
    if (age >= STALE_IF_ERROR) return ask(key, sources);
    if (now - entry.failedAt < REST_AFTER_FAILURE) return present(entry.record);
    if (age >= STALE_WHILE_REVALIDATE) return ask(key, sources).catch(() => present(entry.record));
    if (!flights.has(key)) void launch(key, sources);
    return present(entry.record);
  }

  /** For a network that scans: its neighbours' links are in KV, and what is not may wait. Nobody else waits for this. */
  async function glance(key: string, sources: LinkSources, rest: number): Promise<LinkRecord | null> {
    const copy = await resolveCopy(key, sources);
    if (copy === null) throw new Refusal('rate_limited', { retryAfterSeconds: Math.ceil(rest / 1000) });
    return learn(key, copy, sources.now());
  }

  async function ask(key: string, sources: LinkSources): Promise<LinkRecord | null> {
    const flight = flights.get(key) ?? launch(key, sources);
    const answer = await within(WAIT, flight);
    if (answer !== LATE) return answer;
    // Its owner is gone: the first of the waiters to get here takes its place, and the others find what that one does.
    if (flights.get(key) === flight) flights.delete(key);
    return recall(key, sources);
  }

  /** One look-up for all who ask, kept alive by the request that began it even if its client goes away. */
  function launch(key: string, sources: LinkSources): Promise<LinkRecord | null> {
    const flight = look(key, sources).finally(() => {
      if (flights.get(key) === flight) flights.delete(key);
    });
    flights.set(key, flight);
    sources.waitUntil(flight.catch(() => {}));
    return flight;
  }

  async function look(key: string, sources: LinkSources): Promise<LinkRecord | null> {
    try {
      const record = await resolveLink(key, sources);
      const { asker, now, waitUntil } = sources;
      if (record === null && asker !== undefined) waitUntil(damper.count(asker, now).catch(() => {}));
      return learn(key, record, now());
    } catch (error) {
      const entry = links.get(key);
      if (entry !== undefined) entry.failedAt = sources.now();
      throw error;
    }
  }

  /** What holds now: KV may still show what this isolate knows to be old. */
  function learn(key: string, record: LinkRecord | null, now: number): LinkRecord | null {
    if (record === null) {
      links.delete(key);
      unknown.set(key, now);
      return null;
    }
    unknown.delete(key);
    const held = links.get(key)?.record;
    const older = held !== undefined && held.linkId === record.linkId && held.version > record.version;
    const newest = older ? held : record;
    links.set(key, { record: newest, at: now, failedAt: Number.NEGATIVE_INFINITY });
    return present(newest);
  }
}

function keyOf(host: string, code: string): string {
  return `${host}/${code}`;
}

function present(record: LinkRecord): LinkRecord | null {
  return record.state === 'missing' ? null : record;
}

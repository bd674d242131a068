import { type LinkRecord, readLinkRecord } from '../domain/link-record.ts';
import { Refusal } from '../lib/refusal.ts';
import type { Asker } from './miss-damper.ts';
import { LATE, within } from './within.ts';

/** Handed in with every call, because nothing that does I/O may be kept from one request for another. */
export interface LinkSources {
  kv: Pick<KVNamespace, 'get' | 'put'>;
  /** Asks the database; null: it knows no such code. */
  lookUp: () => Promise<LinkRecord | null>;
  now: () => number;
  waitUntil: (work: Promise<unknown>) => void;
  asker?: Asker | undefined;
}

const KV_PATIENCE = 250;
const KV_CACHE_SECONDS = 60;
const DATABASE_LIMIT = 1200;

/**
 * Asks KV, and the database as well as soon as KV has nothing, fails or is slow; the first that knows the link wins. That
 * there is no such link is for the database alone to say, and so is how many clicks a link had that may have only so many.
 */
export async function resolveLink(key: string, sources: LinkSources): Promise<LinkRecord | null> {
  const copy = readCopy(key, sources);
  const early = await within(KV_PATIENCE, copy).catch((): typeof LATE => LATE);
  if (early !== LATE && early !== null && early.maxClicks === undefined) return early;
  const original = readOriginal(key, copy, sources);
  if (early === null) return original;
  return early === LATE ? Promise.any([original, known(copy)]).catch(() => original) : original.catch(() => early);
}

/** Asks KV alone; null: it knows no such link, or does not say so in time. */
export async function resolveCopy(key: string, sources: LinkSources): Promise<LinkRecord | null> {
  const copy = await within(KV_PATIENCE, readCopy(key, sources)).catch(() => null);
  return copy === LATE ? null : copy;
}

export async function putCopy(key: string, record: LinkRecord, kv: LinkSources['kv']): Promise<void> {
  await kv.put(key, JSON.stringify(record));
}

async function readCopy(key: string, { kv }: LinkSources): Promise<LinkRecord | null> {
  const text = await kv.get(key, { type: 'text', cacheTtl: KV_CACHE_SECONDS });
  return text === null ? null : readLinkRecord(text);
}

async function readOriginal(
  key: string,
  copy: Promise<LinkRecord | null>,
  { kv, lookUp, waitUntil }: LinkSources,
): Promise<LinkRecord | null> {
  const record = await within(DATABASE_LIMIT, lookUp());
  if (record === LATE) throw new Refusal('database_unavailable', { retryAfterSeconds: 2 });
  if (record !== null) waitUntil(mendCopy(key, record, copy, kv).catch(() => {}));
  return record;
}

/** Not where KV fails or holds as much already: a put that brings nothing new could only overtake a newer one. */
async function mendCopy(
  key: string,
  record: LinkRecord,
  copy: Promise<LinkRecord | null>,
  kv: LinkSources['kv'],
): Promise<void> {
  const held = await copy;
  if (held === null || held.version < record.version) await putCopy(key, record, kv);
}

async function known(copy: Promise<LinkRecord | null>): Promise<LinkRecord> {
  const record = await within(DATABASE_LIMIT, copy);
  if (record === LATE || record === null) throw new Error('KV does not know the link');
  return record;
}

import type { FoundSource } from '../domain/callback.ts';
import { Refusal } from '../lib/refusal.ts';
import { createRecent } from './recent.ts';
import { LATE, within } from './within.ts';

const SOURCES = 500;
const DAY = 86_400_000;
const COPY_SECONDS = 7 * 86_400;
const DATABASE_LIMIT = 1500;
const KV_LIMIT = 500;
const RETRY = { retryAfterSeconds: 2 };

/** Handed in with every call, because nothing that does I/O may be kept from one request for another. */
export interface SourceSources {
  kv: Pick<KVNamespace, 'get' | 'put' | 'delete'>;
  /** Asks the database; null: callbacks of this source are not to be taken. */
  lookUp: () => Promise<FoundSource | null>;
  /** Whether the database could not be asked. */
  isOutage: (error: unknown) => boolean;
  now: () => number;
  waitUntil: (work: Promise<unknown>) => void;
}

/** `recalled`: not the database's word, and perhaps old. */
export interface Remembered {
  source: FoundSource;
  recalled: boolean;
}

export interface SourceMemory {
  find(id: string, sources: SourceSources): Promise<Remembered | null>;
}

/**
 * Answers with the database's word, or with what is remembered of it while it cannot be asked, so that callbacks can be
 * checked and kept even then. That may be old: what it lets in is to be checked again before anything is done.
 */
export function createSourceMemory(): SourceMemory {
  const known = createRecent<{ text: string; copiedAt: number }>(SOURCES);

  return {
    async find(id, sources) {
      try {
        const source = await within(DATABASE_LIMIT, sources.lookUp());
        if (source === LATE) return await recall(id, sources, new Refusal('database_unavailable', RETRY));
        learn(id, source, sources);
        return source === null ? null : { source, recalled: false };
      } catch (error) {
        if (!sources.isOutage(error)) throw error;
        return recall(id, sources, error);
      }
    },
  };

  function learn(id: string, source: FoundSource | null, { kv, now, waitUntil }: SourceSources): void {
    const before = known.get(id);
    if (source === null) {
      if (before !== undefined) waitUntil(kv.delete(keyOf(id)));
      known.delete(id);
      return;
    }
    const text = JSON.stringify(source);
    if (before?.text === text && now() - before.copiedAt < DAY) return;
    known.set(id, { text, copiedAt: now() });
    waitUntil(kv.put(keyOf(id), text, { expirationTtl: COPY_SECONDS }));
  }

  async function recall(id: string, { kv }: SourceSources, otherwise: unknown): Promise<Remembered> {
    const text = known.get(id)?.text ?? (await within(KV_LIMIT, kv.get(keyOf(id))).catch(() => null));
    if (text === null || text === LATE) throw otherwise;
    return { source: JSON.parse(text) as FoundSource, recalled: true };
  }
}

/** No host can begin so: links lie in the same namespace. */
function keyOf(id: string): string {
  return `source:${id}`;
}

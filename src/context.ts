import { type Database, openDatabase } from './db/client.ts';
import type { PublishedKeys } from './domain/sources/contract.ts';
import type { ClickIntake } from './edge/click-intake.ts';
import type { LinkMemory } from './edge/link-memory.ts';
import type { LookUp } from './edge/look-up.ts';
import type { SourceMemory } from './edge/source-memory.ts';
import type { Settings } from './env.ts';
import type { NewId } from './lib/ids.ts';
import type { Keyring } from './lib/keyring.ts';

/** What a flow may use of the world; built anew for every request, queue batch and cron run. */
export interface Context {
  db: Database;
  now: () => number;
  newId: NewId;
  random: (bytes: Uint8Array<ArrayBuffer>) => Uint8Array<ArrayBuffer>;
  keyring: Keyring;
  fetch: typeof fetch;
  settings: Settings;
  links: LinkMemory;
  clicks: ClickIntake;
  sources: SourceMemory;
  publishedKeys: PublishedKeys;
  lookUp: LookUp;
  /** Keeps the request's environment alive after the answer. */
  waitUntil: (work: Promise<unknown>) => void;
}

/** What outlives a request in one isolate: the memories that are built for it, and the sources of time and chance. */
export interface Isolate {
  now: () => number;
  newId: NewId;
  random: Context['random'];
  fetch: typeof fetch;
  links: LinkMemory;
  clicks: ClickIntake;
  sources: SourceMemory;
  publishedKeys: PublishedKeys;
  lookUp: LookUp;
  keyringOf: (settings: Settings) => Keyring;
}

export function openContext(settings: Settings, isolate: Isolate, waitUntil: Context['waitUntil']): Context {
  const { now, newId, random, fetch, links, clicks, sources, publishedKeys, lookUp } = isolate;
  let db: Database | undefined;
  return {
    // Opened on first use, because most redirects answer without it.
    get db() {
      db ??= openDatabase({ url: settings.DATABASE_URL, token: settings.DATABASE_TOKEN, fetch });
      return db;
    },
    now,
    newId,
    random,
    keyring: isolate.keyringOf(settings),
    fetch,
    settings,
    links,
    clicks,
    sources,
    publishedKeys,
    lookUp,
    waitUntil,
  };
}

import { DAY, dayIn } from '../domain/calendar.ts';
import { openSalt } from '../domain/visitor-digest.ts';
import type { Keyring } from '../lib/keyring.ts';
import type { Mac } from '../lib/mac.ts';
import { LATE, within } from './within.ts';

/** Handed in with every call, because no I/O may be kept from one request for another. */
export interface SaltSources {
  /** The salts of these UTC days, as far as there are any. */
  readSalts: (days: readonly string[]) => Promise<{ day: string; sealed: string }[]>;
  keyring: Keyring;
  now: () => number;
  waitUntil: (work: Promise<unknown>) => void;
}

export interface SaltMemory {
  /** The key of today's visitor digests, at once where it is remembered; null when it cannot be had in time. */
  find(sources: SaltSources): Mac | Promise<Mac | null>;
}

/** One look for all who ask within it, whether or not it finds anything. */
const REST = 10_000;
const WAIT = 1000;

/** What an isolate remembers of the salts: today's, and tomorrow's so that nobody has to wait at midnight. */
export function createSaltMemory(): SaltMemory {
  let keys = new Map<number, Mac>();
  let flight: Promise<void> = Promise.resolve();
  let launchedAt = Number.NEGATIVE_INFINITY;

  return {
    find(sources) {
      const now = sources.now();
      const today = Math.floor(now / DAY);
      if (!keys.has(today + 1) && now - launchedAt >= REST) launch(today, now, sources);
      return keys.get(today) ?? landed(today);
    },
  };

  function launch(today: number, now: number, sources: SaltSources): void {
    launchedAt = now;
    const loading = load(today, sources);
    flight = loading.catch(() => {});
    sources.waitUntil(loading);
  }

  async function load(today: number, { readSalts, keyring }: SaltSources): Promise<void> {
    const days = [today, today + 1].map((day) => dayIn('UTC', day * DAY));
    const rows = await readSalts(days);
    const opened = rows.map(async ({ day, sealed }) => {
      return [today + days.indexOf(day), await openSalt(keyring, day, sealed)] as const;
    });
    // Older keys are forgotten here, as they are destroyed in the database.
    keys = new Map(await Promise.all(opened));
  }

  async function landed(today: number): Promise<Mac | null> {
    return (await within(WAIT, flight)) === LATE ? null : (keys.get(today) ?? null);
  }
}

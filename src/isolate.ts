import type { Isolate } from './context.ts';
import { createClickPool } from './edge/click-pool.ts';
import { createLinkMemory } from './edge/link-memory.ts';
import type { Settings } from './env.ts';
import { createNewId } from './lib/ids.ts';
import { createKeyring, type Keyring } from './lib/keyring.ts';

type Sources = Pick<Isolate, 'now' | 'newId' | 'random' | 'fetch'>;

export function createIsolate(sources: Partial<Sources> = {}): Isolate {
  const now = sources.now ?? (() => Date.now());
  const keyrings = new WeakMap<Settings, Keyring>();
  return {
    now,
    newId: createNewId(now),
    random: (bytes) => crypto.getRandomValues(bytes),
    fetch: (input, init) => fetch(input, init),
    ...sources,
    links: createLinkMemory(),
    clicks: createClickPool(),
    keyringOf(settings) {
      const keyring = keyrings.get(settings) ?? createKeyring(settings.MASTER_KEYS);
      keyrings.set(settings, keyring);
      return keyring;
    },
  };
}

import { type Context, type Isolate, openContext } from './context.ts';
import { createClickIntake } from './edge/click-intake.ts';
import { createLinkMemory } from './edge/link-memory.ts';
import { createLookUp } from './edge/look-up.ts';
import { createPublishedKeys } from './edge/published-keys.ts';
import { createSourceMemory } from './edge/source-memory.ts';
import { type Bindings, readSettings, type Settings } from './env.ts';
import { logFailure } from './http/log-error.ts';
import { createNewId } from './lib/ids.ts';
import { createKeyring, type Keyring } from './lib/keyring.ts';

type Sources = Pick<Isolate, 'now' | 'newId' | 'random' | 'fetch'>;

export function createIsolate(sources: Partial<Sources> = {}): Isolate {
  const now = sources.now ?? (() => Date.now());
  const fetchFrom: Isolate['fetch'] = sources.fetch ?? ((input, init) => fetch(input, init));
  const keyrings = new WeakMap<Settings, Keyring>();
  return {
    now,
    newId: createNewId(now),
    random: (bytes) => crypto.getRandomValues(bytes),
    ...sources,
    fetch: fetchFrom,
    sources: createSourceMemory(),
    publishedKeys: createPublishedKeys({ now, fetch: fetchFrom }),
    lookUp: createLookUp(fetchFrom),
    links: createLinkMemory(),
    clicks: createClickIntake(Math.random),
    keyringOf(settings) {
      const keyring = keyrings.get(settings) ?? createKeyring(settings.MASTER_KEYS);
      keyrings.set(settings, keyring);
      return keyring;
    },
  };
}

/** For one request, delivery or run. Nobody waits for what goes on after it, so that its failure is logged here. */
export function openContextIn(isolate: Isolate, env: Bindings, execution: ExecutionContext): Context {
  return openContext(readSettings(env), isolate, (work) =>
    execution.waitUntil(work.catch((error: unknown) => logFailure('work after the answer failed', error))),
  );
}

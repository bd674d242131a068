import * as v from 'valibot';
import { parseMasters } from './lib/keyring.ts';

const Binding = (kind: string) => v.object({}, `must be bound to a ${kind} in wrangler.toml`);

const Settings = v.object({
  DATABASE_URL: v.pipe(
    v.string('is missing: set the libsql:// or https:// URL of the database'),
    v.url('must be a URL'),
  ),
  DATABASE_TOKEN: v.optional(v.string()),
  MASTER_KEYS: v.pipe(
    v.string('is missing: set it to `1:` and 32 random bytes in base64'),
    v.rawTransform(({ dataset, addIssue, NEVER }) => {
      try {
        return parseMasters(dataset.value);
      } catch (error) {
        addIssue({ message: error instanceof Error ? error.message : 'cannot be read' });
        return NEVER;
      }
    }),
  ),
  DEPLOYMENT_TOKEN: v.pipe(
    v.string('is missing: set a random text of at least 32 characters'),
    v.minLength(32, 'must have at least 32 characters'),
  ),
  PUBLIC_URL: v.pipe(
    v.string('is missing: set the origin that short links begin with, e.g. https://go.example.com'),
    v.url('must be an origin such as https://go.example.com'),
    v.transform((text) => new URL(text).origin),
  ),
  FALLBACK_URL: v.optional(
    v.pipe(
      v.string(),
      v.check((text) => URL.parse(text)?.protocol === 'https:', 'must be an https URL, or be left out'),
      v.transform((text) => new URL(text).href),
    ),
  ),
  LINKS: Binding('KV namespace'),
  CLICKS: Binding('queue'),
  CALLBACKS: Binding('queue'),
  MISSES: v.optional(Binding('rate limit')),
});

/** The Worker's bindings and variables, as wrangler.toml and the deployment's secrets give them. */
export interface Bindings {
  DATABASE_URL: string;
  DATABASE_TOKEN?: string;
  MASTER_KEYS: string;
  DEPLOYMENT_TOKEN: string;
  PUBLIC_URL: string;
  /** Where friends go whose link is unknown, or over in a program without a page for that. */
  FALLBACK_URL?: string;
  LINKS: KVNamespace;
  CLICKS: Queue;
  /** Callbacks that came while the database could not be written. */
  CALLBACKS: Queue;
  /** Counts unknown codes by network; without it they are not limited. */
  MISSES?: RateLimit | undefined;
}

type Bound = 'LINKS' | 'CLICKS' | 'CALLBACKS' | 'MISSES';

export type Settings = Omit<v.InferOutput<typeof Settings>, Bound> & Pick<Bindings, Bound>;

const checked = new WeakMap<object, Settings>();

/** Checks the environment once per isolate, and says what is missing or wrong in it by name. */
export function readSettings(env: Bindings): Settings {
  const known = checked.get(env);
  if (known !== undefined) return known;
  // Named one by one, so that a missing one gets its own message and not the object's.
  const given = Object.keys(Settings.entries).map((name) => [name, env[name as keyof Bindings]]);
  const result = v.safeParse(Settings, Object.fromEntries(given));
  if (!result.success) {
    const wrong = result.issues.map((issue) => `${v.getDotPath(issue) ?? 'environment'} ${issue.message}`);
    throw new Error(`This deployment is not set up: ${wrong.join('; ')}.`);
  }
  const { LINKS, CLICKS, CALLBACKS, MISSES } = env;
  const settings: Settings = { ...result.output, LINKS, CLICKS, CALLBACKS, MISSES };
  checked.set(env, settings);
  return settings;
}

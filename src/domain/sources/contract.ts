import type { GenericSchema } from 'valibot';
import type { Notice } from '../notice.ts';
import type { Mode } from '../terms.ts';

/** A callback as it came in: header names in lower case, a repeated header joined by the platform with `, `. */
export interface CallbackRequest {
  method: string;
  /** As the sender addressed it, with its query. */
  url: string;
  headers: Headers;
  body: Uint8Array<ArrayBuffer>;
}

/** A public key that a sender publishes; `unavailable` when its address does not answer and nothing younger than a day is known. */
export type PublishedKeys = (url: string, kid: string) => Promise<JsonWebKey | null | 'unavailable'>;

export interface VerificationInput<Config> {
  request: CallbackRequest;
  /** All secrets of the source that are in force, newest first; each as the operator gave it. */
  secrets: string[];
  config: Config;
  /** Milliseconds since the epoch, from the injected clock. */
  now: number;
  publishedKeys: PublishedKeys;
}

/**
 * `malformed`: a required header is missing, repeated or outside its grammar (400, names the header, never a secret).
 * `refused`: freshness, key or signature; the sender is never told which (401), the operator is when debugging.
 * `unavailable`: the keys cannot be fetched now (503).
 */
export type Verification =
  | { outcome: 'verified'; messageId: string | null }
  | { outcome: 'malformed'; detail: string }
  | Refused
  | { outcome: 'unavailable' };

export interface Refused {
  outcome: 'refused';
  step: 'freshness' | 'key' | 'signature';
  /** For the operator of the source: what to look at. Holds no secret and nothing computed from one. */
  hint: string;
}

export interface ReadInput<Config> {
  /** The body after strict UTF-8 and JSON parsing. */
  json: unknown;
  request: CallbackRequest;
  config: Config;
  /** Of the store. */
  mode: Mode;
  /** Opens the platform's API, for senders whose events name things without describing them; null: none was given. */
  accessToken: string | null;
}

/** One GET of the sender's own API, answered in JSON. */
export interface Lookup {
  url: string;
  headers: Record<string, string>;
}

/**
 * `read`: in our terms; no notice at all means that it is not our business. Several are carried out in their order.
 * `incomplete`: the answers to the look-ups, in their order, are to be handed to `read`; null where there is no such thing (404).
 * `held`: cannot be read before the operator does what `detail` says.
 * `unusable`: authentic, but its content does not make sense to us (422, with what to mend).
 */
export type Reading =
  | { outcome: 'read'; type: string; notices: Notice[]; messageId?: string }
  | { outcome: 'incomplete'; type: string; lookups: Lookup[]; read(found: unknown[]): Reading }
  | { outcome: 'held'; type: string; detail: string }
  | { outcome: 'unusable'; type?: string; errors: { pointer: string; detail: string }[] };

/** One callback scheme: how it proves who sent it, and what its body says. */
export interface Scheme<Config> {
  name: string;
  /** What an operator may set when making a source of this scheme. */
  config: GenericSchema<unknown, Config>;
  /** made: we can make a secret for the sender to use; given: the sender made it; none: the keys are public and stand in the configuration. */
  secretOrigin(config: Config): 'made' | 'given' | 'none';
  /** null, or a sentence on why this secret cannot be used and how to mend it. */
  secretProblem(secret: string, config: Config): string | null;
  /** A fresh secret in the scheme's own form; asked for where the origin is `made`. */
  newSecret(random: (bytes: Uint8Array<ArrayBuffer>) => Uint8Array<ArrayBuffer>): string;
  /** text: the sender's ids go beyond 2^53, and arrive in `read` as texts of their digits. */
  longIntegers: 'refuse' | 'text';
  /** Switches an address off that answers it with errors: what was kept, and cannot be used, is answered 200. */
  punishesErrors?: true;
  /** A source of this scheme can be given a token for the platform's API, for `ReadInput.accessToken`. */
  takesAccessToken?: true;
  /** The unsigned request by which the platform tries a new address; it wants a 200 and must have no effect. */
  isPing?(request: CallbackRequest): boolean;
  verify(input: VerificationInput<Config>): Promise<Verification>;
  read(input: ReadInput<Config>): Reading;
}

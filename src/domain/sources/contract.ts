import type { GenericSchema } from 'valibot';
import type { Notice } from '../notice.ts';

/** A callback as it came in: header names in lower case, a repeated header joined by the platform with `, `. */
export interface CallbackRequest {
  headers: Headers;
  body: Uint8Array<ArrayBuffer>;
}

/** All secrets of the source that are in force, newest first; each as the operator gave it. */
export interface VerificationInput<Config> {
  request: CallbackRequest;
  secrets: string[];
  config: Config;
  /** Milliseconds since the epoch, from the injected clock. */
  now: number;
}

/**
 * `malformed`: a required header is missing, repeated or outside its grammar (400, names the header, never a secret).
 * `refused`: signature or freshness; deliberately without a reason, so that no sender can learn which (401).
 */
export type Verification =
  | { outcome: 'verified'; messageId: string | null }
  | { outcome: 'malformed'; detail: string }
  | { outcome: 'refused' };

/** `unusable`: authentic, but its content does not make sense to us (422, with what to mend). */
export type Reading =
  | { outcome: 'read'; type: string; notice: Notice }
  | { outcome: 'unusable'; errors: { pointer: string; detail: string }[] };

/** One callback scheme: how it proves who sent it, and what its body says. */
export interface Scheme<Config> {
  name: string;
  /** What an operator may set when making a source of this scheme. */
  config: GenericSchema<unknown, Config>;
  /** null, or a sentence on why this secret cannot be used and how to mend it. */
  secretProblem(secret: string, config: Config): string | null;
  /** A fresh secret in the scheme's own form. */
  newSecret(random: (bytes: Uint8Array<ArrayBuffer>) => Uint8Array<ArrayBuffer>): string;
  verify(input: VerificationInput<Config>): Promise<Verification>;
  /** `json` is the body after strict UTF-8 and JSON parsing. */
  read(json: unknown, request: CallbackRequest): Reading;
}

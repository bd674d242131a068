import * as v from 'valibot';
import type { Scheme } from './contract.ts';
import { hmac } from './hmac.ts';
import { standardWebhooks } from './standard-webhooks.ts';

export const SCHEME_NAMES = ['standard_webhooks', 'hmac'] as const;

export type SchemeName = (typeof SCHEME_NAMES)[number];

const SCHEMES: Record<SchemeName, Scheme<unknown>> = { standard_webhooks: standardWebhooks, hmac };

/** null for a name that is no scheme of ours. */
export function schemeOf(name: string): Scheme<unknown> | null {
  return Object.hasOwn(SCHEMES, name) ? SCHEMES[name as SchemeName] : null;
}

/** An input that chooses a scheme and sets it, beside other entries of the same object. */
export function schemeChoice<const Entries extends v.ObjectEntries>(entries: Entries) {
  return v.variant('scheme', [
    v.strictObject({
      ...entries,
      scheme: v.literal('standard_webhooks'),
      config: v.optional(standardWebhooks.config, {}),
    }),
    v.strictObject({ ...entries, scheme: v.literal('hmac'), config: v.optional(hmac.config, {}) }),
  ]);
}

import * as v from 'valibot';
import { bigcommerce } from './bigcommerce.ts';
import type { Scheme } from './contract.ts';
import { hmac } from './hmac.ts';
import { httpSignatures } from './http-signatures.ts';
import { jws } from './jws.ts';
import { shopify } from './shopify.ts';
import { standardWebhooks } from './standard-webhooks.ts';
import { stripe } from './stripe.ts';
import { woocommerce } from './woocommerce.ts';

const SCHEMES = {
  standard_webhooks: standardWebhooks,
  hmac,
  shopify,
  jws,
  http_signatures: httpSignatures,
  stripe,
  woocommerce,
  bigcommerce,
} satisfies Record<string, Scheme<unknown>>;

export type SchemeName = keyof typeof SCHEMES;

export const SCHEME_NAMES = Object.keys(SCHEMES) as [SchemeName, ...SchemeName[]];

export const AccessToken = v.nullable(
  v.pipe(v.string(), v.regex(/^[!-~]{1,512}$/, 'Must be 1 to 512 visible ASCII characters.')),
);

/** null for a name that is no scheme of ours. */
export function schemeOf(name: string): Scheme<unknown> | null {
  // What a configuration holds was checked by the scheme's own schema when it was set.
  return Object.hasOwn(SCHEMES, name) ? (SCHEMES[name as SchemeName] as Scheme<unknown>) : null;
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
    v.strictObject({ ...entries, scheme: v.literal('jws'), config: jws.config }),
    v.strictObject({ ...entries, scheme: v.literal('http_signatures'), config: httpSignatures.config }),
    v.strictObject({ ...entries, scheme: v.literal('shopify'), config: shopify.config }),
    v.strictObject({
      ...entries,
      scheme: v.literal('stripe'),
      config: v.optional(stripe.config, {}),
      accessToken: v.optional(AccessToken, null),
    }),
    v.strictObject({ ...entries, scheme: v.literal('woocommerce'), config: v.optional(woocommerce.config, {}) }),
    v.strictObject({
      ...entries,
      scheme: v.literal('bigcommerce'),
      config: bigcommerce.config,
      accessToken: v.optional(AccessToken, null),
    }),
  ]);
}

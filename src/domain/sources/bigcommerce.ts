import * as v from 'valibot';
import { toBase64, toHex, utf8 } from '../../lib/encoding.ts';
import { decodeSecret } from '../../lib/standard-webhooks.ts';
import { readEvent } from './bigcommerce-events.ts';
import type { Scheme } from './contract.ts';
import { standardWebhooks } from './standard-webhooks.ts';

const config = v.strictObject({
  /** It goes into URLs. */
  storeHash: v.pipe(
    v.string(),
    v.regex(/^[a-z0-9]{3,32}$/, 'Must be the hash of the store: 3 to 32 lower-case letters and digits.'),
    v.description(
      'Names the store in the API of BigCommerce: `abc123` where the API path is `https://api.bigcommerce.com/stores/abc123/`.',
    ),
  ),
});

/** https://developer.bigcommerce.com/docs/integrations/webhooks: Standard Webhooks, by the bytes of the API account's client secret. */
export const bigcommerce: Scheme<v.InferOutput<typeof config>> = {
  name: 'bigcommerce',
  config,

  secretOrigin: () => 'given',

  secretProblem(secret) {
    if (decodeSecret(sharedSecret(secret)) !== null) return null;
    return 'The secret must be the client secret of the API account that makes the webhooks, 24 to 64 characters as BigCommerce shows it.';
  },

  newSecret(random) {
    return toHex(random(new Uint8Array(32)));
  },

  verify(input) {
    return standardWebhooks.verify({
      ...input,
      secrets: input.secrets.map(sharedSecret),
      config: { version: 'v1' },
    });
  },

  longIntegers: 'text',

  punishesErrors: true,

  takesAccessToken: true,

  read: readEvent,
};

/** The same key as Standard Webhooks writes it. */
function sharedSecret(clientSecret: string): string {
  return `whsec_${toBase64(utf8(clientSecret))}`;
}

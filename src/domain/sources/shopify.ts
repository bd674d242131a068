import * as v from 'valibot';
import { fromBase64, toHex, utf8 } from '../../lib/encoding.ts';
import { hmacMatches, importHmacKey } from '../../lib/hmac.ts';
import type { Scheme } from './contract.ts';
import { wrongSignature } from './refused.ts';
import { deliveryOf } from './shopify-delivery.ts';
import { readTopic } from './shopify-topics.ts';

const MIN_KEY_BYTES = 24;
/** Tokens that open Shopify's APIs look much like the client secret, which is `shpss_…` or 32 hex digits. */
const TOKEN = /^shp(?!ss_)[a-z]{2,4}_/;

const config = v.strictObject({
  shop: v.pipe(
    v.string(),
    v.maxLength(255, 'Must not be longer than 255 characters.'),
    v.regex(
      /^(?:https:\/\/)?[A-Za-z0-9][A-Za-z0-9-]*\.myshopify\.com\/?$/,
      'Must be the domain that Shopify gave the shop, such as example.myshopify.com, not the one its customers see.',
    ),
    v.description('The shop whose callbacks these are, e.g. `example.myshopify.com`.'),
    v.transform((domain) => domain.toLowerCase().replace(/^https:\/\/|\/$/g, '')),
  ),
});

/** https://shopify.dev/docs/apps/build/webhooks/verify-deliveries */
export const shopify: Scheme<v.InferOutput<typeof config>> = {
  name: 'shopify',
  config,

  secretOrigin: () => 'given',

  secretProblem(secret) {
    if (TOKEN.test(secret)) return 'This is a token for the API of Shopify: give the client secret of the app instead.';
    if (utf8(secret).length >= MIN_KEY_BYTES && !/\s/.test(secret)) return null;
    return `The secret must be the client secret of the app, or the one that Settings → Notifications → Webhooks shows: at least ${MIN_KEY_BYTES} characters without blanks.`;
  },

  newSecret(random) {
    return toHex(random(new Uint8Array(32)));
  },

  async verify({ request: { headers, body }, secrets }) {
    const delivery = deliveryOf(headers);
    if ('outcome' in delivery) return delivery;
    const mac = fromBase64(delivery.signature);
    if (mac === null) return wrongSignature;
    for (const secret of secrets) {
      if (secret !== '' && (await hmacMatches(await importHmacKey(utf8(secret)), mac, body))) {
        return { outcome: 'verified', messageId: `${delivery.topic}/${delivery.id}` };
      }
    }
    return wrongSignature;
  },

  longIntegers: 'text',

  punishesErrors: true,

  read({ json, request: { headers }, config: { shop } }) {
    const delivery = deliveryOf(headers);
    if ('outcome' in delivery) return { outcome: 'unusable', errors: [{ pointer: '', detail: delivery.detail }] };
    if (delivery.shop === shop) return readTopic(json, delivery);
    const detail = `The callback is of the shop ${delivery.shop}, and this source takes those of ${shop}: make a source for each shop.`;
    return { outcome: 'unusable', type: delivery.topic, errors: [{ pointer: '', detail }] };
  },
};

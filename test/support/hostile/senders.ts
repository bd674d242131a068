import { createHmac } from 'node:crypto';
import * as v from 'valibot';
import { type HmacConfig, hmacConfig } from '../../../src/domain/sources/hmac-config.ts';
import { makeSenderKey, type SenderKey } from '../sender-keys.ts';
import { STORE_HASH } from '../sign-bigcommerce.ts';
import { type HttpAlgorithm, signByHand } from '../sign-http-signatures.ts';
import { signJwsByHand } from '../sign-jws.ts';
import { SHOP, signShopify } from '../sign-shopify.ts';
import { stripeMac } from '../sign-stripe.ts';
import { SITE, signWooCommerce } from '../sign-woocommerce.ts';
import { publicKeyText, signHmac, signStandardWebhooksV1a } from '../signers.ts';
import { bigcommerceEvent, fresh, order, shopifyOrder, stripeOrder, wooOrder } from './bodies.ts';
import { type Post, postTo } from './post.ts';

export type Body = string | Uint8Array;

/** One for each way to sign. */
export const SENDERS = [
  'v1',
  'v1a',
  'hmac',
  'timedHmac',
  'stripe',
  'shopify',
  'woocommerce',
  'bigcommerce',
  'jws',
  'httpKeys',
  'httpSecret',
] as const;
export type SenderName = (typeof SENDERS)[number];

/** What somebody who signs holds. */
export interface Credentials {
  v1: string;
  v1a: SenderKey;
  hmac: string;
  timedHmac: string;
  stripe: string;
  shopify: string;
  woocommerce: string;
  bigcommerce: string;
  jws: { ec: SenderKey; ed: SenderKey; rsa: SenderKey };
  httpKeys: { ed: SenderKey; ec: SenderKey; rsa: SenderKey };
  httpSecret: string;
}

export const HTTP_KEY_ID = 'shop secret';
export const ACCESS_TOKEN = 'rk_test_51NeverToBeSeenAnywhere';

const TIMED: HmacConfig = v.parse(hmacConfig, {
  signatureHeader: 'x-sum',
  timestampHeader: 'x-time',
  timestampUnit: 's',
  idHeader: 'x-id',
  content: 'id.timestamp.body',
  encoding: 'base64',
  prefix: 'v1=',
});
const UNTIMED: HmacConfig = v.parse(hmacConfig, {});

let makings = 0;

/** Ever new secrets and keys under names that stay, so that only what they hold tells two senders apart. */
export function makeCredentials(): Credentials {
  makings += 1;
  const text = (name: string) => createHmac('sha256', `credentials ${makings}`).update(name).digest('base64');
  const hex = (name: string) => Buffer.from(text(name), 'base64').toString('hex');
  return {
    v1: `whsec_${text('v1')}`,
    v1a: makeSenderKey('Ed25519', 'v1a'),
    hmac: hex('hmac'),
    timedHmac: hex('timedHmac'),
    stripe: `whsec_${hex('stripe')}`,
    shopify: hex('shopify'),
    woocommerce: hex('woocommerce'),
    bigcommerce: hex('bigcommerce'),
    jws: {
      ec: makeSenderKey('P-256', 'ec'),
      ed: makeSenderKey('Ed25519', 'ed'),
      rsa: makeSenderKey('RSA', 'rsa'),
    },
    httpKeys: {
      ed: makeSenderKey('Ed25519', 'ed'),
      ec: makeSenderKey('P-256', 'ec'),
      rsa: makeSenderKey('RSA', 'rsa'),
    },
    httpSecret: text('httpSecret'),
  };
}

/** How the source of each is set up. */
export function sourcesOf(own: Credentials): Record<SenderName, object> {
  const publicKeys = (keys: Record<string, SenderKey>) => Object.values(keys).map(({ publicJwk }) => publicJwk);
  return {
    v1: { scheme: 'standard_webhooks', secret: own.v1 },
    v1a: {
      scheme: 'standard_webhooks',
      config: { version: 'v1a' },
      secret: publicKeyText(own.v1a.privateKey),
    },
    hmac: { scheme: 'hmac', secret: own.hmac },
    timedHmac: { scheme: 'hmac', config: configOf(TIMED), secret: own.timedHmac },
    stripe: { scheme: 'stripe', secret: own.stripe, accessToken: ACCESS_TOKEN },
    shopify: { scheme: 'shopify', config: { shop: SHOP }, secret: own.shopify },
    woocommerce: { scheme: 'woocommerce', config: { site: SITE }, secret: own.woocommerce },
    bigcommerce: { scheme: 'bigcommerce', config: { storeHash: STORE_HASH }, secret: own.bigcommerce },
    jws: { scheme: 'jws', config: { keys: publicKeys(own.jws) } },
    httpKeys: { scheme: 'http_signatures', config: { keys: publicKeys(own.httpKeys) } },
    httpSecret: { scheme: 'http_signatures', config: { keyId: HTTP_KEY_ID }, secret: own.httpSecret },
  };
}

/** All that nobody else may learn of them, in any form in which it could slip out. */
export function secretsOf(own: Credentials): string[] {
  const { v1a, jws, httpKeys, ...shared } = own;
  const texts = Object.values(shared).map((text) => text.replace('whsec_', ''));
  const keys = [v1a, ...Object.values(jws), ...Object.values(httpKeys)];
  return [
    ...texts,
    ...texts.map((text) => Buffer.from(text).toString('base64').replace(/=+$/, '')),
    ...keys.map(({ privateKey }) => privateKey.export({ format: 'jwk' }).d ?? ''),
  ];
}

interface Timed {
  /** Seconds since the epoch, or whatever stands in their place. */
  at?: number | string;
  id?: string;
  secret?: string;
}

interface JwsOptions {
  key?: SenderKey;
  /** Instead of the whole protected header. */
  text?: string;
  /** Beside or instead of the usual members of the protected header. */
  header?: Record<string, unknown>;
  encoded?: boolean;
  pss?: boolean;
}

interface HttpOptions {
  key?: SenderKey | { kid: string; secret: string };
  alg?: HttpAlgorithm;
  covered?: string[];
  /** The list of components as it is written and signed. */
  list?: string;
  /** After the list, in the place of all of the usual ones. */
  params?: string;
  at?: number | string;
  nonce?: string;
  headers?: Record<string, string>;
  method?: string;
  label?: string;
  url?: string;
}

export function now(): number {
  return Math.floor(Date.now() / 1000);
}

export type Senders = ReturnType<typeof createSenders>;

/** Each signs any body as its own sender would, unless told otherwise. */
export function createSenders(own: Credentials, { url, paths }: { url: string; paths: Record<SenderName, string> }) {
  const senders = {
    v1(body: Body = order(), { at = now(), id = `msg_${fresh()}`, secret = own.v1 }: Timed = {}): Post {
      const key = Buffer.from(secret.replace('whsec_', ''), 'base64');
      return postTo(paths.v1, standardHeaders(key, { id, at, body }), body);
    },

    v1a(body: string = order(), { at = now(), id = `msg_${fresh()}` }: Timed = {}, { privateKey } = own.v1a): Post {
      return postTo(paths.v1a, signStandardWebhooksV1a({ privateKey, id, timestamp: at, body }), body);
    },

    hmac(body: Body = order(), secret = own.hmac): Post {
      return postTo(paths.hmac, signHmac({ config: UNTIMED, secret, body }), body);
    },

    timedHmac(body: Body = order(), { at = now(), id = `msg_${fresh()}`, secret = own.timedHmac }: Timed = {}): Post {
      return postTo(paths.timedHmac, signHmac({ config: TIMED, secret, body, timestamp: at, id }), body);
    },

    stripe(body: string = stripeOrder(), { at = now(), secret = own.stripe }: Timed = {}): Post {
      const mac = stripeMac({ secret, timestamp: at, body });
      return postTo(paths.stripe, { 'Stripe-Signature': `t=${at},v1=${mac}` }, body);
    },

    shopify(
      body: Body = shopifyOrder(),
      topic = 'orders/paid',
      {
        id = `whk-${fresh()}`,
        secret = own.shopify,
        shop = SHOP,
      }: { id?: string; secret?: string; shop?: string } = {},
    ): Post {
      return postTo(paths.shopify, signShopify({ secret, body, topic, id, shop }), body);
    },

    woocommerce(body: Body = wooOrder(), topic = 'order.updated', secret = own.woocommerce): Post {
      return postTo(paths.woocommerce, signWooCommerce({ secret, body, topic }), body);
    },

    bigcommerce(body: Body = bigcommerceEvent(), { at = now(), id = `msg_${fresh()}` }: Timed = {}): Post {
      return postTo(paths.bigcommerce, standardHeaders(Buffer.from(own.bigcommerce), { id, at, body }), body);
    },

    jws(body: string = order(), { key = own.jws.ec, text, header = {}, ...more }: JwsOptions = {}): Post {
      const usual = { alg: 'ES256', kid: key.kid, iat: now(), jti: `jti-${fresh()}` };
      const token = signJwsByHand({ key, body, header: text ?? JSON.stringify({ ...usual, ...header }), ...more });
      return postTo(paths.jws, { 'X-Jws-Signature': token }, body);
    },

    httpKeys(body: string = order(), options: HttpOptions = {}): Post {
      return signedMessage(body, { key: own.httpKeys.ed, alg: 'ed25519', path: paths.httpKeys, ...options });
    },

    httpSecret(body: string = order(), options: HttpOptions = {}): Post {
      const key = { kid: HTTP_KEY_ID, secret: own.httpSecret };
      return signedMessage(body, { key, alg: 'hmac-sha256', path: paths.httpSecret, ...options });
    },
  };

  function signedMessage(
    body: string,
    options: HttpOptions & Required<Pick<HttpOptions, 'key' | 'alg'>> & { path: string },
  ): Post {
    const { path, at = now(), nonce = `nonce-${fresh()}`, key, params, ...more } = options;
    const usual = `;created=${at};keyid="${key.kid}";nonce="${nonce}"`;
    const sign = { url: url + path, ...more, key, params: params ?? usual, body };
    const { 'content-type': _, ...headers }: Record<string, string> = signByHand(sign);
    return postTo(path, headers, body);
  }

  return senders;
}

function standardHeaders(key: Buffer, { id, at, body }: { id: string; at: number | string; body: Body }) {
  const mac = createHmac('sha256', key).update(`${id}.${at}.`).update(body).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': String(at), 'webhook-signature': `v1,${mac}` };
}

/** As an operator gives it: what is not set is left out. */
function configOf(config: HmacConfig): object {
  return JSON.parse(JSON.stringify(config));
}

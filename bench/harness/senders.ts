import { generateKeyPairSync, randomBytes } from 'node:crypto';
import * as v from 'valibot';
import { hmacConfig } from '../../src/domain/sources/hmac-config.ts';
import { makeSenderKey } from '../../test/support/sender-keys.ts';
import { STORE_HASH, signBigCommerce } from '../../test/support/sign-bigcommerce.ts';
import { signByLibrary } from '../../test/support/sign-http-signatures.ts';
import { signJws } from '../../test/support/sign-jws.ts';
import { SHOP, signShopify } from '../../test/support/sign-shopify.ts';
import { signStripe } from '../../test/support/sign-stripe.ts';
import { signWooCommerce } from '../../test/support/sign-woocommerce.ts';
import { publicKeyText, signHmac, signStandardWebhooks, signStandardWebhooksV1a } from '../../test/support/signers.ts';

/** One message that a sender is about to sign. */
export interface Message {
  /** Of the source: what Goodword made, where the sender brings none. */
  secret: string;
  url: string;
  id: string;
  /** Seconds. */
  timestamp: number;
  body: string;
}

/** Whoever posts callbacks by one of the schemes, of something that is none of our business. */
export interface Sender {
  title: string;
  /** Whether it signs by a secret that both sides know. */
  isHmac: boolean;
  /** What a source for it is made of. */
  source: { scheme: string; secret?: string; config?: object };
  event(id: string): object;
  /** All headers that it adds, names in lower case. */
  sign(message: Message): Record<string, string> | Promise<Record<string, string>>;
}

const neutralEvent = () => ({ type: 'stock.counted' });

export function makeSenders(): Sender[] {
  return [
    {
      title: 'Standard Webhooks v1',
      isHmac: true,
      source: { scheme: 'standard_webhooks' },
      event: neutralEvent,
      sign: signStandardWebhooks,
    },
    standardWebhooksV1a(),
    {
      title: 'HMAC as GitHub',
      isHmac: true,
      source: { scheme: 'hmac', config: { preset: 'github' } },
      event: neutralEvent,
      sign: ({ secret, body }) => signHmac({ config: v.parse(hmacConfig, { preset: 'github' }), secret, body }),
    },
    {
      title: 'Stripe',
      isHmac: true,
      source: { scheme: 'stripe', secret: `whsec_${randomBytes(16).toString('hex')}` },
      event: (id) => ({ id: `evt_${id}`, object: 'event', type: 'product.updated', livemode: false }),
      sign: signStripe,
    },
    {
      title: 'Shopify',
      isHmac: true,
      source: { scheme: 'shopify', secret: randomBytes(16).toString('hex'), config: { shop: SHOP } },
      event: () => ({ id: 1, title: 'House blend' }),
      sign: ({ secret, body, id }) => signShopify({ secret, body, id, topic: 'products/update' }),
    },
    {
      title: 'WooCommerce',
      isHmac: true,
      source: { scheme: 'woocommerce' },
      event: () => ({ id: 1, name: 'House blend' }),
      sign: ({ secret, body }) => signWooCommerce({ secret, body, topic: 'product.updated' }),
    },
    {
      title: 'BigCommerce',
      isHmac: true,
      source: {
        scheme: 'bigcommerce',
        secret: randomBytes(32).toString('hex'),
        config: { storeHash: STORE_HASH },
      },
      event: () => ({ scope: 'store/product/updated', producer: `stores/${STORE_HASH}` }),
      sign: ({ secret: clientSecret, id, timestamp, body }) => signBigCommerce({ clientSecret, id, timestamp, body }),
    },
    jws('ES256', 'P-256'),
    jws('EdDSA', 'Ed25519'),
    httpSignatureEd25519(),
    {
      title: 'HTTP Message Signatures, HMAC',
      isHmac: true,
      source: { scheme: 'http_signatures', config: { keyId: 'shop' } },
      event: neutralEvent,
      sign: ({ secret, url, id, timestamp, body }) =>
        signByLibrary({
          alg: 'hmac-sha256',
          key: { kid: 'shop', secret },
          url,
          body,
          created: timestamp,
          params: { nonce: id },
        }),
    },
  ];
}

function standardWebhooksV1a(): Sender {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  return {
    title: 'Standard Webhooks v1a',
    isHmac: false,
    source: { scheme: 'standard_webhooks', secret: publicKeyText(publicKey), config: { version: 'v1a' } },
    event: neutralEvent,
    sign: (message) => signStandardWebhooksV1a({ ...message, privateKey }),
  };
}

function jws(alg: 'ES256' | 'EdDSA', kind: 'P-256' | 'Ed25519'): Sender {
  const key = makeSenderKey(kind, 'shop');
  return {
    title: `detached JWS, ${alg}`,
    isHmac: false,
    source: { scheme: 'jws', config: { keys: [key.publicJwk] } },
    event: neutralEvent,
    sign: async ({ body, id, timestamp }) => ({
      'x-jws-signature': await signJws({ key, alg, body, header: { iat: timestamp, jti: id } }),
    }),
  };
}

function httpSignatureEd25519(): Sender {
  const key = makeSenderKey('Ed25519', 'shop');
  return {
    title: 'HTTP Message Signatures, Ed25519',
    isHmac: false,
    source: { scheme: 'http_signatures', config: { keys: [key.publicJwk] } },
    event: neutralEvent,
    sign: ({ url, id, timestamp, body }) =>
      signByLibrary({ alg: 'ed25519', key, url, body, created: timestamp, params: { nonce: id } }),
  };
}

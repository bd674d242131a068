import '@shopify/shopify-api/adapters/web-api';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ApiVersion, LogSeverity, shopifyApi } from '@shopify/shopify-api';
import { createSHA256HMAC } from '@shopify/shopify-api/runtime';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { shopify } from '../../../src/domain/sources/shopify.ts';
import { SHOP, signShopify } from '../../support/sign-shopify.ts';
import { ADDRESS } from './row.ts';

const SECRET = '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';
const config = { shop: SHOP };
const body = readFileSync(join(import.meta.dirname, '../../fixtures/shopify/orders-paid.json'), 'utf8');
const VERIFIED = { outcome: 'verified', messageId: 'orders/paid/b54557e4-bdd9-4b37-8a5f-bf7d70bcd043' };

function verify(headers: HeadersInit, { text = body, secret = SECRET } = {}) {
  const request = {
    method: 'POST',
    url: ADDRESS,
    headers: new Headers(headers),
    body: Uint8Array.from(Buffer.from(text)),
  };
  return shopify.verify({ request, secrets: [secret], config, now: 0, publishedKeys: async () => null });
}

const webhook = signShopify({ secret: SECRET, body, topic: 'orders/paid' });
const event = signShopify({ secret: SECRET, body, topic: 'orders/paid', family: 'shopify-' });

test('verifies the vector of Shopify’s own tests', async () => {
  const published = {
    'X-Shopify-API-Version': '2023-01',
    'X-Shopify-Shop-Domain': 'shop1.myshopify.io',
    'X-Shopify-Hmac-Sha256': 'B23tXN681gZ0qIWNRrgtzBE9XSDo5yaUu6wfmhu3a7g=',
    'X-Shopify-Topic': 'products/create',
    'X-Shopify-Webhook-Id': '123456789',
  };
  const seen = await verify(published, { text: '{"foo": "bar"}', secret: 'test_secret_key' });
  expect(seen).toEqual({ outcome: 'verified', messageId: 'products/create/123456789' });
});

describe('headers', () => {
  test('one id under two topics is two messages', async () => {
    const other = await verify({ ...webhook, 'x-shopify-topic': 'orders/updated' });
    expect(await verify(webhook)).toEqual(VERIFIED);
    expect(other).toEqual({ ...VERIFIED, messageId: 'orders/updated/b54557e4-bdd9-4b37-8a5f-bf7d70bcd043' });
  });

  test('either family will do, and both where they say the same', async () => {
    for (const headers of [webhook, event, { ...webhook, ...event }]) expect(await verify(headers)).toEqual(VERIFIED);
  });

  test.each(Object.keys(event))('families that differ in %s are malformed, and no value is repeated', async (name) => {
    const seen = await verify({ ...webhook, ...event, [name]: 'another.value' });
    expect(seen).toEqual({
      outcome: 'malformed',
      detail: `The headers x-${name} and ${name} contradict each other.`,
    });
  });

  test('half of one family and half of the other is malformed', async () => {
    const { 'shopify-topic': topic = '', ...rest } = event;
    expect(await verify({ ...rest, 'x-shopify-topic': topic })).toMatchObject({
      outcome: 'malformed',
      detail: 'The header shopify-topic is missing.',
    });
  });

  test.each([
    ['x-shopify-topic', ['orders paid', 'orders/', '/paid', 'orders//paid', 'orders/paid/../x', 'órders/paid', '*']],
    ['x-shopify-webhook-id', ['a/b', 'a b', '', '{id}', 'a'.repeat(129)]],
    ['x-shopify-shop-domain', ['localhost', 'a..b', 'shop.myshopify.com/x', 'shop.myshopify.com:443', 'a@b.c', '.a']],
  ])('%s outside its grammar is malformed', async (name, values) => {
    for (const value of values) {
      expect.soft((await verify({ ...webhook, [name]: value })).outcome, value).toBe('malformed');
    }
  });
});

describe('the library of Shopify', () => {
  const library = shopifyApi({
    apiKey: 'f81c6a',
    apiSecretKey: SECRET,
    hostName: 'refer.example.com',
    apiVersion: ApiVersion.July26,
    isEmbeddedApp: false,
    logger: { level: LogSeverity.Error },
  });

  function validate(headers: Record<string, string>) {
    const version = { 'x-shopify-api-version': '2026-07', 'shopify-api-version': '2026-07' };
    const rawRequest = new Request(ADDRESS, { method: 'POST', headers: { ...version, ...headers } });
    return library.webhooks.validate({ rawBody: body, rawRequest });
  }

  test('accepts what our signer signs, and signs what we accept', async () => {
    expect(await validate(webhook)).toMatchObject({ valid: true, topic: 'ORDERS_PAID', webhookType: 'webhooks' });
    expect(await validate(event)).toMatchObject({ valid: true, topic: 'ORDERS_PAID', webhookType: 'events' });
    const theirs = await createSHA256HMAC(SECRET, body);
    expect(await verify({ ...webhook, 'x-shopify-hmac-sha256': theirs })).toEqual(VERIFIED);
  });

  test('refuses a forged body as we do', async () => {
    const forged = { ...webhook, 'x-shopify-hmac-sha256': await createSHA256HMAC('shpss_other', body) };
    expect(await validate(forged)).toMatchObject({ valid: false });
    expect(await verify(forged)).toMatchObject({ outcome: 'refused', step: 'signature' });
  });

  test.each([
    ['a topic that was sent twice', { ...webhook, 'x-shopify-topic': 'orders/paid, orders/cancelled' }],
    ['a shop that is no domain', { ...webhook, 'x-shopify-shop-domain': 'anything goes' }],
    ['an id of any text', { ...webhook, 'x-shopify-webhook-id': 'a/b, c' }],
    ['families that contradict each other', { ...webhook, ...event, 'x-shopify-topic': 'orders/cancelled' }],
  ])('takes %s, which we do not', async (_, headers) => {
    expect(await validate(headers)).toMatchObject({ valid: true });
    expect(await verify(headers)).toMatchObject({ outcome: 'malformed' });
  });
});

describe('settings', () => {
  test.each([SHOP, `https://${SHOP}`, `https://${SHOP}/`, 'Oak-And-Ink.myshopify.com'])('%s is the shop', (shop) => {
    expect(v.parse(shopify.config, { shop })).toEqual(config);
  });

  test.each([
    'oak-and-ink',
    'oak-and-ink.example',
    'oak-and-ink.myshopify.com.example.com',
    'example.com/oak-and-ink.myshopify.com',
    'a.oak-and-ink.myshopify.com',
    '-ink.myshopify.com',
    'http://oak-and-ink.myshopify.com',
    '',
  ])('%j is not', (shop) => {
    expect(v.is(shopify.config, { shop })).toBe(false);
  });

  test('a source has to name its shop', () => {
    expect(v.is(shopify.config, {})).toBe(false);
  });

  test('secrets of apps and of notifications fit; tokens, short ones and pasted blanks do not', () => {
    const fits = [SECRET, SECRET.slice('shpss_'.length), 'c'.repeat(64)];
    for (const secret of fits) expect(shopify.secretProblem(secret, config)).toBeNull();
    const tokens = ['shpat_', 'shpca_', 'shppa_', 'shpua_'].map((prefix) => prefix + 'f'.repeat(32));
    for (const token of tokens) expect(shopify.secretProblem(token, config)).toMatch(/client secret/);
    for (const secret of ['short', 'c'.repeat(23), `${SECRET} `, ` ${SECRET}`]) {
      expect(shopify.secretProblem(secret, config)).toMatch(/24 characters without blanks/);
    }
  });
});

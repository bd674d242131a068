import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { woocommerce } from '../../../src/domain/sources/woocommerce.ts';
import { signWooCommerce } from '../../support/sign-woocommerce.ts';
import { ADDRESS } from './row.ts';

const SECRET = 'a-secret-of-the-shop-0123456789';
const VERIFIED = { outcome: 'verified', messageId: null };

function requestOf(headers: HeadersInit, body: string, method = 'POST') {
  return { method, url: ADDRESS, headers: new Headers(headers), body: Uint8Array.from(Buffer.from(body)) };
}

function verify(headers: HeadersInit, body: string, secret = SECRET) {
  const request = requestOf(headers, body);
  return woocommerce.verify({ request, secrets: [secret], config: {}, now: 0, publishedKeys: async () => null });
}

test('verifies what openssl signs with the text of the secret', async () => {
  // printf '{"id":1}' | openssl dgst -sha256 -hmac 'a-secret-of-the-shop-0123456789' -binary | base64
  const signature = 'DpOC59mBgXtJ1S2VsEfA7QhDgE9fQsuKdxbLFaHaYZ8=';
  const headers = { 'X-WC-Webhook-Signature': signature, 'X-WC-Webhook-Topic': 'order.deleted' };
  expect(await verify(headers, '{"id":1}')).toEqual(VERIFIED);
});

test('the same delivery id under another body is no repeat: it is no id of ours', async () => {
  for (const body of ['{"id":1}', '{"id":2}']) {
    expect(await verify(signWooCommerce({ secret: SECRET, body, topic: 'order.updated' }), body)).toEqual(VERIFIED);
  }
});

describe('secrets', () => {
  const signedBy = (secret: string) => signWooCommerce({ secret, body: '{}', topic: 'order.updated' });

  test('what WordPress generates is good as it stands in the field, with all its signs', async () => {
    const secret = 'x&7|<Qm>2"V\'d9~%Lk Ta{4}[#]&copy no entity';
    expect(woocommerce.secretProblem(secret, {})).toBeNull();
    expect(await verify(signedBy(secret), '{}', secret)).toEqual(VERIFIED);
  });

  test.each(['&amp;', '&#38;', '&#x26;', '&lt;', '&quot;'])(
    'one with %s is a problem: WordPress signs otherwise',
    async (entity) => {
      const secret = `a-long-enough-${entity}-secret-text`;
      expect(woocommerce.secretProblem(secret, {})).toContain('HTML entity');
      expect(await verify(signedBy(secret), '{}', secret)).toMatchObject({ outcome: 'refused' });
    },
  );

  test('a made one passes through a text field of WordPress as it is', () => {
    const made = woocommerce.newSecret((bytes) => crypto.getRandomValues(bytes));
    expect(made).toMatch(/^[0-9a-f]{64}$/);
  });

  test('one of 23 characters is too short, one of 24 will do', () => {
    expect(woocommerce.secretProblem('s'.repeat(23), {})).toContain('24');
    expect(woocommerce.secretProblem('s'.repeat(24), {})).toBeNull();
  });
});

describe('topics', () => {
  test.each(['order.updated', 'action.woocommerce_add_to_cart', 'action.some/hook-name', 'wc-bookings.created'])(
    '%s is taken',
    async (topic) => {
      expect(await verify(signWooCommerce({ secret: SECRET, body: '{}', topic }), '{}')).toEqual(VERIFIED);
    },
  );

  test.each(['order.created, order.updated', 'order.créé', 'order updated', 'a'.repeat(201)])(
    '%s is malformed',
    async (topic) => {
      const headers = {
        ...signWooCommerce({ secret: SECRET, body: '{}', topic: 'order.updated' }),
        'x-wc-webhook-topic': topic,
      };
      expect(await verify(headers, '{}')).toMatchObject({ outcome: 'malformed' });
    },
  );
});

describe('the ping that WooCommerce sends when a webhook is saved', () => {
  const form = { 'Content-Type': 'application/x-www-form-urlencoded' };
  const isPing = (headers: HeadersInit, body: string, method?: string) =>
    woocommerce.isPing?.(requestOf(headers, body, method));

  test.each(['application/x-www-form-urlencoded', 'application/x-www-form-urlencoded; charset=UTF-8'])(
    'is known by %s',
    (type) => {
      expect(isPing({ 'Content-Type': type }, 'webhook_id=12')).toBe(true);
    },
  );

  test.each(
    [
      ['', 'webhook_id=', 'webhook_id=-1', 'webhook_id=1&x=2', 'x=1&webhook_id=1', ' webhook_id=1', 'webhook_id=1\n'],
      [
        'webhook_id=1e9',
        'webhook_id=١',
        'webhook_id=%31',
        `webhook_id=${'1'.repeat(21)}`,
        '{"id":1}',
        '\u0000webhook_id=1',
      ],
    ].flat(),
  )('%j is none', (body) => {
    expect(isPing(form, body)).toBe(false);
  });

  test('another method or another form is none', () => {
    expect(isPing(form, 'webhook_id=12', 'PUT')).toBe(false);
    expect(isPing({ 'Content-Type': 'application/x-www-form-urlencodedness' }, 'webhook_id=12')).toBe(false);
    expect(isPing({ 'Content-Type': 'application/json' }, 'webhook_id=12')).toBe(false);
    expect(isPing({}, 'webhook_id=12')).toBe(false);
  });
});

describe('a source that is bound to a site', () => {
  function read(site: string, source: string | null) {
    const headers = new Headers({ 'x-wc-webhook-topic': 'product.updated' });
    if (source !== null) headers.set('x-wc-webhook-source', source);
    const config = v.parse(woocommerce.config, { site });
    return woocommerce.read({ json: {}, request: requestOf(headers, '{}'), config, mode: 'live', accessToken: null });
  }

  test.each([
    ['https://shop.example', 'https://shop.example/'],
    ['https://Shop.Example/', 'http://shop.example/'],
    ['https://shop.example/de', 'https://shop.example/de/'],
    ['http://shop.example:8080', 'http://shop.example:8080/'],
    ['https://shop.example//', 'https://shop.example'],
  ])('%s takes %s', (site, source) => {
    expect(read(site, source)).toEqual({ outcome: 'read', type: 'product.updated', notices: [] });
  });

  test('is not kept busy by a header that is all slashes', () => {
    // By a pattern that goes back over them this would take hours.
    expect(read('https://shop.example', `${'/'.repeat(6_000_000)}x`).outcome).toBe('unusable');
  });

  test.each([
    'https://staging.shop.example/',
    'https://shop.example.evil.example/',
    'https://shop.example/de/',
    'https://shop.example:8443/',
    'https://shop.example/, https://shop.example/',
    '',
    null,
  ])('takes nothing of %s, and says what to do', (source) => {
    expect(read('https://shop.example', source)).toEqual({
      outcome: 'unusable',
      type: 'product.updated',
      errors: [{ pointer: '', detail: expect.stringContaining('this source takes those of https://shop.example') }],
    });
  });

  test.each([
    'shop.example',
    'ftp://shop.example',
    'https://',
    'https://shop.example?x=1',
    'https://user@shop.example',
    'https://a b',
  ])('%s is no site', (site) => {
    expect(v.is(woocommerce.config, { site })).toBe(false);
  });
});

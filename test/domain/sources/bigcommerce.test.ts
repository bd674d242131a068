import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { bigcommerce } from '../../../src/domain/sources/bigcommerce.ts';
import { STORE_HASH, signBigCommerce } from '../../support/sign-bigcommerce.ts';
import { ADDRESS, AT, ID } from './row.ts';

const CLIENT_SECRET = '0f3c9a5e7d1b2846c0e8f4a6b2d9173550aa6c3e8d7f1b942e6c5a0f9b8d7c61';
const config = { storeHash: STORE_HASH };
const body = `{"producer":"stores/${STORE_HASH}","scope":"store/order/created","data":{"type":"order","id":250}}`;

function verify(headers: HeadersInit, secret = CLIENT_SECRET) {
  const request = {
    method: 'POST',
    url: ADDRESS,
    headers: new Headers(headers),
    body: Uint8Array.from(Buffer.from(body)),
  };
  return bigcommerce.verify({ request, secrets: [secret], config, now: AT * 1000, publishedKeys: async () => null });
}

const signed = (clientSecret: string) => signBigCommerce({ clientSecret, id: ID, timestamp: AT, body });

test('the key is the text of the client secret, not what its digits stand for', async () => {
  expect(await verify(signed(CLIENT_SECRET))).toEqual({ outcome: 'verified', messageId: ID });
  const decoded = Buffer.from(CLIENT_SECRET, 'hex').toString('latin1');
  expect(await verify(signed(decoded))).toMatchObject({ outcome: 'refused', step: 'signature' });
});

test('a client secret of the older, shorter form signs as well', async () => {
  const older = 'qpe9s8f7d6g5h4j3k2l1z0x9c8v7b6n';
  expect(bigcommerce.secretProblem(older, config)).toBeNull();
  expect(await verify(signed(older), older)).toMatchObject({ outcome: 'verified' });
});

test.each(['', 'too-short-a-client-secret'.slice(0, 23), 'x'.repeat(65)])('%j is no client secret', (secret) => {
  expect(bigcommerce.secretProblem(secret, config)).toMatch(/client secret .* 24 to 64/);
});

test('a signature by another version of Standard Webhooks alone is refused', async () => {
  const headers = { ...signed(CLIENT_SECRET), 'webhook-signature': `v1a,${'A'.repeat(86)}==` };
  expect(await verify(headers)).toMatchObject({ outcome: 'refused' });
});

describe('the hash of the store', () => {
  test.each(['abc', 'k3m9x2ab7q', '0'.repeat(32)])('%s is one', (storeHash) => {
    expect(v.is(bigcommerce.config, { storeHash })).toBe(true);
  });

  test.each([
    ...[
      '',
      'ab',
      'ABC',
      'abc/',
      '../abc',
      'abc?x',
      'abc#',
      'abc@evil.example',
      'a.b',
      'abc\n',
      'stores/abc',
      '%61bc',
      'äbc',
    ],
    ...['a'.repeat(33), 'https://api.bigcommerce.com/stores/abc/v3/'],
  ])('%j is none: it would go into a URL', (storeHash) => {
    expect(v.is(bigcommerce.config, { storeHash })).toBe(false);
  });

  test('it cannot be left out', () => {
    expect(v.is(bigcommerce.config, {})).toBe(false);
  });
});

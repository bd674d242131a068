import { createPrivateKey } from 'node:crypto';
import { sign as signAsGitHub } from '@octokit/webhooks-methods';
import * as v from 'valibot';
import { beforeAll, expect, test } from 'vitest';
import { hmacConfig } from '../../src/domain/sources/hmac-config.ts';
import { createTestApp, type Json, type TestApp } from '../support/app.ts';
import { signHmac, signStandardWebhooksV1a } from '../support/signers.ts';
import { blocksOf, created } from './document.ts';

const commands = await blocksOf('signatures', 'sh');
const body = '{"type":"order.paid","data":{"orderId":"o-1","currency":"EUR","subtotal":4990}}';
/** The private half of the key in the guide, as Svix published it: the seed, then the public key. */
const SVIX_PAIR = Buffer.from(
  '6Xb/dCcHpPea21PS1N9VY/NZW723CEc77N4rJCubMbfVKIDij2HKpMKkioLlX0dRqSKJp4AJ6p9lMicMFs6Kvg==',
  'base64',
);
/** What stands before the seed in PKCS #8 (RFC 8410 §7). */
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');

let app: TestApp;
let sources: Json[];

beforeAll(async () => {
  app = await createTestApp();
  sources = [];
  for (const command of commands) sources.push(await created(app, command));
});

function post(source: Json, headers: Record<string, string>) {
  return app.request('POST', new URL(source.callbackUrl).pathname, { key: null, body, headers });
}

const seconds = () => Math.floor(app.clock.now() / 1000);

test('the public key of the guide is good for what its private key signs', async () => {
  const key = Buffer.concat([PKCS8, SVIX_PAIR.subarray(0, 32)]);
  const privateKey = createPrivateKey({ key, format: 'der', type: 'pkcs8' });
  const headers = signStandardWebhooksV1a({ privateKey, id: 'msg_1', timestamp: seconds(), body });
  expect(await post(sources[0], headers)).toMatchObject({ status: 200, body: { status: 'recorded' } });
  const other = { ...headers, 'webhook-id': 'msg_2' };
  expect(await post(sources[0], other)).toMatchObject({ status: 401, body: { code: 'signature_invalid' } });
});

test("the preset of GitHub is good for what GitHub's library signs", async () => {
  const signature = await signAsGitHub(sources[1].secret, body);
  expect(await post(sources[1], { 'X-Hub-Signature-256': signature })).toMatchObject({ status: 200 });
  expect(await post(sources[1], { 'X-Hub-Signature-256': signature.replace('sha256=', '') })).toMatchObject({
    status: 400,
    body: { code: 'callback_malformed' },
  });
});

test('the settings of the guide are good for an HMAC that follows them', async () => {
  const { config, secret } = sources[2];
  const headers = signHmac({ config: v.parse(hmacConfig, config), secret, body, id: 'msg_1', timestamp: seconds() });
  expect(Object.keys(headers)).toEqual(['x-shop-signature', 'x-shop-time', 'x-shop-id']);
  expect(await post(sources[2], headers)).toMatchObject({ status: 200, body: { status: 'recorded' } });
});

test('a private key is refused when it is set, and so is a key of the other version', async () => {
  const refused = async (config: object, secret: string) => {
    const body = { name: 'Own shop', scheme: 'standard_webhooks', config, secret };
    const answer = await app.request('POST', '/v1/sources', { body });
    expect(answer.text).not.toContain(secret.slice(6));
    return [answer.status, answer.body.errors[0].pointer];
  };
  const whsk = `whsk_${SVIX_PAIR.toString('base64')}`;
  const whpk = `whpk_${SVIX_PAIR.subarray(32).toString('base64')}`;
  const whsec = `whsec_${SVIX_PAIR.subarray(0, 32).toString('base64')}`;
  for (const [version, secret] of Object.entries({ v1: whpk, v1a: whsec })) {
    expect(await refused({ version }, secret)).toEqual([422, '/secret']);
    expect(await refused({ version }, whsk)).toEqual([422, '/secret']);
  }
});

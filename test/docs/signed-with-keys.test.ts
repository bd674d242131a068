import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';
import * as v from 'valibot';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Jwk } from '../../src/domain/sources/jwk.ts';
import { createTestApp, type Json, type TestApp } from '../support/app.ts';
import { makeSenderKey } from '../support/sender-keys.ts';
import { signByHand } from '../support/sign-http-signatures.ts';
import { signJws } from '../support/sign-jws.ts';
import { blocksOf, created } from './document.ts';

const run = promisify(execFile);
const GUIDE = 'signed-with-keys';
const EVENT = { type: 'order.paid', data: { orderId: 'o-\u00e9', currency: 'EUR', subtotal: 4990 } };
/** The private half of the key in the guide: RFC 8037 §A.1. */
const PRIVATE_KEY = {
  kid: 'shop-2026-03',
  alg: 'EdDSA',
  kty: 'OKP',
  crv: 'Ed25519',
  x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo',
  d: 'nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A',
};

const [command = ''] = await blocksOf(GUIDE, 'sh');
const commands = { jws: command, http_signatures: command.replace('"jws"', '"http_signatures"') };
const scripts = await blocksOf(GUIDE, 'ts');

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'signed-with-keys-'));
});

afterAll(() => rm(folder, { recursive: true }));

test('the keys that the guide makes are a pair of which one half is taken', async () => {
  await writeFile(join(folder, 'keys.mjs'), (await blocksOf(GUIDE, 'js')).join(''));
  const { stdout } = await run(process.execPath, [join(folder, 'keys.mjs')]);
  const [forCode, forGoodword] = Array.from(stdout.matchAll(/\{.*\}/g), ([key]) => JSON.parse(key));
  expect(v.safeParse(Jwk, forGoodword).success).toBe(true);
  expect(v.safeParse(Jwk, forCode).success).toBe(false);
  expect(forCode).toMatchObject(forGoodword);
});

describe.each(['jws', 'http_signatures'] as const)('the code of the guide for %s', (scheme) => {
  let app: TestApp;
  let server: Server;
  let source: Json;

  beforeAll(async () => {
    app = await createTestApp();
    // The scripts sign by the real time.
    app.clock.advance(Date.now() - app.clock.now());
    server = await serve(app);
    source = await created(app, commands[scheme]);
    const script = scripts[scheme === 'jws' ? 0 : 1] ?? '';
    await writeFile(join(folder, `${scheme}.mts`), script);
  });

  afterAll(() => new Promise((closed) => server.close(closed)));

  /** Runs the file as the guide says, and answers what it prints: a status and an answer. */
  async function tell(id: string, key: object = PRIVATE_KEY) {
    const { port } = server.address() as AddressInfo;
    const { pathname } = new URL(source.callbackUrl);
    const settings = {
      GOODWORD_CALLBACK_URL: `http://127.0.0.1:${port}${pathname}`,
      GOODWORD_PRIVATE_KEY: JSON.stringify(key),
    };
    const running = run(process.execPath, [join(folder, `${scheme}.mts`), id], {
      env: { ...process.env, ...settings },
    });
    running.child.stdin?.end(JSON.stringify(EVENT));
    const [, status, text = ''] = /^(\d+) (.*)\n$/s.exec((await running).stdout) ?? [];
    return { status: Number(status), body: JSON.parse(text) };
  }

  test('is taken, once, and has no secret', { timeout: 30_000 }, async () => {
    expect(source.secret).toBeNull();
    expect(await tell('m-1')).toMatchObject({ status: 200, body: { status: 'recorded' } });
    expect(await tell('m-1')).toMatchObject({ status: 200, body: { status: 'duplicate' } });
    const { privateKey } = makeSenderKey('Ed25519', 'x');
    const foreign = { ...privateKey.export({ format: 'jwk' }), kid: PRIVATE_KEY.kid, alg: 'EdDSA' };
    expect(await tell('m-2', foreign)).toMatchObject({ status: 401, body: { code: 'signature_invalid' } });
  });
});

describe('published keys', () => {
  const key = makeSenderKey('P-256', 'shop-1');
  const jwksUrl = 'https://shop.example.com/.well-known/jwks.json';

  async function createWorld() {
    const app = await createTestApp();
    const asked: string[] = [];
    app.outside = ({ url }) => {
      asked.push(url);
      return Response.json({ keys: [key.publicJwk] });
    };
    const body = { name: 'Own shop', scheme: 'jws', config: { jwksUrl } };
    const source = (await app.request('POST', '/v1/sources', { body })).body;
    const tell = async (id: string, signer = key) => {
      const header = { iat: Math.floor(app.clock.now() / 1000), jti: id };
      const token = await signJws({ key: signer, alg: 'ES256', body: JSON.stringify(EVENT), header });
      const headers = { 'x-jws-signature': token };
      return app.request('POST', new URL(source.callbackUrl).pathname, {
        key: null,
        body: JSON.stringify(EVENT),
        headers,
      });
    };
    return { app, asked, tell };
  }

  test('are fetched for the first callback, and remembered', async () => {
    const { asked, tell } = await createWorld();
    expect(await tell('m-1')).toMatchObject({ status: 200 });
    expect(await tell('m-2')).toMatchObject({ status: 200 });
    expect(await tell('m-3', makeSenderKey('P-256', 'shop-2'))).toMatchObject({ status: 401 });
    expect(asked).toEqual([jwksUrl]);
  });

  test('that cannot be had are a reason to come again, and not to be refused', async () => {
    const { app, tell } = await createWorld();
    app.outside = () => new Response('down', { status: 502 });
    const answer = await tell('m-1');
    expect([answer.status, answer.headers.has('Retry-After')]).toEqual([503, true]);
  });
});

test('the secret of a source with a keyId is good for what the guide says', async () => {
  const app = await createTestApp();
  const config = { keyId: 'shop-1' };
  const body = { name: 'Own shop', scheme: 'http_signatures', config };
  const { secret, callbackUrl } = (await app.request('POST', '/v1/sources', { body })).body;
  const signed = signByHand({
    alg: 'hmac-sha256',
    key: { kid: 'shop-1', secret },
    body: JSON.stringify(EVENT),
    url: callbackUrl,
    params: `;created=${Math.floor(app.clock.now() / 1000)};keyid="shop-1"`,
  });
  const request = () => new Request(callbackUrl, { method: 'POST', headers: signed, body: JSON.stringify(EVENT) });
  const first = await app.fetch(request());
  expect([first.status, await first.json()]).toEqual([200, expect.objectContaining({ status: 'recorded' })]);
  expect((await app.fetch(request())).status).toBe(200);
});

/** The app at an address of this machine, which is what the sender signs. */
async function serve(app: TestApp): Promise<Server> {
  const server = createServer(async (incoming, outgoing) => {
    const { url = '', method = '' } = incoming;
    const headers = new Headers(Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]));
    const body = Uint8Array.from(await buffer(incoming));
    const response = await app.fetch(
      new Request(new URL(url, `http://${headers.get('host')}`), { method, headers, body }),
    );
    outgoing.writeHead(response.status).end(await response.text());
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return server;
}

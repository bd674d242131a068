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
import { neutralEvent } from '../../src/domain/sources/neutral-event.ts';
import { createTestApp, type Json, ORIGIN, type TestApp } from '../support/app.ts';
import { blocksOf, created } from './document.ts';

const run = promisify(execFile);
const GUIDE = 'own-code';

const events: Json[] = (await blocksOf(GUIDE, 'json')).map((block) => JSON.parse(block));

const languages = [
  { language: 'ts', command: process.execPath, file: 'goodword.mts' },
  { language: 'python', command: 'python3', file: 'goodword.py' },
  { language: 'php', command: 'php', file: 'goodword.php' },
];

function isInstalled(command: string): Promise<boolean> {
  return run(command, ['--version']).then(
    () => true,
    () => false,
  );
}

test('the guide shows the examples of the API, one of every event there is', () => {
  const examples = neutralEvent.options.flatMap((option): unknown[] => [...v.getMetadata(option).examples]);
  expect(events).toEqual(examples);
});

for (const { language, command, file } of languages) {
  const installed = await isInstalled(command);
  const title = `the code in ${language}${installed ? '' : `: skipped, because ${command} is not on this machine`}`;

  // Each event starts a process of its own.
  describe.skipIf(!installed)(title, { timeout: 30_000 }, () => {
    let app: TestApp;
    let server: Server;
    let folder: string;
    let source: Json;

    beforeAll(async () => {
      app = await createTestApp();
      // The scripts sign by the real time.
      app.clock.advance(Date.now() - app.clock.now());
      server = await serve(app);
      folder = await mkdtemp(join(tmpdir(), 'own-code-'));
      await writeFile(join(folder, file), (await blocksOf(GUIDE, language)).join(''));
      const [command = ''] = await blocksOf(GUIDE, 'sh');
      source = await created(app, command);
    });

    afterAll(async () => {
      await new Promise((closed) => server.close(closed));
      await rm(folder, { recursive: true });
    });

    /** Runs the file as the guide says, and answers what it prints: a status and an answer. */
    async function tell(id: string, event: Json, secret: string = source.secret) {
      const { port } = server.address() as AddressInfo;
      const { pathname } = new URL(source.callbackUrl);
      const settings = { GOODWORD_CALLBACK_URL: `http://127.0.0.1:${port}${pathname}`, GOODWORD_SECRET: secret };
      const running = run(command, [join(folder, file), id], { env: { ...process.env, ...settings } });
      running.child.stdin?.end(JSON.stringify(event));
      const { stdout } = await running;
      const [, status, text = ''] = /^(\d+) (.*)\n$/s.exec(stdout) ?? [];
      return { status: Number(status), body: JSON.parse(text) };
    }

    test('every event of the guide is taken', async () => {
      for (const [at, event] of events.entries()) {
        const told = await tell(`own-code-${at}`, event);
        expect(told, event.type).toMatchObject({ status: 200, body: { status: 'recorded' } });
      }
      const orders = await app.request('GET', '/v1/orders');
      expect(orders.body.items).toMatchObject([{ externalId: 'o-5001', currency: 'EUR', subtotal: 4990 }]);
    });

    test('a repeat changes nothing, and a refusal is handed back', async () => {
      const data = { orderId: 'Bestellung-\u00e9\u{1f600}', currency: 'EUR', subtotal: 1 };
      const event = { type: 'order.paid', data };
      expect(await tell('own-code-again', event)).toMatchObject({ status: 200, body: { status: 'recorded' } });
      expect(await tell('own-code-again', event)).toMatchObject({ status: 200, body: { status: 'duplicate' } });
      const foreign = `whsec_${Buffer.alloc(32, 1).toString('base64')}`;
      expect(await tell('own-code-foreign', event, foreign)).toMatchObject({
        status: 401,
        body: { code: 'signature_invalid' },
      });
      expect(await tell('own-code-wrong', { ...event, data: { orderId: 'o' } })).toMatchObject({
        status: 422,
        body: { errors: [{ pointer: '/data/currency' }, { pointer: '/data/subtotal' }] },
      });
    });
  });
}

/** The app at an address of this machine. */
async function serve(app: TestApp): Promise<Server> {
  const server = createServer(async (incoming, outgoing) => {
    const { url = '', method = '' } = incoming;
    const headers = new Headers(Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]));
    const body = Uint8Array.from(await buffer(incoming));
    const response = await app.fetch(new Request(new URL(url, ORIGIN), { method, headers, body }));
    outgoing.writeHead(response.status).end(await response.text());
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return server;
}

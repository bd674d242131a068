import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a Worker in raw workerd finds behind its KV and queue bindings, which speak HTTP; each counts what it is asked. */
export interface StandIns {
  kv: { port: number; reads: number; writes: number; delay: number; values: Map<string, string> };
  /** `fails` says of each message whether the queue is out of reach; what it takes is `kept` if anybody asks for it. */
  queue: { port: number; messages: number; clicks: number; fails: () => boolean; kept: unknown[] | null };
}

export async function openStandIns(): Promise<StandIns> {
  const standIns: StandIns = {
    kv: { port: 0, reads: 0, writes: 0, delay: 0, values: new Map() },
    queue: { port: 0, messages: 0, clicks: 0, fails: () => false, kept: null },
  };
  const { kv, queue } = standIns;

  kv.port = await listen(async (request, response) => {
    const key = decodeURIComponent(new URL(request.url ?? '/', 'http://kv').pathname.slice(1));
    if (request.method === 'PUT') {
      kv.writes += 1;
      kv.values.set(key, await textOf(request));
      response.end();
      return;
    }
    kv.reads += 1;
    await new Promise((resolve) => setTimeout(resolve, kv.delay));
    const value = kv.values.get(key);
    response.writeHead(value === undefined ? 404 : 200).end(value);
  });

  queue.port = await listen(async (request, response) => {
    const body = JSON.parse(await textOf(request)) as { clicks?: unknown[] };
    if (queue.fails()) {
      response.writeHead(503).end();
      return;
    }
    const { clicks = [] } = body;
    queue.kept?.push(body);
    queue.messages += 1;
    queue.clicks += clicks.length;
    const metrics = { backlogCount: 0, backlogBytes: 0, oldestMessageTimestamp: 0 };
    response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify({ metadata: { metrics } }));
  });

  return standIns;
}

function listen(answer: RequestListener): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer(answer);
    server.keepAliveTimeout = 60_000;
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Client, type Config, createClient, LibsqlError } from '@libsql/client/http';
import { afterAll, onTestFinished } from 'vitest';
import { type LibsqlServer, type LibsqlServerOptions, startLibsqlServer } from '../../dev/libsql-server.ts';

/** A server for all tests of a file. */
export interface TestServer extends LibsqlServer {
  directory: string;
  /** The name of a database that no test has used yet. */
  newName(): string;
  /** A client on a database of its own, or on the one named. */
  connect(name?: string, config?: Partial<Config>): Client;
  /** Sends a pipeline as it is. */
  send(name: string, body: unknown): Promise<Answer>;
}

export interface Answer {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: what the server really says is what is tested
  body: any;
}

/** A folder for one test. */
export function newDirectory(): string {
  const directory = makeDirectory();
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

function makeDirectory(): string {
  return mkdtempSync(join(tmpdir(), 'goodword-libsql-'));
}

/** Has to be called while a file's tests are collected. */
export async function startTestServer(options: Partial<LibsqlServerOptions> = {}): Promise<TestServer> {
  const directory = makeDirectory();
  const server = await startLibsqlServer({ directory, durability: 'fast', ...options });
  afterAll(async () => {
    await server.close();
    rmSync(directory, { recursive: true });
  });
  let names = 0;
  const newName = () => `database-${++names}`;
  return {
    ...server,
    directory,
    newName,
    connect: (name = newName(), config = {}) => connectTo(server.urlFor(name), config),
    send: (name, body) => send(`${server.urlFor(name)}v2/pipeline`, body),
  };
}

export function connectTo(url: string, config: Partial<Config> = {}): Client {
  const client = createClient({ url, ...config });
  onTestFinished(() => client.close());
  return client;
}

export async function send(url: string, body: unknown): Promise<Answer> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return { status: response.status, body: await response.json() };
}

/** The error that a database call has to end in, as `CODE: message`. */
export async function failureOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    if (error instanceof LibsqlError) return error.message;
    throw error;
  }
  throw new Error('It succeeded.');
}

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

/** What the server answers with, in all its variants at once: the tests look at what should be there. */
export interface Answer {
  status: number;
  body: {
    baton: string;
    results: {
      type: string;
      response: { type: string; is_autocommit: boolean; result: Result };
      error: { code: string; message: string };
    }[];
    code: string;
    message: string;
  };
}

export interface Result {
  cols: { name: string; decltype: string | null }[];
  rows: { type: string; value: string }[][];
  step_results: (object | null)[];
  step_errors: (object | null)[];
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
  return { status: response.status, body: (await response.json()) as Answer['body'] };
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

/** A client on a new database with one table `t`. */
export async function connectWithTable(server: TestServer, columns = 'a'): Promise<{ client: Client; name: string }> {
  const name = server.newName();
  const client = server.connect(name);
  await client.execute(`CREATE TABLE t (${columns})`);
  return { client, name };
}

/** Column `a` of table `t`, in the order in which the rows were written. */
export async function contents(client: Pick<Client, 'execute'>): Promise<unknown[]> {
  return (await client.execute('SELECT a FROM t ORDER BY rowid')).rows.map((row) => row['a']);
}

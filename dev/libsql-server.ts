import { accessSync, constants, mkdirSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import { checkTemplate, type Durability } from './libsql/database.ts';
import { ProtocolError } from './libsql/errors.ts';
import { createPipelines } from './libsql/pipelines.ts';
import { readPipeline } from './libsql/protocol.ts';

export interface LibsqlServer {
  /** `http://127.0.0.1:PORT`, without a database. */
  url: string;
  port: number;
  /** What a libSQL client is given to reach one database, which is made on first use. */
  urlFor(database: string): string;
  /** Rolls back what is open and leaves every database file complete in itself, ready to be copied. */
  close(): Promise<void>;
}

export interface LibsqlServerOptions {
  /** The folder that holds `NAME.db` for every database NAME; made if it is not there. */
  directory: string;
  /** 0, the default, takes any free port. */
  port?: number;
  host?: string;
  /** A database file that every new database starts as a copy of. */
  template?: string;
  durability?: Durability;
  limits?: Partial<Limits>;
}

export interface Limits {
  bodyBytes: number;
  /** How long a stream may wait for its next request. */
  idleMs: number;
  /** How long a transaction may stay open over several requests. */
  transactionMs: number;
  /** How long a statement waits for a lock. */
  busyMs: number;
}

const LIMITS: Limits = { bodyBytes: 32 * 1024 * 1024, idleMs: 10_000, transactionMs: 5_000, busyMs: 10_000 };
const DATABASE_NAME = /^[A-Za-z0-9_-]{1,64}$/;
const NAME_RULE = 'a name is 1 to 64 letters, digits, hyphens and underscores';

/** A local libSQL server that speaks Hrana 2 over HTTP, for development and tests; it asks nobody for a token. */
export async function startLibsqlServer(options: LibsqlServerOptions): Promise<LibsqlServer> {
  const { host = '127.0.0.1', port = 0, template, durability = 'normal' } = options;
  const limits = { ...LIMITS, ...options.limits };
  const directory = resolve(options.directory);
  prepareDirectory(directory);
  if (template !== undefined) checkTemplate(template);
  const pipelines = createPipelines(directory, { template, durability, ...limits });

  async function route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url?.split('?', 1)[0] ?? '/';
    // Browsers send it with every POST: a page that a developer visits must not reach the database.
    if (request.headers.origin !== undefined)
      return sendText(response, 403, 'Web pages have no access to this server.');
    if (path === '/health') return sendText(response, 200, 'ok');

    const [, name = '', endpoint] = /^\/([^/]*)\/(v2|v2\/pipeline)$/.exec(path) ?? [];
    if (endpoint === undefined) return sendText(response, 404, 'This server answers POST /DATABASE/v2/pipeline.');
    if (!DATABASE_NAME.test(name)) return sendText(response, 404, `There is no database of that name: ${NAME_RULE}.`);
    if (endpoint === 'v2') return sendText(response, 200, 'Hrana 2 over HTTP');
    if (request.method !== 'POST') return sendText(response, 405, 'A pipeline is sent by POST.');

    const pipeline = readPipeline(await readBody(request, limits.bodyBytes));
    sendJson(response, 200, await pipelines.run(name, pipeline, () => response.destroyed));
  }

  const running = new Set<Promise<void>>();
  const server = createServer((request, response) => {
    const run = route(request, response)
      .catch((error: unknown) => sendError(response, error))
      .finally(() => running.delete(run));
    running.add(run);
  });
  // Longer than a client keeps its connections, or it would send into one that is being closed.
  server.keepAliveTimeout = 60_000;
  await listen(server, port, host);

  const boundPort = (server.address() as AddressInfo).port;
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${boundPort}`;

  function urlFor(name: string): string {
    if (!DATABASE_NAME.test(name)) throw new Error(`No database can be called ${JSON.stringify(name)}: ${NAME_RULE}.`);
    return `${url}/${name}/`;
  }

  async function close(): Promise<void> {
    const closed = new Promise((done) => server.close(done));
    server.closeAllConnections();
    await closed;
    pipelines.interrupt();
    await Promise.all(running);
    pipelines.close();
  }

  return { url, port: boundPort, urlFor, close };
}

function prepareDirectory(directory: string): void {
  try {
    mkdirSync(directory, { recursive: true });
    accessSync(directory, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new Error(`The folder ${directory} cannot hold databases (${codeOf(error)}).`, { cause: error });
  }
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((done, fail) => {
    server.once('error', (error) => {
      const code = codeOf(error);
      const reason = code === 'EADDRINUSE' ? `port ${port} is already in use` : `it cannot listen there (${code})`;
      fail(new Error(`The database server did not start on ${host}: ${reason}.`, { cause: error }));
    });
    server.listen(port, host, done);
  });
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}

/** An oversized body is read to its end and forgotten, so that the client hears why. */
async function readBody(request: IncomingMessage, limit: number): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length <= limit) chunks.push(chunk);
  }
  if (length > limit) throw new ProtocolError(`The request has ${length} bytes, more than the ${limit} allowed.`);
  return Buffer.concat(chunks).toString();
}

function sendError(response: ServerResponse, error: unknown): void {
  const [status, code] = error instanceof ProtocolError ? [400, error.code] : [500, 'INTERNAL_ERROR'];
  sendJson(response, status, { code, message: error instanceof Error ? error.message : String(error) });
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  send(response, status, 'application/json', JSON.stringify(body));
}

function sendText(response: ServerResponse, status: number, text: string): void {
  send(response, status, 'text/plain', `${text}\n`);
}

function send(response: ServerResponse, status: number, type: string, text: string): void {
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(text) }).end(text);
}

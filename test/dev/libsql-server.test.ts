import { copyFileSync, existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Libsql from 'libsql';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type LibsqlServerOptions, startLibsqlServer } from '../../dev/libsql-server.ts';
import { connectTo, failureOf, newDirectory, send } from './libsql-fixture.ts';

async function start(options: Partial<LibsqlServerOptions> = {}) {
  const directory = options.directory ?? newDirectory();
  const server = await startLibsqlServer({ directory, durability: 'fast', ...options });
  onTestFinished(() => server.close());
  return { ...server, directory, connect: (name: string) => connectTo(server.urlFor(name)) };
}

function pipeline(sql: string, rest: object = {}) {
  return { requests: [{ type: 'execute', stmt: { sql } }], ...rest };
}

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

describe('the address', () => {
  test('is a free port of this machine alone', async () => {
    const [one, two] = [await start(), await start()];
    expect(one.url).toBe(`http://127.0.0.1:${one.port}`);
    expect(one.port).not.toBe(two.port);
    expect((await fetch(`${one.url}/health`)).status).toBe(200);
  });

  test('names the host it was given', async () => {
    const server = await start({ host: '::1' });
    expect(server.url).toBe(`http://[::1]:${server.port}`);
    expect((await fetch(`${server.url}/health`)).status).toBe(200);
  });

  test('that is taken is reported in a sentence', async () => {
    const { port } = await start();
    await expect(start({ port })).rejects.toThrow(
      `The database server did not start on 127.0.0.1: port ${port} is already in use.`,
    );
  });

  test('that is not of this machine is reported in a sentence', async () => {
    await expect(start({ host: '192.0.2.1' })).rejects.toThrow(/did not start on 192\.0\.2\.1: .*EADDRNOTAVAIL/);
  });
});

describe('a database', () => {
  test('is a file named as the path, and knows nothing of the others', async () => {
    const server = await start();
    const [a, b] = [server.connect('store-a'), server.connect('store-b')];
    await a.execute('CREATE TABLE t (a)');
    expect(await failureOf(b.execute('SELECT * FROM t'))).toMatch(/no such table: t/);
    await b.execute('CREATE TABLE t (b)');
    expect((await a.execute('SELECT * FROM t')).columns).toEqual(['a']);
    expect(readdirSync(server.directory).filter((name) => name.endsWith('.db'))).toEqual(['store-a.db', 'store-b.db']);
  });

  test.each(['', '..', 'a.b', 'ä', 'a b', '%2e%2e', 'a%2fb', 'a'.repeat(65)])('is never called %j', async (name) => {
    const server = await start();
    expect(() => server.urlFor(name)).toThrow(/1 to 64 letters/);
    const response = await fetch(`${server.url}/${name}/v2/pipeline`, { method: 'POST', body: '{"requests":[]}' });
    expect(response.status).toBe(404);
    expect(readdirSync(server.directory)).toEqual([]);
  });

  test('outlives the server', async () => {
    const directory = newDirectory();
    const first = await startLibsqlServer({ directory });
    await connectTo(first.urlFor('kept')).executeMultiple('CREATE TABLE t (a); INSERT INTO t VALUES (42)');
    await first.close();
    const second = await start({ directory });
    expect((await second.connect('kept').execute('SELECT a FROM t')).rows).toEqual([{ a: 42 }]);
  });

  test('that is none is reported, and does not keep the server from closing', async () => {
    const server = await start();
    writeFileSync(join(server.directory, 'broken.db'), 'this is a letter, not a database. '.repeat(100));
    const { status, body } = await send(`${server.urlFor('broken')}v2/pipeline`, pipeline('SELECT 1'));
    expect(status).toBe(500);
    expect(body.message).toMatch(/broken\.db cannot be opened: .*not a database/);
    expect((await server.connect('sound').execute('SELECT 1')).rows).toHaveLength(1);
  });
});

describe('the folder', () => {
  test('is made when it is not there', async () => {
    const parent = newDirectory();
    await start({ directory: join(parent, 'a', 'b') });
    expect(existsSync(join(parent, 'a', 'b'))).toBe(true);
  });

  test('that cannot be one is reported in a sentence', async () => {
    const file = join(newDirectory(), 'file');
    writeFileSync(file, '');
    await expect(startLibsqlServer({ directory: join(file, 'databases') })).rejects.toThrow(
      `The folder ${join(file, 'databases')} cannot hold databases (ENOTDIR).`,
    );
  });
});

describe('a template', () => {
  async function template(): Promise<string> {
    const directory = newDirectory();
    const server = await startLibsqlServer({ directory });
    await connectTo(server.urlFor('template')).executeMultiple('CREATE TABLE t (a); INSERT INTO t VALUES (1)');
    await server.close();
    return join(directory, 'template.db');
  }

  test('is what every new database starts as, each a copy of its own', async () => {
    const server = await start({ template: await template() });
    const [a, b] = [server.connect('a'), server.connect('b')];
    await Promise.all([a.execute('INSERT INTO t VALUES (2)'), b.execute('INSERT INTO t VALUES (3)')]);
    expect((await a.execute('SELECT a FROM t')).rows).toEqual([{ a: 1 }, { a: 2 }]);
    expect((await b.execute('SELECT a FROM t')).rows).toEqual([{ a: 1 }, { a: 3 }]);
    expect(readdirSync(server.directory).filter((name) => !/^[ab]\.db(-wal|-shm)?$/.test(name))).toEqual([]);
  });

  test('never replaces a database that is there', async () => {
    const directory = newDirectory();
    const before = await startLibsqlServer({ directory });
    await connectTo(before.urlFor('a')).execute('CREATE TABLE other (a)');
    await before.close();
    const server = await start({ directory, template: await template() });
    expect(await failureOf(server.connect('a').execute('SELECT * FROM t'))).toMatch(/no such table: t/);
  });

  test('that is missing, or still being written, is reported in a sentence', async () => {
    const file = await template();
    await expect(start({ template: `${file}.missing` })).rejects.toThrow(
      /template database .*missing does not exist\./,
    );
    const writer = new Libsql(file);
    writer.exec('PRAGMA journal_mode = WAL; INSERT INTO t VALUES (2)');
    await expect(start({ template: file })).rejects.toThrow(/template database .* is still in use/);
    writer.close();
  });
});

describe('closing', () => {
  test('leaves every database complete in its file', async () => {
    const server = await start();
    const client = server.connect('a');
    await client.executeMultiple('CREATE TABLE t (a); INSERT INTO t VALUES (1)');
    const open = await client.transaction('write');
    await open.execute('INSERT INTO t VALUES (2)');
    await server.close();
    const copy = join(server.directory, 'copy.db');
    copyFileSync(join(server.directory, 'a.db'), copy);
    expect(new Libsql(copy).prepare('SELECT a FROM t').all([])).toEqual([{ a: 1 }]);
  });

  test('does not wait for those who wait', async () => {
    const server = await start();
    const client = server.connect('a');
    await client.execute('CREATE TABLE t (a)');
    const open = await client.transaction('write');
    await open.execute('INSERT INTO t VALUES (1)');
    const waiting = Promise.allSettled([client.execute('DELETE FROM t'), client.execute('DELETE FROM t')]);
    await client.execute('SELECT 1');
    const started = performance.now();
    await server.close();
    expect(performance.now() - started).toBeLessThan(2_000);
    expect((await waiting).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await expect(fetch(`${server.url}/health`)).rejects.toThrow();
  });

  test('can be asked for again', async () => {
    const server = await start();
    await server.connect('a').execute('SELECT 1');
    await server.close();
    await server.close();
  });
});

describe('time limits', () => {
  test('an idle stream expires, and is told so', async () => {
    const server = await start({ limits: { idleMs: 500 } });
    const url = `${server.urlFor('a')}v2/pipeline`;
    let { body } = await send(url, pipeline('CREATE TEMP TABLE mine (a)'));
    for (let i = 0; i < 3; i++) {
      await pause(200);
      ({ body } = await send(url, pipeline('SELECT * FROM mine', { baton: body.baton })));
      expect(body.results[0]?.type).toBe('ok');
    }
    await pause(700);
    const late = await send(url, pipeline('SELECT * FROM mine', { baton: body.baton }));
    expect(late).toMatchObject({ status: 400, body: { code: 'STREAM_EXPIRED', message: /idle for more than 500 ms/ } });
  });

  test('a transaction that stays open is rolled back however busy its stream is, and frees its lock', async () => {
    const server = await start({ limits: { transactionMs: 150 } });
    const client = server.connect('a');
    await client.execute('CREATE TABLE t (a)');
    const forgotten = await client.transaction('write');
    await forgotten.execute('INSERT INTO t VALUES (1)');
    const waiting = client.execute('INSERT INTO t VALUES (2)');
    const busy = async () => {
      for (;;) {
        await forgotten.execute('SELECT 1');
        await pause(10);
      }
    };
    expect(await failureOf(busy())).toMatch(/^STREAM_EXPIRED: The transaction was rolled back/);
    await waiting;
    expect((await client.execute('SELECT a FROM t')).rows).toEqual([{ a: 2 }]);
    expect(await failureOf(forgotten.commit())).toMatch(/^TRANSACTION_CLOSED/);
  });

  test('each transaction of a stream has its own time', async () => {
    const server = await start({ limits: { transactionMs: 500 } });
    const url = `${server.urlFor('a')}v2/pipeline`;
    let { body } = await send(url, pipeline('BEGIN'));
    for (const sql of ['COMMIT', 'BEGIN', 'COMMIT', 'BEGIN', 'COMMIT']) {
      await pause(200);
      ({ body } = await send(url, pipeline(sql, { baton: body.baton })));
      expect(body.results[0]?.type).toBe('ok');
    }
  });

  test('a writer gives up on a lock after its limit, and the database goes on', async () => {
    const server = await start({ limits: { busyMs: 80 } });
    const client = server.connect('a');
    await client.execute('CREATE TABLE t (a)');
    const holder = await client.transaction('write');
    await holder.execute('INSERT INTO t VALUES (1)');
    expect(await failureOf(client.execute('INSERT INTO t VALUES (2)'))).toBe(
      'SQLITE_BUSY: SQLite error: database is locked',
    );
    expect(await failureOf(client.batch(['INSERT INTO t VALUES (2)'], 'deferred'))).toMatch(/^SQLITE_BUSY/);
    await holder.commit();
    await client.execute('INSERT INTO t VALUES (3)');
    expect((await client.execute('SELECT a FROM t')).rows).toEqual([{ a: 1 }, { a: 3 }]);
  });

  test('a client that goes away while it waits leaves no stream behind', async () => {
    const server = await start();
    const client = server.connect('a');
    await client.execute('CREATE TABLE t (a)');
    const holder = await client.transaction('write');
    await holder.execute('INSERT INTO t VALUES (1)');
    const impatient = fetch(`${server.urlFor('a')}v2/pipeline`, {
      method: 'POST',
      body: JSON.stringify(pipeline('BEGIN IMMEDIATE')),
      signal: AbortSignal.timeout(50),
    });
    await expect(impatient).rejects.toThrow();
    await holder.commit();
    const started = performance.now();
    await client.execute('INSERT INTO t VALUES (2)');
    expect(performance.now() - started).toBeLessThan(1_000);
  });
});

describe('over HTTP', () => {
  test('only a pipeline sent by POST is run', async () => {
    const server = await start();
    const status = async (path: string, init?: RequestInit) => (await fetch(server.url + path, init)).status;
    expect(await status('/a/v2')).toBe(200);
    expect(await status('/a/v2/pipeline')).toBe(405);
    expect(await status('/a/v2/pipeline', { method: 'DELETE' })).toBe(405);
    for (const path of ['/', '/v2/pipeline', '/a', '/a/', '/a/v3/pipeline', '/a/v2/cursor', '/a/b/v2/pipeline']) {
      expect(await status(path, { method: 'POST', body: '{"requests":[]}' })).toBe(404);
    }
    expect(readdirSync(server.directory)).toEqual([]);
  });

  test('a web page that the developer visits has no access', async () => {
    const server = await start();
    const response = await fetch(`${server.urlFor('a')}v2/pipeline`, {
      method: 'POST',
      headers: { origin: 'https://evil.example', 'content-type': 'text/plain' },
      body: JSON.stringify(pipeline('SELECT 1')),
    });
    expect(response.status).toBe(403);
  });

  test('a request torn off in the middle harms nobody', async () => {
    const server = await start();
    const body = new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode('{"requests": ['));
        setTimeout(() => controller.error(new Error('torn off')), 20);
      },
    });
    const init = { method: 'POST', body, duplex: 'half' } as RequestInit;
    await expect(fetch(`${server.urlFor('a')}v2/pipeline`, init)).rejects.toThrow();
    expect((await server.connect('a').execute('SELECT 1')).rows).toHaveLength(1);
  });
});

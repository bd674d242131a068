import { join } from 'node:path';
import Libsql from 'libsql';
import { describe, expect, test } from 'vitest';
import { connectWithTable, contents, failureOf, startTestServer } from './libsql-fixture.ts';

const server = await startTestServer();

describe('foreign keys', () => {
  const TABLES = [
    'CREATE TABLE parent (id INTEGER PRIMARY KEY)',
    'CREATE TABLE t (a INTEGER REFERENCES parent)',
    'CREATE TABLE late (a INTEGER REFERENCES parent DEFERRABLE INITIALLY DEFERRED)',
  ];

  test('are enforced on every stream', async () => {
    const client = server.connect();
    await client.batch(TABLES, 'write');
    const failure = /^SQLITE_CONSTRAINT: .*FOREIGN KEY constraint failed$/;
    expect(await failureOf(client.execute('INSERT INTO t VALUES (1)'))).toMatch(failure);
    expect(await failureOf(client.batch(['INSERT INTO t VALUES (1)'], 'write'))).toMatch(failure);
    expect(await contents(client)).toEqual([]);
  });

  test('that are checked at the end fail the commit, and leave the next statement alone', async () => {
    const client = server.connect();
    await client.batch(TABLES, 'write');
    expect(await failureOf(client.execute('INSERT INTO late VALUES (1)'))).toMatch(/FOREIGN KEY constraint failed/);
    expect(await failureOf(client.batch(['INSERT INTO late VALUES (1)'], 'write'))).toMatch(/FOREIGN KEY/);
    await client.execute('INSERT INTO parent VALUES (1)');
    await client.execute('INSERT INTO late VALUES (1)');
    expect((await client.execute('SELECT * FROM late')).rows).toHaveLength(1);
  });

  test('are off while a migration runs and on again for everybody after it, even one that failed', async () => {
    const client = server.connect();
    await client.batch(TABLES, 'write');
    await client.migrate(['INSERT INTO t VALUES (1)']);
    expect(await contents(client)).toEqual([1]);
    await expect(client.migrate(['INSERT INTO t VALUES (2)', 'SELECT foobar'])).rejects.toThrow(/foobar/);
    expect(await contents(client)).toEqual([1]);
    expect(await failureOf(client.execute('INSERT INTO t VALUES (3)'))).toMatch(/FOREIGN KEY/);
  });
});

describe('streams share nothing but the data', () => {
  test('a pragma ends with its stream', async () => {
    const client = server.connect();
    await client.execute('PRAGMA foreign_keys = OFF');
    expect((await client.execute('PRAGMA foreign_keys')).rows).toEqual([{ foreign_keys: 1 }]);
    await client.executeMultiple('PRAGMA foreign_keys = OFF; SELECT 1');
    expect((await client.execute('PRAGMA foreign_keys')).rows).toEqual([{ foreign_keys: 1 }]);
  });

  test('a temporary table ends with its stream', async () => {
    const client = server.connect();
    await client.batch(['CREATE TEMP TABLE mine (a)', 'INSERT INTO mine VALUES (1)'], 'write');
    expect(await failureOf(client.execute('SELECT * FROM mine'))).toMatch(/no such table: mine/);
  });

  test('an open transaction ends with its stream', async () => {
    const { client } = await connectWithTable(server);
    await client.executeMultiple('BEGIN; INSERT INTO t VALUES (1);');
    await client.execute('INSERT INTO t VALUES (2)');
    expect(await contents(client)).toEqual([2]);
  });

  test('an uncommitted row is seen by its own stream alone', async () => {
    const { client } = await connectWithTable(server);
    const transaction = await client.transaction('write');
    await transaction.execute('INSERT INTO t VALUES (1)');
    expect(await contents(client)).toEqual([]);
    expect(await contents(transaction)).toEqual([1]);
    await transaction.commit();
    expect(await contents(client)).toEqual([1]);
  });
});

describe('a statement of its own', () => {
  test('keeps the rows before the one that failed when it says OR FAIL, and none otherwise', async () => {
    const { client } = await connectWithTable(server, 'a UNIQUE');
    expect(await failureOf(client.execute('INSERT OR FAIL INTO t VALUES (1), (1), (2)'))).toMatch(/UNIQUE/);
    expect(await contents(client)).toEqual([1]);
    expect(await failureOf(client.execute('INSERT INTO t VALUES (3), (3)'))).toMatch(/UNIQUE/);
    expect(await failureOf(client.execute('INSERT OR ROLLBACK INTO t VALUES (4), (4)'))).toMatch(/UNIQUE/);
    expect(await contents(client)).toEqual([1]);
  });

  test('is refused when there are two of them', async () => {
    const { client } = await connectWithTable(server);
    for (const sql of ['INSERT INTO t VALUES (1); DELETE FROM t', 'SELECT 1; nonsense', ';SELECT 1;;SELECT 2']) {
      expect(await failureOf(client.execute(sql))).toMatch(/^SQL_MANY_STATEMENTS/);
    }
    expect(await failureOf(client.batch(['INSERT INTO t VALUES (1)', 'SELECT 1; SELECT 2'], 'write'))).toMatch(
      /^SQL_MANY_STATEMENTS/,
    );
    expect(await contents(client)).toEqual([]);
  });

  test('may end in semicolons and comments, and may be a trigger', async () => {
    const { client } = await connectWithTable(server);
    expect((await client.execute("SELECT ';' AS a; ; -- the end; really")).rows).toEqual([{ a: ';' }]);
    await client.execute('CREATE TEMP TRIGGER x AFTER INSERT ON t BEGIN DELETE FROM t; SELECT 1; END;');
  });

  test.each(['', ' ; ', '-- nothing', '/* nothing'])('is missed in %j', async (sql) => {
    expect(await failureOf(server.connect().execute(sql))).toMatch(/^SQL_NO_STATEMENT/);
  });

  test.each(["ATTACH 'other.db' AS other", 'DETACH main', "VACUUM INTO 'copy.db'"])(
    'must stay in its database: %s',
    async (sql) => expect(await failureOf(server.connect().execute(sql))).toMatch(/^SQL_UNSUPPORTED/),
  );
});

describe('many at once', () => {
  test('a hundred write batches all succeed, one after the other', async () => {
    const client = server.connect();
    await client.batch(['CREATE TABLE t1 (a)', 'CREATE TABLE t2 (a)'], 'write');
    const sums = await Promise.all(
      Array.from({ length: 100 }, async (_, i) => {
        const results = await client.batch(
          [
            { sql: 'INSERT INTO t1 VALUES (?)', args: [i] },
            { sql: 'INSERT INTO t2 VALUES (?)', args: [i * 10] },
            'SELECT (SELECT SUM(a) FROM t1) AS one, (SELECT SUM(a) FROM t2) AS ten',
          ],
          'write',
        );
        return results[2]?.rows[0];
      }),
    );
    expect(sums.every((sum) => Number(sum?.['ten']) === Number(sum?.['one']) * 10)).toBe(true);
    expect(Math.max(...sums.map((sum) => Number(sum?.['one'])))).toBe(4950);
  });

  test('interactive transactions, single writes and batches of any mode wait for each other', async () => {
    const { client, name } = await connectWithTable(server, 'a INTEGER');
    await client.execute('INSERT INTO t VALUES (0)');
    const increments = Array.from({ length: 40 }, async (_, i) => {
      const own = server.connect(name);
      if (i % 4 === 0) return own.execute('UPDATE t SET a = a + 1');
      if (i % 4 === 1) return own.batch(['SELECT 1', 'UPDATE t SET a = a + 1'], 'deferred');
      if (i % 4 === 2) return own.executeMultiple('BEGIN; UPDATE t SET a = a + 1; COMMIT;');
      const transaction = await own.transaction('write');
      const [row] = (await transaction.execute('SELECT a FROM t')).rows;
      await transaction.execute({ sql: 'UPDATE t SET a = ?', args: [BigInt(Number(row?.['a']) + 1)] });
      return transaction.commit();
    });
    await Promise.all(increments);
    expect(await contents(client)).toEqual([40]);
  });

  test('writers get their turn in the order in which they came', async () => {
    const { client } = await connectWithTable(server);
    const holder = await client.transaction('write');
    await holder.execute("INSERT INTO t VALUES ('first')");
    const waiting: Promise<unknown>[] = [];
    for (let i = 0; i < 10; i++) {
      waiting.push(client.execute({ sql: 'INSERT INTO t VALUES (?)', args: [`waiter ${i}`] }));
      // A read of its own time: the write before it has reached the server by then.
      await client.execute('SELECT 1');
    }
    await holder.commit();
    await Promise.all(waiting);
    expect(await contents(client)).toEqual(['first', ...Array.from({ length: 10 }, (_, i) => `waiter ${i}`)]);
  });

  test('readers do not wait for a writer', async () => {
    const { client } = await connectWithTable(server);
    const writer = await client.transaction('write');
    await writer.execute('INSERT INTO t VALUES (1)');
    const reads = await Promise.all(Array.from({ length: 20 }, () => contents(client)));
    expect(reads.every((rows) => rows.length === 0)).toBe(true);
    await writer.commit();
  });

  test('a writer waits for a lock that is held outside the server', async () => {
    const { client, name } = await connectWithTable(server);
    const outsider = new Libsql(join(server.directory, `${name}.db`));
    outsider.exec('BEGIN IMMEDIATE');
    let isWritten = false;
    const write = client.execute('INSERT INTO t VALUES (2)').then(() => {
      isWritten = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(isWritten).toBe(false);
    outsider.exec('INSERT INTO t VALUES (1); COMMIT');
    await write;
    expect(await contents(client)).toEqual([1, 2]);
    outsider.close();
  });

  test('a transaction whose snapshot was overtaken is told so, and takes nobody with it', async () => {
    const { client } = await connectWithTable(server);
    const late = await client.transaction('deferred');
    expect(await contents(late)).toEqual([]);
    await client.execute('INSERT INTO t VALUES (1)');
    expect(await failureOf(late.execute('INSERT INTO t VALUES (2)'))).toMatch(/^SQLITE_BUSY/);
    expect(await contents(late)).toEqual([]);
    await late.rollback();
    await client.execute('INSERT INTO t VALUES (3)');
    await Promise.all([client.execute('INSERT INTO t VALUES (4)'), client.execute('INSERT INTO t VALUES (5)')]);
    expect((await contents(client)).toSorted()).toEqual([1, 3, 4, 5]);
  });
});

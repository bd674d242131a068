import { join } from 'node:path';
import type { Client, TransactionMode } from '@libsql/client/http';
import Libsql from 'libsql';
import { describe, expect, test } from 'vitest';
import { failureOf, startTestServer } from './libsql-fixture.ts';

const server = await startTestServer();

async function withTable(columns = 'a', name = server.newName()): Promise<{ client: Client; name: string }> {
  const client = server.connect(name);
  await client.execute(`CREATE TABLE t (${columns})`);
  return { client, name };
}

async function contents(client: Pick<Client, 'execute'>): Promise<unknown[]> {
  return (await client.execute('SELECT a FROM t ORDER BY rowid')).rows.map((row) => row['a']);
}

describe('a batch', () => {
  test('answers every statement, in order', async () => {
    const results = await server
      .connect()
      .batch(
        [
          'SELECT 1 + 1',
          'SELECT 1 AS one, 2 AS two',
          { sql: 'SELECT ?', args: ['boomerang'] },
          { sql: 'VALUES (?), (?)', args: ['big', 'ben'] },
        ],
        'read',
      );
    expect(results.map(({ rows }) => rows.map((row) => Array.from(row)))).toEqual([
      [[2]],
      [[1, 2]],
      [['boomerang']],
      [['big'], ['ben']],
    ]);
  });

  test.each(['write', 'deferred'] as TransactionMode[])('reads what it has written before (%s)', async (mode) => {
    const results = await server
      .connect()
      .batch(
        [
          'SELECT 1 + 1',
          'CREATE TABLE t (a, b)',
          "INSERT INTO t VALUES (1, 'one')",
          'SELECT * FROM t ORDER BY a',
          "INSERT INTO t VALUES (2, 'two') RETURNING 2 * a AS twice",
          'SELECT * FROM t ORDER BY a',
          'DROP TABLE t',
        ],
        mode,
      );
    expect(results).toHaveLength(7);
    expect(results[3]?.rows).toEqual([{ a: 1, b: 'one' }]);
    expect(results[4]?.rows).toEqual([{ twice: 4 }]);
    expect(results[5]?.rows).toEqual([
      { a: 1, b: 'one' },
      { a: 2, b: 'two' },
    ]);
  });

  test.each(['write', 'deferred'] as TransactionMode[])(
    'that fails names the statement and leaves nothing (%s)',
    async (mode) => {
      const { client } = await withTable();
      const batch = client.batch(["INSERT INTO t VALUES ('x')", 'SELECT foobar', "INSERT INTO t VALUES ('y')"], mode);
      await expect(batch).rejects.toMatchObject({ code: 'SQLITE_ERROR', statementIndex: 1 });
      expect(await contents(client)).toEqual([]);
    },
  );

  test('that only reads fails like any other', async () => {
    expect(await failureOf(server.connect().batch(['SELECT 1 + 1', 'SELECT foobar'], 'read'))).toMatch(/foobar/);
  });

  test('may hold a thousand different statements, or one statement thousands of times', async () => {
    const client = server.connect();
    const different = await client.batch(
      Array.from({ length: 1000 }, (_, at) => `SELECT ${at}`),
      'read',
    );
    expect(different.map(({ rows }) => rows[0]?.[0])).toEqual(Array.from({ length: 1000 }, (_, at) => at));
    const same = await client.batch(
      Array.from({ length: 4000 }, (_, at) => ({ sql: `SELECT ?, ${at % 20}`, args: [at] })),
      'read',
    );
    expect(same.every(({ rows }, at) => rows[0]?.[0] === at && rows[0][1] === at % 20)).toBe(true);
  });
});

describe('an interactive transaction', () => {
  test('reads', async () => {
    const transaction = await server.connect().transaction('read');
    const { rows } = await transaction.execute("VALUES (1, 'one'), (2, 'two')");
    expect(rows.map((row) => Array.from(row))).toEqual([
      [1, 'one'],
      [2, 'two'],
    ]);
    transaction.close();
  });

  test.each([
    ['commit', 2],
    ['rollback', 0],
  ] as const)('ends with %s, and takes no further statement', async (end, kept) => {
    const { client } = await withTable();
    const transaction = await client.transaction('write');
    await transaction.execute("INSERT INTO t VALUES ('one')");
    await transaction.execute("INSERT INTO t VALUES ('two')");
    expect(transaction.closed).toBe(false);
    await transaction[end]();
    expect(transaction.closed).toBe(true);
    expect(await contents(client)).toHaveLength(kept);
    expect(await failureOf(transaction.execute('SELECT 1'))).toMatch(/^TRANSACTION_CLOSED/);
  });

  test('that is closed without a word is rolled back', async () => {
    const { client } = await withTable();
    const transaction = await client.transaction('write');
    await transaction.execute("INSERT INTO t VALUES ('one')");
    transaction.close();
    expect(await contents(client)).toEqual([]);
    await client.execute("INSERT INTO t VALUES ('two')");
    expect(await contents(client)).toEqual(['two']);
  });

  test('survives an error in a statement', async () => {
    const { client } = await withTable();
    const transaction = await client.transaction('write');
    expect(await failureOf(transaction.execute('SELECT foo'))).toMatch(/no such column: foo/);
    await transaction.execute("INSERT INTO t VALUES ('one')");
    expect(await failureOf(transaction.execute('SELECT bar'))).toMatch(/no such column: bar/);
    await transaction.commit();
    expect(await contents(client)).toEqual(['one']);
  });

  test.each(['commit', 'rollback'] as const)('may %s without having done anything', async (end) => {
    const transaction = await server.connect().transaction('read');
    await transaction[end]();
    expect(transaction.closed).toBe(true);
  });

  test.each([0, 1])('takes a batch after %d statements', async (before) => {
    const { client } = await withTable();
    const transaction = await client.transaction('write');
    if (before) await transaction.execute('DELETE FROM t');
    await transaction.batch([1, 2, 4].map((a) => ({ sql: 'INSERT INTO t VALUES (?)', args: [a] })));
    expect(await contents(transaction)).toEqual([1, 2, 4]);
    transaction.close();
  });

  test.each([0, 1])('takes many statements in one text after %d statements', async (before) => {
    const transaction = await server.connect().transaction('write');
    if (before) await transaction.execute('DROP TABLE IF EXISTS t');
    await transaction.executeMultiple('CREATE TABLE t (a); INSERT INTO t VALUES (1), (2), (4); SELECT * FROM t;');
    expect(await contents(transaction)).toEqual([1, 2, 4]);
    transaction.close();
  });

  test('skips the rest of a batch, and of a text, after an error, and goes on', async () => {
    const { client } = await withTable('a UNIQUE');
    const transaction = await client.transaction('write');
    const batch = transaction.batch(['INSERT INTO t VALUES (1), (2)', 'INSERT INTO t VALUES (1)', 'DELETE FROM t']);
    await expect(batch).rejects.toMatchObject({ code: 'SQLITE_CONSTRAINT', statementIndex: 1 });
    const text = 'INSERT INTO t VALUES (4); INSERT INTO t VALUES (1); DELETE FROM t;';
    expect(await failureOf(transaction.executeMultiple(text))).toMatch(/^SQLITE_CONSTRAINT/);
    await transaction.commit();
    expect(await contents(client)).toEqual([1, 2, 4]);
  });
});

describe('a text of many statements', () => {
  test('is run through, with comments, strings and triggers in it', async () => {
    const client = server.connect();
    await client.executeMultiple(`
      -- a comment; with a semicolon
      CREATE TABLE t (a); ;
      CREATE TRIGGER twice AFTER INSERT ON t WHEN new.a < 10 BEGIN
        INSERT INTO t VALUES (CASE WHEN new.a > 0 THEN 10 * new.a END);
        SELECT 1;
      END;
      INSERT INTO t VALUES (1), (';');
      /* the end */
    `);
    expect(await contents(client)).toEqual([1, 10, ';']);
  });

  test('stops at an error and keeps what came before', async () => {
    const client = server.connect();
    const text =
      'CREATE TABLE t (a); INSERT INTO t VALUES (1); INSERT INTO t VALUES (foo()); INSERT INTO t VALUES (2);';
    expect(await failureOf(client.executeMultiple(text))).toMatch(/no such function: foo/);
    expect(await contents(client)).toEqual([1]);
  });

  test('may hold a transaction of its own, of which an error leaves nothing', async () => {
    const { client } = await withTable();
    await client.executeMultiple('BEGIN; INSERT INTO t VALUES (1); INSERT INTO t VALUES (2); COMMIT;');
    const failing = client.executeMultiple('INSERT INTO t VALUES (3); BEGIN; INSERT INTO t VALUES (4); SELECT foo();');
    expect(await failureOf(failing)).toMatch(/no such function: foo/);
    expect(await contents(client)).toEqual([1, 2, 3]);
  });
});

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
    const { client } = await withTable();
    await client.executeMultiple('BEGIN; INSERT INTO t VALUES (1);');
    await client.execute('INSERT INTO t VALUES (2)');
    expect(await contents(client)).toEqual([2]);
  });

  test('an uncommitted row is seen by its own stream alone', async () => {
    const { client } = await withTable();
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
    const { client } = await withTable('a UNIQUE');
    expect(await failureOf(client.execute('INSERT OR FAIL INTO t VALUES (1), (1), (2)'))).toMatch(/UNIQUE/);
    expect(await contents(client)).toEqual([1]);
    expect(await failureOf(client.execute('INSERT INTO t VALUES (3), (3)'))).toMatch(/UNIQUE/);
    expect(await failureOf(client.execute('INSERT OR ROLLBACK INTO t VALUES (4), (4)'))).toMatch(/UNIQUE/);
    expect(await contents(client)).toEqual([1]);
  });

  test('is refused when there are two of them', async () => {
    const { client } = await withTable();
    for (const sql of ['INSERT INTO t VALUES (1); DELETE FROM t', 'SELECT 1; nonsense', ';SELECT 1;;SELECT 2']) {
      expect(await failureOf(client.execute(sql))).toMatch(/^SQL_MANY_STATEMENTS/);
    }
    expect(await failureOf(client.batch(['INSERT INTO t VALUES (1)', 'SELECT 1; SELECT 2'], 'write'))).toMatch(
      /^SQL_MANY_STATEMENTS/,
    );
    expect(await contents(client)).toEqual([]);
  });

  test('may end in semicolons and comments, and may be a trigger', async () => {
    const { client } = await withTable();
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
    const { client, name } = await withTable('a INTEGER');
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
    const { client } = await withTable();
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
    const { client } = await withTable();
    const writer = await client.transaction('write');
    await writer.execute('INSERT INTO t VALUES (1)');
    const reads = await Promise.all(Array.from({ length: 20 }, () => contents(client)));
    expect(reads.every((rows) => rows.length === 0)).toBe(true);
    await writer.commit();
  });

  test('a writer waits for a lock that is held outside the server', async () => {
    const { client, name } = await withTable();
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
    const { client } = await withTable();
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

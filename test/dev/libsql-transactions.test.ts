import type { TransactionMode } from '@libsql/client/http';
import { describe, expect, test } from 'vitest';
import { connectWithTable, contents, failureOf, startTestServer } from './libsql-fixture.ts';

const server = await startTestServer();

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
      const { client } = await connectWithTable(server);
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
    const { client } = await connectWithTable(server);
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
    const { client } = await connectWithTable(server);
    const transaction = await client.transaction('write');
    await transaction.execute("INSERT INTO t VALUES ('one')");
    transaction.close();
    expect(await contents(client)).toEqual([]);
    await client.execute("INSERT INTO t VALUES ('two')");
    expect(await contents(client)).toEqual(['two']);
  });

  test('survives an error in a statement', async () => {
    const { client } = await connectWithTable(server);
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
    const { client } = await connectWithTable(server);
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
    const { client } = await connectWithTable(server, 'a UNIQUE');
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
    const { client } = await connectWithTable(server);
    await client.executeMultiple('BEGIN; INSERT INTO t VALUES (1); INSERT INTO t VALUES (2); COMMIT;');
    const failing = client.executeMultiple('INSERT INTO t VALUES (3); BEGIN; INSERT INTO t VALUES (4); SELECT foo();');
    expect(await failureOf(failing)).toMatch(/no such function: foo/);
    expect(await contents(client)).toEqual([1, 2, 3]);
  });
});

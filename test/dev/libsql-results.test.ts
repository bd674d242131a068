import type { InArgs } from '@libsql/client/http';
import { describe, expect, test } from 'vitest';
import { failureOf, startTestServer } from './libsql-fixture.ts';

const server = await startTestServer();

describe('execute', () => {
  test('answers a single value', async () => {
    const result = await server.connect().execute('SELECT 42');
    expect(result.rows.map((row) => [...Array.from(row)])).toEqual([[42]]);
    expect(result.columns).toHaveLength(1);
    expect(result.columnTypes).toHaveLength(1);
  });

  test('answers a row by position and by column name', async () => {
    const result = await server.connect().execute("SELECT 1 AS one, 'two' AS two, 0.5 AS three");
    expect(result.columns).toEqual(['one', 'two', 'three']);
    expect(result.columnTypes).toEqual(['', '', '']);
    expect(Array.from(result.rows[0] ?? [])).toEqual([1, 'two', 0.5]);
    expect(Object.entries(result.rows[0] ?? {})).toEqual([
      ['one', 1],
      ['two', 'two'],
      ['three', 0.5],
    ]);
  });

  test('answers rows in order, more of them than the engine hands over at once', async () => {
    const result = await server
      .connect()
      .execute('WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 1000) SELECT i FROM n');
    expect(result.rows.map((row) => row['i'])).toEqual(Array.from({ length: 1000 }, (_, at) => at + 1));
  });

  test('keeps columns of the same name apart', async () => {
    const result = await server.connect().execute('SELECT 1 AS a, 2 AS a');
    expect(result.columns).toEqual(['a', 'a']);
    expect(Array.from(result.rows[0] ?? [])).toEqual([1, 2]);
  });

  test('reports an error with its primary code and the wording that Turso uses', async () => {
    const client = server.connect();
    await client.execute('CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT UNIQUE, size INTEGER CHECK (size > 0))');
    await client.execute("INSERT INTO t VALUES (1, 'one', 1)");
    expect(await failureOf(client.execute('SELECT foobar'))).toBe('SQLITE_ERROR: SQLite error: no such column: foobar');
    expect(await failureOf(client.execute("INSERT INTO t VALUES (1, 'two', 1)"))).toBe(
      'SQLITE_CONSTRAINT: SQLite error: UNIQUE constraint failed: t.id',
    );
    expect(await failureOf(client.execute("INSERT INTO t VALUES (2, 'one', 1)"))).toBe(
      'SQLITE_CONSTRAINT: SQLite error: UNIQUE constraint failed: t.name',
    );
    expect(await failureOf(client.execute("INSERT INTO t VALUES (3, 'two', 0)"))).toMatch(
      /^SQLITE_CONSTRAINT: SQLite error: CHECK constraint failed/,
    );
  });

  test('gives codes that the engine has no name for their primary code as well', async () => {
    const client = server.connect();
    await client.execute('CREATE TABLE t (a INTEGER) STRICT');
    expect(await failureOf(client.execute("INSERT INTO t VALUES ('x')"))).toMatch(/^SQLITE_CONSTRAINT: /);
  });

  test('counts the rows that INSERT, UPDATE and DELETE touched, and none for what only reads', async () => {
    const client = server.connect();
    await client.execute('CREATE TABLE t (a)');
    const affected = async (sql: string) => (await client.execute(sql)).rowsAffected;
    expect(await affected('INSERT INTO t VALUES (1), (2), (3), (4), (5)')).toBe(5);
    expect(await affected('SELECT * FROM t')).toBe(0);
    expect(await affected('UPDATE t SET a = a + 1 WHERE a < 3')).toBe(2);
    expect(await affected('DELETE FROM t WHERE a > 3')).toBe(2);
    expect(await affected('DELETE FROM t WHERE a > 100')).toBe(0);
    expect(await affected('WITH x(a) AS (SELECT 2 * a FROM t) INSERT INTO t SELECT a + 1 FROM x')).toBe(3);
    expect(await affected('DROP TABLE t')).toBe(0);
  });

  test('answers the rows of RETURNING and how many rows were written', async () => {
    const client = server.connect();
    await client.execute('CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT)');
    const result = await client.execute("INSERT INTO t VALUES (7, 'x'), (8, 'y') RETURNING 42 AS answer, b");
    expect(result.columns).toEqual(['answer', 'b']);
    expect(result.columnTypes).toEqual(['', 'TEXT']);
    expect(result.rows).toEqual([
      { answer: 42, b: 'x' },
      { answer: 42, b: 'y' },
    ]);
    expect(result.rowsAffected).toBe(2);
    expect(result.lastInsertRowid).toBe(8n);
  });

  test('answers the row id of an insert exactly, also past 2^53', async () => {
    const client = server.connect();
    await client.execute('CREATE TABLE t (id INTEGER PRIMARY KEY, a)');
    const first = await client.execute("INSERT INTO t (a) VALUES ('one'), ('two')");
    expect(first.lastInsertRowid).toBe(2n);
    const found = await client.execute({ sql: 'SELECT a FROM t WHERE rowid = ?', args: [first.lastInsertRowid ?? 0n] });
    expect(found.rows).toEqual([{ a: 'two' }]);
    expect(found.lastInsertRowid).toBeUndefined();
    const last = await client.execute("INSERT INTO t VALUES (9223372036854775807, 'last')");
    expect(last.lastInsertRowid).toBe(9223372036854775807n);
  });

  test('sees the columns that another stream has added since the same text was last run', async () => {
    const name = server.newName();
    const [reader, migrator] = [server.connect(name), server.connect(name)];
    await migrator.batch(['CREATE TABLE t (a)', 'INSERT INTO t VALUES (1)'], 'write');
    expect((await reader.execute('SELECT * FROM t')).rows).toEqual([{ a: 1 }]);
    await migrator.execute("ALTER TABLE t ADD COLUMN b TEXT DEFAULT 'new'");
    const after = await reader.execute('SELECT * FROM t');
    expect(after.columnTypes).toEqual(['', 'TEXT']);
    expect(after.rows).toEqual([{ a: 1, b: 'new' }]);
  });

  test('understands what libSQL adds to SQLite', async () => {
    const client = server.connect();
    await client.execute('CREATE TABLE t (a TEXT)');
    await client.execute("ALTER TABLE t ALTER COLUMN a TO a TEXT NOT NULL DEFAULT 'x'");
    expect(await failureOf(client.execute('INSERT INTO t VALUES (NULL)'))).toMatch(/NOT NULL constraint failed: t.a/);
  });

  test('takes a fetch of the caller', async () => {
    let calls = 0;
    const counting: typeof fetch = (input, init) => {
      calls += 1;
      return fetch(input, init);
    };
    expect((await server.connect(undefined, { fetch: counting }).execute('SELECT 42')).rows[0]?.[0]).toBe(42);
    expect(calls).toBe(1);
  });
});

async function select(expressions: string, args: InArgs): Promise<unknown[]> {
  const result = await server.connect('arguments').execute({ sql: `SELECT ${expressions}`, args });
  return Array.from(result.rows[0] ?? []);
}

describe('arguments', () => {
  test('go to ? and ?NNN by position', async () => {
    expect(await select('?, ?', ['one', 'two'])).toEqual(['one', 'two']);
    expect(await select('?2, ?3, ?1', ['one', 'two', 'three'])).toEqual(['two', 'three', 'one']);
    expect(await select('?3, ?1', ['one', 'two', 'three'])).toEqual(['three', 'one']);
    expect(await select('?2, ?, ?3', ['one', 'two', 'three'])).toEqual(['two', 'three', 'three']);
  });

  test.each([':', '@', '$'])('go to %sname with or without its sign, as often as it occurs', async (sign) => {
    const args = { a: 'one', [`${sign}b`]: 'two' };
    expect(await select(`${sign}b, ${sign}a`, args)).toEqual(['two', 'one']);
    expect(await select(`${sign}b, ${sign}a, ${sign}b || ${sign}a`, args)).toEqual(['two', 'one', 'twoone']);
    expect(await select(`${sign}b, ${sign}a, ?1`, args)).toEqual(['two', 'one', 'two']);
  });

  test('that look like parameters inside strings, names and comments are none', async () => {
    expect(await select('\':a\', "?" /* :b */ -- @c\n, ? FROM (SELECT 1 AS "?")', ['one'])).toEqual([':a', 1, 'one']);
  });

  test('may be null by name', async () => {
    expect(await select(':a, :b', { a: null, b: 'x' })).toEqual([null, 'x']);
  });

  test.each([
    ['?, ?', ['one'], 'value for parameter 2 not found'],
    ['?2', ['one'], 'value for parameter ?2 not found'],
    [':a, :b', { a: 'one' }, 'value for parameter :b not found'],
    [':a', ['one'], 'value for parameter :a not found'],
    [':a, ?', { a: 'one' }, 'value for parameter 2 not found'],
    ['?', ['one', 'two'], 'too many parameters, expected 1 found 2'],
    [':a', { a: 'one', z: 'two' }, 'too many parameters, expected 1 found 2'],
  ] as [string, InArgs, string][])('have to match: SELECT %s with %j', async (expressions, args, problem) => {
    expect(await failureOf(select(expressions, args))).toBe(
      `ARGS_INVALID: Arguments do not match SQL parameters: ${problem}`,
    );
  });

  test('may be missing from a statement that is only explained', async () => {
    const plan = await server.connect().execute('EXPLAIN QUERY PLAN SELECT ?, :a');
    expect(plan.columns).toContain('detail');
  });
});

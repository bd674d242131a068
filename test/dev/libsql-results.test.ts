import type { InArgs, IntMode, InValue } from '@libsql/client/http';
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

async function roundTrip(value: InValue, intMode: IntMode = 'number'): Promise<unknown> {
  const result = await server.connect('values', { intMode }).execute({ sql: 'SELECT ?', args: [value] });
  return result.rows[0]?.[0];
}

async function typeOf(value: InValue): Promise<unknown> {
  return (await server.connect('values').execute({ sql: 'SELECT typeof(?)', args: [value] })).rows[0]?.[0];
}

describe('values', () => {
  test.each(['boomerang', '', 'a\n\r\t b', 'žluťoučký kůň úpěl ďábelské ódy', '👩‍👩‍👧'].map((text) => [text]))(
    'text %j comes back as it was',
    async (text) => {
      expect(await roundTrip(text)).toBe(text);
      expect(await typeOf(text)).toBe('text');
    },
  );

  test('a text of a megabyte comes back as it was', async () => {
    const text = 'ß'.repeat(500_000);
    expect(await roundTrip(text)).toBe(text);
  });

  describe.each(['number', 'bigint', 'string'] as const)('with integers as %s', (intMode) => {
    test.each([0, -2023, 12.345, 1e18, -1e18, Number.MAX_VALUE, -Number.MAX_VALUE, Number.MIN_VALUE])(
      'the number %d comes back as a number',
      async (number) => expect(await roundTrip(number, intMode)).toBe(number),
    );
  });

  test('a number is always stored as a float', async () => {
    expect(await typeOf(1)).toBe('real');
  });

  test.each([0n, -42n, 9007199254740991n])('the integer %d comes back as a number', async (integer) => {
    expect(await roundTrip(integer, 'number')).toBe(Number(integer));
  });

  test.each([9007199254740992n, -1152921504594532842n])('the integer %d does not fit a number', async (integer) => {
    await expect(roundTrip(integer, 'number')).rejects.toBeInstanceOf(RangeError);
  });

  test.each([0n, -42n, 1152921504608088318n, -1152921504594532842n, 9223372036854775807n, -9223372036854775808n])(
    'the integer %d keeps every digit as bigint, as string and inside the database',
    async (integer) => {
      expect(await roundTrip(integer, 'bigint')).toBe(integer);
      expect(await roundTrip(integer, 'string')).toBe(String(integer));
      expect(await typeOf(integer)).toBe('integer');
      const asText = await server.connect().execute({ sql: "SELECT ? || ''", args: [integer] });
      expect(asText.rows[0]?.[0]).toBe(String(integer));
    },
  );

  test('bytes come back as they were, whatever view they are given by', async () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, at) => at ^ 0xab);
    expect(await roundTrip(bytes)).toEqual(bytes.buffer);
    expect(await roundTrip(bytes.buffer)).toEqual(bytes.buffer);
    expect(await roundTrip(bytes.subarray(7, 10))).toEqual(bytes.slice(7, 10).buffer);
    expect(await typeOf(bytes)).toBe('blob');
  });

  test('no bytes are a blob too', async () => {
    expect(await roundTrip(new Uint8Array())).toEqual(new ArrayBuffer(0));
    expect(await typeOf(new Uint8Array())).toBe('blob');
  });

  test('null is null', async () => {
    expect(await roundTrip(null)).toBeNull();
    expect(await typeOf(null)).toBe('null');
  });

  test.each([
    ['number', 1, 0],
    ['bigint', 1n, 0n],
    ['string', '1', '0'],
  ] as const)('true and false are integers, as %s', async (intMode, one, zero) => {
    expect(await roundTrip(true, intMode)).toBe(one);
    expect(await roundTrip(false, intMode)).toBe(zero);
  });

  test('a date is its milliseconds', async () => {
    expect(await roundTrip(new Date('2023-01-02T12:34:56Z'), 'bigint')).toBe(1672662896000);
  });

  test.each([
    ['undefined', undefined as unknown as InValue, TypeError],
    ['NaN', Number.NaN, RangeError],
    ['Infinity', Number.POSITIVE_INFINITY, RangeError],
    ['more than 64 bits', -(2n ** 100n), RangeError],
  ] as const)('%s never leaves the client', async (_, value, error) => {
    await expect(roundTrip(value)).rejects.toBeInstanceOf(error);
  });

  test('a text with a NUL is refused: the engine would store it whole and read it back cut short', async () => {
    expect(await failureOf(roundTrip('a\0b'))).toMatch(/^ARGS_INVALID: .*NUL/);
  });

  test('an infinite result is refused, for JSON has no word for it', async () => {
    expect(await failureOf(server.connect().execute('SELECT 9e999'))).toMatch(/infinite/);
  });

  test('a result becomes JSON with the declared types of its columns', async () => {
    const client = server.connect();
    await client.execute('CREATE TABLE t (i INTEGER, f FLOAT, t TEXT, b BLOB)');
    const insert = await client.execute("INSERT INTO t VALUES (42, 0.5, 'foo', X'626172')");
    expect(insert.toJSON()).toEqual({
      columns: [],
      columnTypes: [],
      rows: [],
      rowsAffected: 1,
      lastInsertRowid: '1',
    });
    expect((await client.execute('SELECT i, f, t, b, i + 1 AS more, NULL AS none FROM t')).toJSON()).toEqual({
      columns: ['i', 'f', 't', 'b', 'more', 'none'],
      columnTypes: ['INTEGER', 'FLOAT', 'TEXT', 'BLOB', '', ''],
      rows: [[42, 0.5, 'foo', 'YmFy', 43, null]],
      rowsAffected: 0,
      lastInsertRowid: null,
    });
    expect(JSON.stringify(await client.execute('SELECT 1 AS a'))).toBe(
      '{"columns":["a"],"columnTypes":[""],"rows":[[1]],"rowsAffected":0,"lastInsertRowid":null}',
    );
  });

  test('a result becomes JSON with bigints as text', async () => {
    const result = await server.connect(undefined, { intMode: 'bigint' }).execute('SELECT 42');
    expect(result.toJSON()['rows']).toEqual([['42']]);
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

import type { IntMode, InValue } from '@libsql/client/http';
import { describe, expect, test } from 'vitest';
import { failureOf, startTestServer } from './libsql-fixture.ts';

const server = await startTestServer();

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

import { describe, expect, test } from 'vitest';
import { startTestServer } from './libsql-fixture.ts';

const server = await startTestServer({ limits: { bodyBytes: 2_000_000 } });

const CLOSE = { type: 'close' };

function execute(sql: string, rest: object = {}) {
  return { type: 'execute', stmt: { sql, ...rest } };
}

/** Opens a stream on a database of its own, with a table `t (a)` in it. */
async function openStream() {
  const name = server.newName();
  const { body } = await server.send(name, { requests: [execute('CREATE TABLE t (a)')] });
  return { name, baton: String(body.baton) };
}

async function rowCount(name: string): Promise<number> {
  const { body } = await server.send(name, { requests: [execute('SELECT COUNT(*) FROM t'), CLOSE] });
  return Number(body.results[0]?.response.result.rows[0]?.[0]?.value);
}

describe('a pipeline', () => {
  test('is answered request by request, each by its own type', async () => {
    const requests = [
      { type: 'store_sql', sql_id: 1, sql: 'SELECT 1' },
      { type: 'execute', stmt: { sql_id: 1 } },
      { type: 'batch', batch: { steps: [{ stmt: { sql_id: 1 } }] } },
      { type: 'sequence', sql: 'SELECT 1; SELECT 2' },
      { type: 'sequence', sql_id: 1 },
      { type: 'describe', sql_id: 1 },
      { type: 'get_autocommit' },
      { type: 'close_sql', sql_id: 1 },
      CLOSE,
    ];
    const { status, body } = await server.send(server.newName(), { requests });
    expect(status).toBe(200);
    expect(body.results.map((result) => result.type)).toEqual(requests.map(() => 'ok'));
    expect(body.results.map((result) => result.response.type)).toEqual(requests.map(({ type }) => type));
  });

  test('carries values as the protocol writes them', async () => {
    const args = [
      { type: 'null' },
      { type: 'integer', value: '-9223372036854775808' },
      { type: 'float', value: 0.5 },
      { type: 'text', value: 'žlutý' },
      { type: 'blob', base64: 'YmFyLg==' },
    ];
    const { body } = await server.send('values', { requests: [execute('SELECT ?, ?, ?, ?, ? AS last', { args })] });
    const result = body.results[0]?.response.result;
    expect(result).toMatchObject({ rows: [args], affected_row_count: 0, last_insert_rowid: null });
    expect(result?.cols.at(-1)).toEqual({ name: 'last', decltype: null });
  });

  test.each([
    ['YmFy', '626172'],
    ['YmFyLg', '6261722E'],
    ['YmE', '6261'],
    ['', ''],
  ])('takes base64 without its padding: %j', async (base64, hex) => {
    const { body } = await server.send('values', {
      requests: [execute('SELECT hex(?)', { args: [{ type: 'blob', base64 }] })],
    });
    expect(body.results[0]?.response.result.rows).toEqual([[{ type: 'text', value: hex }]]);
  });

  test('leaves out the rows that nobody wants, but runs the statement', async () => {
    const { name, baton } = await openStream();
    const insert = execute('INSERT INTO t VALUES (1), (2) RETURNING a', { want_rows: false });
    const { body } = await server.send(name, { baton, requests: [insert, CLOSE] });
    expect(body.results[0]?.response.result).toMatchObject({ rows: [], affected_row_count: 2, last_insert_rowid: '2' });
    expect(await rowCount(name)).toBe(2);
  });

  test('goes on after an error in a statement', async () => {
    const { body } = await server.send(server.newName(), { requests: [execute('SELECT foo'), execute('SELECT 1')] });
    expect(body.results[0]).toEqual({
      type: 'error',
      error: { code: 'SQLITE_ERROR', message: 'SQLite error: no such column: foo' },
    });
    expect(body.results[1]?.type).toBe('ok');
    expect(body.baton).toEqual(expect.any(String));
  });

  test('refuses a statement with both kinds of arguments, and one with a NUL in its text', async () => {
    const value = { type: 'integer', value: '1' };
    const both = execute('SELECT ?, :a', { args: [value], named_args: [{ name: 'a', value }] });
    const { body } = await server.send('values', { requests: [both, execute('SELECT 1 \0 , 2')] });
    expect(body.results[0]?.error.code).toBe('ARGS_BOTH_POSITIONAL_AND_NAMED');
    expect(body.results[1]?.error.code).toBe('SQL_PARSE_ERROR');
  });

  test('describes a statement without running it', async () => {
    const { name, baton } = await openStream();
    const describeOne = async (sql: string) => {
      const { body } = await server.send(name, { requests: [{ type: 'describe', sql }, CLOSE] });
      return body.results[0]?.response?.result ?? body.results[0]?.error;
    };
    expect(await describeOne('INSERT INTO t VALUES (?3), (:name), (?) RETURNING a AS b')).toEqual({
      params: [{ name: null }, { name: null }, { name: '?3' }, { name: ':name' }, { name: null }],
      cols: [{ name: 'b', decltype: null }],
      is_explain: false,
      is_readonly: false,
    });
    expect(await describeOne('SELECT 1 AS one')).toMatchObject({ is_readonly: true, is_explain: false });
    expect(await describeOne('WITH x AS (SELECT 1) DELETE FROM t')).toMatchObject({ is_readonly: false });
    expect(await describeOne('EXPLAIN SELECT ?')).toMatchObject({ is_explain: true });
    expect(await describeOne('SELECT 1; SELECT 2')).toMatchObject({ code: 'SQL_MANY_STATEMENTS' });
    expect(await describeOne('SELECT foo')).toMatchObject({ code: 'SQLITE_ERROR' });
    await server.send(name, { baton, requests: [CLOSE] });
    expect(await rowCount(name)).toBe(0);
  });

  test('stores SQL texts for its stream alone, fifty at a time', async () => {
    const { name, baton } = await openStream();
    const store = (id: number) => ({ type: 'store_sql', sql_id: id, sql: `SELECT ${id}` });
    const requests = [...Array.from({ length: 51 }, (_, at) => store(at)), { type: 'close_sql', sql_id: 7 }, store(51)];
    const { body } = await server.send(name, { baton, requests });
    expect(body.results.map((result) => result.type)).toEqual([
      ...Array.from({ length: 50 }, () => 'ok'),
      'error',
      'ok',
      'ok',
    ]);
    const later = await server.send(name, { baton: body.baton, requests: [{ type: 'execute', stmt: { sql_id: 51 } }] });
    expect(later.body.results[0]?.response.result.rows).toEqual([[{ type: 'integer', value: '51' }]]);
    expect((await server.send(name, { requests: [{ type: 'execute', stmt: { sql_id: 51 } }] })).status).toBe(400);
  });
});

describe('the condition of a step', () => {
  // Step 0 succeeds, step 1 fails, step 2 is skipped.
  const ok = (step: number) => ({ type: 'ok', step });
  const error = (step: number) => ({ type: 'error', step });
  const not = (cond: object) => ({ type: 'not', cond });
  const and = (...conds: object[]) => ({ type: 'and', conds });
  const or = (...conds: object[]) => ({ type: 'or', conds });
  const autocommit = { type: 'is_autocommit' };

  async function runs(condition: object, first = 'SELECT 1'): Promise<boolean> {
    const steps = [
      { stmt: { sql: first } },
      { stmt: { sql: 'SELECT foo' } },
      { condition: ok(1), stmt: { sql: 'SELECT 2' } },
      { condition, stmt: { sql: 'SELECT 3' } },
    ];
    const { body } = await server.send('conditions', { requests: [{ type: 'batch', batch: { steps } }, CLOSE] });
    const result = body.results[0]?.response.result;
    expect(result?.step_errors.map((one) => one !== null)).toEqual([false, true, false, false]);
    const hasRun = result?.step_results.map((one) => one !== null) ?? [];
    expect(hasRun).toEqual([true, false, false, expect.any(Boolean)]);
    return hasRun[3] === true;
  }

  test.each([
    [ok(0), true],
    [ok(1), false],
    [ok(2), false],
    [error(0), false],
    [error(1), true],
    [error(2), false],
    [not(ok(0)), false],
    [not(ok(2)), true],
    [not(error(2)), true],
    [and(), true],
    [and(ok(0), error(1)), true],
    [and(ok(0), ok(1)), false],
    [or(), false],
    [or(ok(1), ok(0)), true],
    [or(ok(1), ok(2)), false],
    [not(and(ok(0), or(ok(1), not(error(0))))), false],
    [autocommit, true],
  ])('%j is %s', async (condition, expected) => {
    expect(await runs(condition)).toBe(expected);
  });

  test('knows whether a transaction is open', async () => {
    expect(await runs(autocommit, 'BEGIN')).toBe(false);
    expect(await runs(not(autocommit), 'BEGIN')).toBe(true);
  });
});

describe('a baton', () => {
  test('continues a stream, is new every time, and ends with it', async () => {
    const { name, baton } = await openStream();
    const second = await server.send(name, { baton, requests: [execute('BEGIN'), { type: 'get_autocommit' }] });
    expect(second.body.results[1]?.response.is_autocommit).toBe(false);
    expect(second.body.baton).not.toBe(baton);
    const third = await server.send(name, { baton: second.body.baton, requests: [execute('COMMIT'), CLOSE] });
    expect(third.body.baton).toBeNull();
  });

  test('is good for one request', async () => {
    const { name, baton } = await openStream();
    const again = { baton, requests: [execute('INSERT INTO t VALUES (1)')] };
    const statuses = await Promise.all([server.send(name, again), server.send(name, again), server.send(name, again)]);
    expect(statuses.map(({ status }) => status).toSorted()).toEqual([200, 400, 400]);
    expect(await rowCount(name)).toBe(1);
  });

  test.each(['', 'guess', 'A'.repeat(32)])('cannot be made up: %j', async (baton) => {
    const { status, body } = await server.send(server.newName(), { baton, requests: [execute('SELECT 1')] });
    expect(status).toBe(400);
    expect(body.message).toMatch(/baton/);
  });

  test('opens nothing in another database, and stays good in its own', async () => {
    const { name, baton } = await openStream();
    expect((await server.send(server.newName(), { baton, requests: [execute('SELECT * FROM t')] })).status).toBe(400);
    expect((await server.send(name, { baton, requests: [execute('SELECT * FROM t')] })).status).toBe(200);
  });

  test('is long and looks like no other', async () => {
    const batons = await Promise.all(Array.from({ length: 20 }, async () => (await openStream()).baton));
    expect(new Set(batons.map((baton) => baton.slice(0, 8))).size).toBe(20);
    expect(batons.every((baton) => baton.length >= 22)).toBe(true);
  });
});

describe('a request that breaks the protocol', () => {
  const deep = (levels: number) =>
    `${'{"type":"not","cond":'.repeat(levels)}{"type":"ok","step":0}${'}'.repeat(levels)}`;
  const batch = (...steps: object[]) => ({ requests: [{ type: 'batch', batch: { steps } }] });
  const value = (argument: object) => ({ requests: [execute('SELECT ?', { args: [argument] })] });

  test.each([
    ['no JSON', '{"requests": ['],
    ['nothing', ''],
    ['no object', '[1, 2]'],
    ['null', 'null'],
    ['no requests', {}],
    ['a request without a type', { requests: [{}] }],
    ['an unknown request', { requests: [{ type: 'explode' }] }],
    ['a prototype for a request', '{"requests": [{"type": "__proto__"}]}'],
    ['a statement without SQL', { requests: [{ type: 'execute', stmt: {} }] }],
    ['a statement with two SQLs', { requests: [execute('SELECT 1', { sql_id: 1 })] }],
    ['an id that is no integer', { requests: [{ type: 'store_sql', sql_id: 1.5, sql: 'SELECT 1' }] }],
    ['an id taken twice', { requests: [1, 1].map((id) => ({ type: 'store_sql', sql_id: id, sql: 'SELECT 1' })) }],
    ['an id never stored', { requests: [{ type: 'sequence', sql_id: 9 }] }],
    ['a request after close', { requests: [CLOSE, execute('SELECT 1')] }],
    ['an unknown value', value({ type: 'boolean', value: true })],
    ['an integer as a number', value({ type: 'integer', value: 1 })],
    ['an integer of more than 64 bits', value({ type: 'integer', value: '9223372036854775808' })],
    ['an integer that is none', value({ type: 'integer', value: '0x10' })],
    ['a float as text', value({ type: 'float', value: '1' })],
    ['bytes that are not base64', value({ type: 'blob', base64: 'a*b=' })],
    ['bytes cut short', value({ type: 'blob', base64: 'YmFyL' })],
    ['a condition on itself', batch({ stmt: { sql: 'SELECT 1' }, condition: { type: 'ok', step: 0 } })],
    [
      'a condition on a step to come',
      batch({ stmt: { sql: 'SELECT 1' }, condition: { type: 'not', cond: { type: 'error', step: 5 } } }),
    ],
    ['an unknown condition', batch({ stmt: { sql: 'SELECT 1' }, condition: { type: 'maybe' } })],
    [
      'a condition nested beyond all reason',
      `{"requests":[{"type":"batch","batch":{"steps":[{"stmt":{"sql":"SELECT 1"}},{"stmt":{"sql":"SELECT 1"},"condition":${deep(50_000)}}]}}]}`,
    ],
    ['more bytes than allowed', { requests: [execute(`SELECT '${'x'.repeat(2_000_000)}'`)] }],
  ] as [string, unknown][])('is answered 400 and harms nobody: %s', async (_, request) => {
    const { status, body } = await server.send('victim', request);
    expect(status).toBe(400);
    expect(body).toEqual({ code: 'PROTOCOL_ERROR', message: expect.any(String) });
    expect((await server.send('victim', { requests: [execute('SELECT 1'), CLOSE] })).status).toBe(200);
  });

  test('ends its stream and what the stream had open', async () => {
    const { name, baton } = await openStream();
    const { status, body } = await server.send(name, {
      baton,
      requests: [execute('BEGIN'), execute('INSERT INTO t VALUES (1)'), { type: 'execute', stmt: { sql_id: 1 } }],
    });
    expect(status).toBe(400);
    expect(body.baton).toBeUndefined();
    expect(await rowCount(name)).toBe(0);
  });

  test('says where it went wrong', async () => {
    const { body } = await server.send('victim', { requests: [execute('SELECT 1'), execute('SELECT 1', { args: 5 })] });
    expect(body.message).toMatch(/requests\.1\.stmt\.args/);
  });
});

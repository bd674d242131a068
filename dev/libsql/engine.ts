import Libsql from 'libsql';
import { StatementError } from './errors.ts';
import { memo } from './memo.ts';
import type { DescribeResult, ResultValue, SqlValue, StmtResult } from './protocol.ts';
import { CHANGES_ROWS, type SqlStatement } from './sql.ts';

// The engine is native and panics end the process. So only the value types of `SqlValue` ever reach it, always as one
// array; a closed handle is never touched again. One case cannot be guarded: a result text that is not UTF-8
// (`CAST(x'ff' AS TEXT)`, `char(55296)`, a lone surrogate taken out of JSON by SQL).

export interface Connection {
  readonly handle: Libsql.Database;
  /** Prepared statements are kept: there is no way to free one but to wait for its collection. */
  readonly statementOf: (sql: string) => Libsql.Statement;
  /** False once something may outlive the stream: a pragma, a temporary table, a statement stopped half-way. */
  reusable: boolean;
}

export function openConnection(file: string): Connection {
  const handle = new Libsql(file);
  return { handle, statementOf: memo((sql) => prepareRaw(handle, sql)), reusable: true };
}

function prepareRaw(handle: Libsql.Database, sql: string): Libsql.Statement {
  const prepared = handle.prepare(sql);
  return prepared.reader ? prepared.raw().safeIntegers() : prepared;
}

export function closeConnection({ handle }: Connection): void {
  handle.close();
}

/** Runs a statement without parameters and without rows; unlike a prepared one it is over at once, also when busy. */
export function execute({ handle }: Connection, sql: string): void {
  handle.exec(sql);
}

/**
 * Prepares a statement and returns the run of it. The run may be repeated when the database was busy, and must be
 * repeated on the same prepared statement: only running it again resets it, until then it pins its snapshot.
 */
export function prepare(connection: Connection, statement: SqlStatement, values: SqlValue[]): () => StmtResult {
  const prepared = connection.statementOf(statement.sql);
  return () => {
    if (!prepared.reader) {
      prepared.run(values);
      return { cols: [], rows: [], ...effectOf(connection, statement.verb) };
    }
    const rows = prepared.all(values) as SqlValue[][];
    // Asked for after the run, which compiles anew when the schema has changed.
    const cols = prepared.columns().map(({ name, type }) => ({ name, decltype: type }));
    return { cols, rows: rows.map((row) => row.map(toResult)), ...effectOf(connection, statement.verb) };
  };
}

/** The columns of a statement and whether it leaves the database as it is, without running it. */
export function describe({ handle }: Connection, sql: string): Pick<DescribeResult, 'cols' | 'is_readonly'> {
  const cols = handle.prepare(sql).columns();
  const newestButOne = handle.prepare('SELECT ro FROM sqlite_stmt LIMIT 1 OFFSET 1');
  const [readonly] = newestButOne.raw().get([]) as [number];
  return { cols: cols.map(({ name, type }) => ({ name, decltype: type })), is_readonly: readonly === 1 };
}

type Effect = Pick<StmtResult, 'affected_row_count' | 'last_insert_rowid'>;

/** Asked of the connection: the engine's own answer lacks it after RETURNING, and rounds row ids above 2^53. */
function effectOf({ statementOf }: Connection, verb: string): Effect {
  if (!CHANGES_ROWS.has(verb)) return { affected_row_count: 0, last_insert_rowid: null };
  const [changes, rowid] = statementOf('SELECT changes(), last_insert_rowid()').get([]) as [bigint, bigint];
  const inserts = verb === 'INSERT' || verb === 'REPLACE';
  return { affected_row_count: Number(changes), last_insert_rowid: inserts ? String(rowid) : null };
}

function toResult(value: SqlValue): ResultValue {
  if (value === null) return { type: 'null' };
  if (typeof value === 'bigint') return { type: 'integer', value: String(value) };
  if (typeof value === 'string') return { type: 'text', value };
  if (typeof value !== 'number') return { type: 'blob', base64: Buffer.from(value).toString('base64') };
  if (Number.isFinite(value)) return { type: 'float', value };
  throw new StatementError('SQLITE_MISMATCH', 'The result holds an infinite number, which JSON cannot carry.');
}

const BUSY = 5;
const BUSY_SNAPSHOT = 517;

/** Busy in a way that waiting can mend; a transaction whose snapshot was overtaken has to start over. */
export function isBusy(error: unknown): boolean {
  const code = error instanceof Libsql.SqliteError ? (error.rawCode ?? 0) : 0;
  return (code & 0xff) === BUSY && code !== BUSY_SNAPSHOT;
}

// sqlite.org/rescode.html, by number. Turso answers the primary code alone.
const PRIMARY_CODES = `OK ERROR INTERNAL PERM ABORT BUSY LOCKED NOMEM READONLY INTERRUPT IOERR CORRUPT NOTFOUND FULL
  CANTOPEN PROTOCOL EMPTY SCHEMA TOOBIG CONSTRAINT MISMATCH MISUSE NOLFS AUTH FORMAT RANGE NOTADB`.split(/\s+/);

/** The engine's error as Turso words it; any other error is passed through. */
export function asStatementError(error: unknown): unknown {
  if (!(error instanceof Libsql.SqliteError)) return error;
  const code = PRIMARY_CODES[(error.rawCode ?? 0) & 0xff] ?? 'UNKNOWN';
  return new StatementError(`SQLITE_${code}`, `SQLite error: ${error.message}`);
}

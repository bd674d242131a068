import type { Database } from './database.ts';
import { type Connection, execute, isBusy, prepare } from './engine.ts';
import { StatementError } from './errors.ts';
import type { SqlValue, StmtResult } from './protocol.ts';
import { CHANGES_ROWS, type SqlStatement } from './sql.ts';

const TRANSACTION_CONTROL = new Set(['BEGIN', 'COMMIT', 'END', 'ROLLBACK', 'SAVEPOINT', 'RELEASE']);
const READING = new Set(['SELECT', 'VALUES', 'EXPLAIN', 'PRAGMA']);
/** These would reach other files. */
const REFUSED = new Set(['ATTACH', 'DETACH', 'VACUUM']);

/** Any other statement may leave something on the connection: a pragma, a temporary table. */
function isTraceless(verb: string): boolean {
  return TRANSACTION_CONTROL.has(verb) || CHANGES_ROWS.has(verb) || (READING.has(verb) && verb !== 'PRAGMA');
}

const NO_RESULT: StmtResult = { cols: [], rows: [], affected_row_count: 0, last_insert_rowid: null };

/** Runs one statement, waiting for its lock. */
export async function runStatement(
  { locks }: Database,
  connection: Connection,
  statement: SqlStatement,
  values: SqlValue[],
): Promise<StmtResult> {
  const { sql, verb } = statement;
  if (REFUSED.has(verb)) throw new StatementError('SQL_UNSUPPORTED', `${verb} is not available on this server.`);
  if (!isTraceless(verb)) connection.reusable = false;
  try {
    if (TRANSACTION_CONTROL.has(verb)) {
      await locks.patiently(() => execute(connection, sql));
      return NO_RESULT;
    }
    const run = prepare(connection, statement, values);
    return await (READING.has(verb) ? locks.patiently(run) : write(locks, connection, run));
  } catch (error) {
    if (isBusy(error)) connection.reusable = false;
    throw error;
  }
}

/**
 * Takes the write lock before the statement runs. A prepared statement that meets a lock stays open and pins its
 * snapshot, even past ROLLBACK; `execute` does not, so the lock is always met there.
 */
async function write(locks: Database['locks'], connection: Connection, run: () => StmtResult): Promise<StmtResult> {
  if (connection.handle.inTransaction) {
    // Takes the write lock inside a deferred transaction and, in a database without auto-vacuum, does nothing else.
    await locks.patiently(() => execute(connection, 'PRAGMA incremental_vacuum(1)'));
    return run();
  }
  await locks.patiently(() => execute(connection, 'BEGIN IMMEDIATE'));
  try {
    return run();
  } finally {
    commit(connection);
  }
}

/** Also after an error: INSERT OR FAIL keeps the rows before the one that failed. */
function commit(connection: Connection): void {
  if (!connection.handle.inTransaction) return;
  try {
    execute(connection, 'COMMIT');
  } catch (error) {
    execute(connection, 'ROLLBACK');
    throw error;
  }
}

import { bind } from './bind.ts';
import type { Database } from './database.ts';
import { asStatementError, type Connection, describe } from './engine.ts';
import { ProtocolError, StatementError } from './errors.ts';
import type {
  Batch,
  BatchResult,
  Condition,
  DescribeResult,
  HranaError,
  SqlReference,
  Stmt,
  StmtResult,
  StreamRequest,
  StreamResponse,
  StreamResult,
} from './protocol.ts';
import { runStatement } from './run-statement.ts';
import { type SqlStatement, splitSql } from './sql.ts';

/** A client's conversation with one database over any number of requests, on a connection of its own. */
export interface Stream {
  readonly database: Database;
  readonly connection: Connection;
  readonly storedSql: Map<number, string>;
  /** When its transaction began, by `performance.now()`. */
  transactionSince: number | null;
  isClosed: boolean;
}

export async function openStream(database: Database): Promise<Stream> {
  const connection = await database.borrow();
  return { database, connection, storedSql: new Map(), transactionSince: null, isClosed: false };
}

export function closeStream(stream: Stream): void {
  if (stream.isClosed) return;
  stream.isClosed = true;
  stream.database.giveBack(stream.connection);
}

/** Answers one request of a pipeline; an error inside a statement is an answer too, and the stream goes on. */
export async function answer(stream: Stream, request: StreamRequest): Promise<StreamResult> {
  if (stream.isClosed) throw new ProtocolError('The stream was closed by an earlier request of this pipeline.');
  try {
    return { type: 'ok', response: await respond(stream, request) };
  } catch (error) {
    return { type: 'error', error: toHranaError(error) };
  } finally {
    noteTransaction(stream);
  }
}

function noteTransaction(stream: Stream): void {
  if (stream.isClosed) return;
  const isOpen = stream.connection.handle.inTransaction;
  stream.transactionSince = isOpen ? (stream.transactionSince ?? performance.now()) : null;
}

async function respond(stream: Stream, request: StreamRequest): Promise<StreamResponse> {
  const { type } = request;
  switch (type) {
    case 'execute':
      return { type, result: await runStmt(stream, request.stmt) };
    case 'batch':
      return { type, result: await runBatch(stream, request.batch) };
    case 'sequence':
      for (const statement of splitSql(sqlOf(stream, request))) {
        await runStatement(stream.database, stream.connection, statement, []);
      }
      return { type };
    case 'describe':
      return { type, result: describeSql(stream, sqlOf(stream, request)) };
    case 'store_sql':
      storeSql(stream, request.sql_id, request.sql);
      return { type };
    case 'close_sql':
      stream.storedSql.delete(request.sql_id);
      return { type };
    case 'get_autocommit':
      return { type, is_autocommit: !stream.connection.handle.inTransaction };
    case 'close':
      closeStream(stream);
      return { type };
  }
}

async function runBatch(stream: Stream, { steps }: Batch): Promise<BatchResult> {
  const results: (StmtResult | null)[] = [];
  const errors: (HranaError | null)[] = [];
  steps.forEach(({ condition }, step) => {
    if (condition) checkSteps(condition, step);
  });
  const holds = (condition: Condition): boolean => {
    switch (condition.type) {
      case 'ok':
        return results[condition.step] !== null;
      case 'error':
        return errors[condition.step] !== null;
      case 'not':
        return !holds(condition.cond);
      case 'and':
        return condition.conds.every(holds);
      case 'or':
        return condition.conds.some(holds);
      case 'is_autocommit':
        return !stream.connection.handle.inTransaction;
    }
  };
  for (const [step, { condition, stmt }] of steps.entries()) {
    results[step] = null;
    errors[step] = null;
    if (condition && !holds(condition)) continue;
    try {
      results[step] = await runStmt(stream, stmt);
    } catch (error) {
      errors[step] = toHranaError(error);
    }
  }
  return { step_results: results, step_errors: errors };
}

function checkSteps(condition: Condition, before: number): void {
  if ('step' in condition && condition.step >= before) {
    throw new ProtocolError(
      `The condition of step ${before} asks for step ${condition.step}, which has not run by then.`,
    );
  }
  if ('cond' in condition) checkSteps(condition.cond, before);
  if ('conds' in condition) for (const inner of condition.conds) checkSteps(inner, before);
}

async function runStmt(stream: Stream, stmt: Stmt): Promise<StmtResult> {
  const statement = onlyStatement(sqlOf(stream, stmt));
  const result = await runStatement(stream.database, stream.connection, statement, bind(statement, stmt));
  return stmt.want_rows ? result : { ...result, rows: [] };
}

function describeSql(stream: Stream, sql: string): DescribeResult {
  const { verb, parameters } = onlyStatement(sql);
  return {
    ...describe(stream.connection, sql),
    params: parameters.map((name) => ({ name })),
    is_explain: verb === 'EXPLAIN',
  };
}

/** The engine would run the first statement and forget the others. */
function onlyStatement(sql: string): SqlStatement {
  const [statement, another] = splitSql(sql);
  if (!statement) throw new StatementError('SQL_NO_STATEMENT', 'SQL string does not contain any statement');
  if (another) throw new StatementError('SQL_MANY_STATEMENTS', 'SQL string contains more than one statement');
  return statement;
}

function sqlOf({ storedSql }: Stream, { sql, sql_id: id }: SqlReference): string {
  if ((sql == null) === (id == null)) throw new ProtocolError('Exactly one of `sql` and `sql_id` has to be given.');
  const text = sql ?? storedSql.get(id as number);
  if (text === undefined) throw new ProtocolError(`No SQL text is stored under the id ${id}.`);
  // The engine would stop reading there.
  if (text.includes('\0')) throw new StatementError('SQL_PARSE_ERROR', 'SQL string contains a NUL character');
  return text;
}

const MAX_STORED_SQL = 50;

function storeSql({ storedSql }: Stream, id: number, sql: string): void {
  if (storedSql.has(id)) throw new ProtocolError(`An SQL text is already stored under the id ${id}.`);
  if (storedSql.size >= MAX_STORED_SQL) {
    throw new StatementError('SQL_STORE_TOO_MANY', `A stream stores at most ${MAX_STORED_SQL} SQL texts.`);
  }
  storedSql.set(id, sql);
}

function toHranaError(error: unknown): HranaError {
  const answerable = asStatementError(error);
  if (!(answerable instanceof StatementError)) throw error;
  return { code: answerable.code, message: answerable.message };
}

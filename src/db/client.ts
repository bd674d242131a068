import {
  type Client,
  createClient,
  type InStatement,
  LibsqlBatchError,
  LibsqlError,
  type ResultSet,
} from '@libsql/client/http';
import type { SQL } from 'drizzle-orm';
import type { LibSQLDatabase } from 'drizzle-orm/libsql';
import { drizzle } from 'drizzle-orm/libsql/http';
import { SQLiteSyncDialect } from 'drizzle-orm/sqlite-core';
import { Refusal } from '../lib/refusal.ts';

/** Queries for reading, one by one or as one `batch`; writing goes through `commit` alone. */
export interface Database {
  query: LibSQLDatabase;
  client: Client;
}

/** A Drizzle query builder, or SQL of our own from the `sql` tag. */
export type Statement = { toSQL(): { sql: string; params: unknown[] } } | SQL;

export type Commit =
  | { outcome: 'committed'; results: ResultSet[] }
  /** A key was taken, or a row is not at the version it was read at: nothing was written. `constraint` names the columns. */
  | { outcome: 'conflict'; constraint: string; statement: number };

const dialect = new SQLiteSyncDialect();

/** One per request, per queue batch and per cron run: a client shared between requests hangs in workerd. */
export function openDatabase(settings: { url: string; token?: string | undefined; fetch: typeof fetch }): Database {
  const client = createClient({
    url: settings.url,
    fetch: settings.fetch,
    ...(settings.token === undefined ? {} : { authToken: settings.token }),
  });
  return { client, query: drizzle(client) };
}

/** Wrong values and dangling references are bugs: to write them again could not help. */
const TAKEN = /(?:UNIQUE|NOT NULL) constraint failed: (.*)$/;

/** One write batch in one trip, BEGIN IMMEDIATE: all of it or nothing. */
export async function commit(db: Database, statements: Statement[]): Promise<Commit> {
  try {
    return { outcome: 'committed', results: await db.client.batch(statements.map(toStatement), 'write') };
  } catch (error) {
    const taken = error instanceof LibsqlError && TAKEN.exec(error.message)?.[1];
    if (taken) {
      return {
        outcome: 'conflict',
        constraint: taken,
        statement: error instanceof LibsqlBatchError ? error.statementIndex : 0,
      };
    }
    throw error;
  }
}

const ATTEMPTS = 4;

/** Reads, decides and commits again while another writer was faster; `attempt` answers null when it lost. */
export async function untilCommitted<T>(attempt: () => Promise<T | null>): Promise<T> {
  for (let tries = 0; tries < ATTEMPTS; tries += 1) {
    const done = await attempt();
    if (done !== null) return done;
  }
  throw new Refusal('busy', {
    detail: 'Others were changing the same thing. Send the request again.',
    retryAfterSeconds: 1,
  });
}

function toStatement(statement: Statement): InStatement {
  const { sql, params } = 'toSQL' in statement ? statement.toSQL() : dialect.sqlToQuery(statement);
  return { sql, args: params as Exclude<InStatement, string>['args'] & unknown[] };
}

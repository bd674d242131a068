import type { Client, InStatement } from '@libsql/client/http';
import { drizzle } from 'drizzle-orm/libsql/http';
import type { Database } from '../../src/db/client.ts';
import { createDatabase } from './database.ts';

/** How SQLite would go about every statement that the read sends. */
export async function plansOf(read: (db: Database) => Promise<unknown>): Promise<string[]> {
  const { client } = createDatabase();
  const sent: InStatement[] = [];
  const listening = {
    execute: (statement: InStatement) => client.execute(said(statement)),
    batch: (statements: InStatement[], mode: 'read') => client.batch(statements.map(said), mode),
  } as unknown as Client;
  function said(statement: InStatement): InStatement {
    sent.push(statement);
    return statement;
  }
  await read({ client: listening, query: drizzle(listening) });
  const plans = await client.batch(sent.map(explained), 'read');
  return plans.flatMap(({ rows }) => rows.map(({ detail }) => String(detail)));
}

function explained(statement: InStatement): InStatement {
  if (typeof statement === 'string') return `explain query plan ${statement}`;
  return { ...statement, sql: `explain query plan ${statement.sql}` };
}

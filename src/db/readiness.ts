import { LibsqlError } from '@libsql/client/http';
import { is } from 'drizzle-orm';
import { SQLiteTable } from 'drizzle-orm/sqlite-core';
import type { Database } from './client.ts';
import * as schema from './schema.ts';

/** Whether every table has every column that this version names: SQLite looks for them before it runs a query. */
export async function isMigrated({ client, query }: Database): Promise<boolean> {
  const tables = Object.values(schema).filter((value) => is(value, SQLiteTable));
  const probes = tables.map((table) => query.select().from(table).limit(0).toSQL().sql);
  try {
    await client.batch(
      probes.map((sql) => ({ sql, args: [0] })),
      'read',
    );
    return true;
  } catch (error) {
    if (error instanceof LibsqlError && /no such (table|column)/.test(error.message)) return false;
    throw error;
  }
}

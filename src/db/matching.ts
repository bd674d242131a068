import { and, eq, type SQL } from 'drizzle-orm';
import type { AnySQLiteColumn } from 'drizzle-orm/sqlite-core';

/** One page of a list: what comes after `cursor`, newest first, and one row more than `limit`. */
export interface PageOf {
  limit: number;
  cursor?: string | undefined;
}

/** A filter of a list: columns by name, each equal to what is asked for under that name, if anything is. */
export function matching<Name extends string>(
  columns: Record<Name, AnySQLiteColumn>,
  asked: { [Each in Name]?: string | undefined },
): SQL | undefined {
  const names = Object.keys(columns) as Name[];
  return and(...names.map((name) => (asked[name] === undefined ? undefined : eq(columns[name], asked[name]))));
}

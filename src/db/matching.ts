import { and, desc, eq, lt, type SQL, sql } from 'drizzle-orm';
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

/**
 * The order of a list and what it begins after. Where something that has an index of its own is asked for, the `+` keeps
 * SQLite from walking through all of the store in the order of ids: it then looks up the few rows and sorts them.
 */
export function newestFirst(id: AnySQLiteColumn, cursor: string | undefined, ...indexed: (string | undefined)[]) {
  const key = indexed.every((value) => value === undefined) ? sql`${id}` : sql`+${id}`;
  return { after: cursor === undefined ? undefined : lt(key, cursor), order: desc(key) };
}

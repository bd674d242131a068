import { inArray, lt } from 'drizzle-orm';
import type { Database, Statement } from './client.ts';
import { clickVisitors, salts } from './schema.ts';

/** `day` is YYYY-MM-DD in UTC. */
export interface Salt {
  day: string;
  sealed: string;
}

export async function saltsOf(db: Database, days: readonly string[]): Promise<Salt[]> {
  return db.query
    .select({ day: salts.day, sealed: salts.sealed })
    .from(salts)
    .where(inArray(salts.day, [...days]));
}

/** Of two who make the salt of a day, the first has made it. */
export function insertSalt(db: Database, salt: Salt, now: number): Statement {
  return db.query
    .insert(salts)
    .values({ ...salt, createdAt: now })
    .onConflictDoNothing();
}

export function deleteSaltsBefore(db: Database, day: string): Statement {
  return db.query.delete(salts).where(lt(salts.day, day));
}

export function deleteVisitorsBefore(db: Database, at: number): Statement {
  return db.query.delete(clickVisitors).where(lt(clickVisitors.at, at));
}

import { inject } from 'vitest';
import { type Database, openDatabase } from '../../src/db/client.ts';

export interface TestDatabase extends Database {
  url: string;
  /** How many requests the Worker has sent to it. */
  trips: number;
  /** Whether it cannot be reached. */
  down: boolean;
  delay: number;
  /** What the Worker reaches it by. */
  fetch: typeof fetch;
}

/** A migrated database of its own. Looked into directly, it counts no trips and is never down. */
export function createDatabase(): TestDatabase {
  const url = `${inject('databases')}/${crypto.randomUUID()}/`;
  const database: TestDatabase = {
    ...openDatabase({ url, fetch }),
    url,
    trips: 0,
    down: false,
    delay: 0,
    async fetch(input, init) {
      database.trips += 1;
      if (database.delay > 0) await new Promise((resolve) => setTimeout(resolve, database.delay));
      if (database.down) throw new TypeError('fetch failed');
      return fetch(input, init);
    },
  };
  return database;
}

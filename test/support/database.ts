import { inject } from 'vitest';
import { type Database, openDatabase } from '../../src/db/client.ts';

export interface TestDatabase extends Database {
  url: string;
  /** How many requests the Worker has sent to it. */
  trips: number;
  /** Whether it cannot be reached, at all or on a trip, counted from 1. */
  down: boolean | ((trip: number) => boolean);
  /** Whether the answer of a trip is lost, after the database did what it was asked to. */
  losesAnswer: (trip: number) => boolean;
  /** What is answered to a trip in the database's place; null: nothing is. */
  answers: (trip: number) => Response | null;
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
    losesAnswer: () => false,
    answers: () => null,
    delay: 0,
    async fetch(input, init) {
      database.trips += 1;
      const trip = database.trips;
      if (database.delay > 0) await new Promise((resolve) => setTimeout(resolve, database.delay));
      const down = typeof database.down === 'function' ? database.down(trip) : database.down;
      if (down) throw new TypeError('fetch failed');
      const instead = database.answers(trip);
      if (instead !== null) return instead;
      const response = await fetch(input, init);
      if (database.losesAnswer(trip)) throw new TypeError('fetch failed');
      return response;
    },
  };
  return database;
}

import { LibsqlError } from '@libsql/client/http';
import { Refusal } from '../lib/refusal.ts';

const OUT_OF_REACH = new Set([
  'SQLITE_BUSY',
  'SQLITE_LOCKED',
  'SERVER_ERROR',
  'HRANA_CLOSED_ERROR',
  'HRANA_WEBSOCKET_ERROR',
]);

/**
 * The one mapping of database errors: a database that is out of reach or too busy is a refusal, anything else (null) a bug.
 * A Drizzle error's own message holds the query's parameters, personal data among them, and is never passed on.
 */
export function databaseRefusal(error: unknown): Refusal | null {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof LibsqlError && OUT_OF_REACH.has(cause.code)) return unavailable(cause.code);
    if (isUnreachable(cause)) return unavailable(cause.name);
  }
  return null;
}

function isUnreachable(error: Error): boolean {
  return (
    error.name === 'TimeoutError' ||
    error.name === 'AbortError' ||
    (/fetch failed|network|connection/i.test(error.message.slice(0, 200)) && !error.message.startsWith('Failed query'))
  );
}

function unavailable(code: string): Refusal {
  return new Refusal('database_unavailable', {
    detail: 'The database cannot be reached right now. Send the request again.',
    retryAfterSeconds: 2,
    cause: code,
  });
}

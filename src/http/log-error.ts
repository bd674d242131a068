import { databaseRefusal } from '../db/failure.ts';

interface Said {
  name: string;
  message?: string;
  code?: string;
  frames: string[];
}

/** An outage of the database is a line in the log; anything else is a bug, and an error. */
export function logFailure(message: string, error: unknown, more: Record<string, string> = {}): void {
  const line = { message, ...more, errors: describeError(error) };
  if (databaseRefusal(error) === null) console.error(line);
  else console.log(line);
}

/** What the log may hold of a bug: the error and its causes, each with where it was made, and no input. */
function describeError(error: unknown): Said[] {
  if (!(error instanceof Error)) return [{ name: typeof error, frames: [] }];
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return [
    {
      name: error.name,
      ...(repeatsInput(error) ? {} : { message: error.message }),
      ...('code' in error ? { code: String(error.code) } : {}),
      frames: frames.map((line) => line.trim()),
    },
    ...(error.cause === undefined ? [] : describeError(error.cause)),
  ];
}

/** Drizzle's messages hold the parameters of the query, JSON.parse's the text. */
function repeatsInput(error: Error): boolean {
  return error instanceof SyntaxError || error.message.startsWith('Failed query');
}

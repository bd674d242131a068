import { databaseRefusal } from '../db/failure.ts';
import { Refusal } from '../lib/refusal.ts';
import { toResponse } from './answer.ts';
import { logFailure } from './log-error.ts';
import { type Asked, problem } from './problem.ts';

/** The one place where an error becomes an answer. What is neither a refusal nor an outage is a bug, and is logged here, once. */
export function refuse(error: unknown, asked: Asked): Response {
  const refusal = error instanceof Refusal ? error : databaseRefusal(error);
  if (refusal !== null) return toResponse(problem(refusal, asked));
  logFailure('bug', error, { requestId: asked.requestId });
  return toResponse(problem(new Refusal('internal_error'), asked));
}

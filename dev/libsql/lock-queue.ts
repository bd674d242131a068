import { isBusy } from './engine.ts';
import { StatementError } from './errors.ts';

/** Waits for a database's lock without blocking the process, first come, first served. */
export interface LockQueue {
  /** Tries until it is no longer busy; after the limit the engine's busy error is the answer. */
  patiently<T>(attempt: () => T): Promise<T>;
  /** Says that a lock may have been released. */
  released(): void;
  close(): void;
}

// `released` comes when a stream ends. A lock may be free sooner, and other processes never say.
const POLL_MS = 10;

export function createLockQueue(limitMs: number): LockQueue {
  let tail: Promise<void> = Promise.resolve();
  let wake = () => {};
  let closed = false;

  async function patiently<T>(attempt: () => T): Promise<T> {
    const first = tryOnce(attempt);
    if (first !== BUSY) return first;

    const deadline = performance.now() + limitMs;
    const ahead = tail;
    const turn = Promise.withResolvers<void>();
    tail = turn.promise;
    await ahead;
    try {
      for (;;) {
        if (closed) throw new StatementError('SQLITE_BUSY', 'The server is shutting down.');
        if (performance.now() >= deadline) return attempt();
        const result = tryOnce(attempt);
        if (result !== BUSY) return result;
        await untilReleased();
      }
    } finally {
      turn.resolve();
    }
  }

  function untilReleased(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, POLL_MS);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  return {
    patiently,
    released: () => wake(),
    close: () => {
      closed = true;
      wake();
    },
  };
}

const BUSY = Symbol('busy');

function tryOnce<T>(attempt: () => T): T | typeof BUSY {
  try {
    return attempt();
  } catch (error) {
    if (isBusy(error)) return BUSY;
    throw error;
  }
}

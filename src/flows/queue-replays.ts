import type { Context } from '../context.ts';
import { type CallbackFilter, callbacksToReplay } from '../db/callbacks.ts';
import type { PageOf } from '../db/matching.ts';
import type { QueuedCallback } from '../domain/queued-callback.ts';
import { Refusal } from '../lib/refusal.ts';

/** As many as a queue takes at once. */
const CHUNK = 100;

/**
 * Many callbacks are to be carried out once more, as after a mistake was mended: the queue does it, the oldest first.
 * Answers those that it was given, and one more if there is one.
 */
export async function queueReplays(
  { db, settings }: Context,
  storeId: string,
  asked: PageOf & CallbackFilter,
): Promise<{ id: string }[]> {
  const found = await callbacksToReplay(db, storeId, asked);
  const queued = found.slice(0, asked.limit);
  for (let i = 0; i < queued.length; i += CHUNK) {
    const messages = queued.slice(i, i + CHUNK).map(({ id }) => ({ body: replayOf(storeId, id) }));
    await settings.CALLBACKS.sendBatch(messages).catch((cause: unknown) => {
      const detail = 'The queue cannot be reached. Send the request again: what is queued twice has one effect.';
      throw new Refusal('busy', { detail, retryAfterSeconds: 5, cause });
    });
  }
  return found;
}

function replayOf(storeId: string, id: string): QueuedCallback {
  return { kind: 'replay', storeId, id };
}

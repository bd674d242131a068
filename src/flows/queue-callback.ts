import type { Context } from '../context.ts';
import type { AuthenticCallback } from '../domain/callback.ts';
import { type QueuedCallback, requestKey } from '../domain/queued-callback.ts';
import { Refusal } from '../lib/refusal.ts';

/** A message holds 128 KB in all. */
const LARGEST = 100_000;
const KEPT_SECONDS = 7 * 86_400;

/** An authentic callback that cannot be carried out now: it waits in the queue, and is lost to nobody. */
export async function queueCallback(
  { settings }: Context,
  { id, sourceId, messageId, receivedAt, sealed }: AuthenticCallback,
  recalled: boolean,
): Promise<void> {
  const isLarge = sealed.length > LARGEST;
  const about = { kind: 'arrived', id, sourceId, messageId, receivedAt, recalled } as const;
  const message: QueuedCallback = { ...about, sealed: isLarge ? null : sealed };
  try {
    if (isLarge) await settings.LINKS.put(requestKey(id), sealed, { expirationTtl: KEPT_SECONDS });
    await settings.CALLBACKS.send(message);
  } catch (cause) {
    throw new Refusal('database_unavailable', { retryAfterSeconds: 5, cause });
  }
}

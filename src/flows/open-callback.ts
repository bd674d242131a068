import type { Context } from '../context.ts';
import { callbackToReplay } from '../db/callbacks.ts';
import { sourceForReplay } from '../db/sources.ts';
import type { AuthenticCallback, FoundSource } from '../domain/callback.ts';
import { openRequest, requestOf } from '../domain/sealed-request.ts';
import { Refusal } from '../lib/refusal.ts';

/** A callback of the inbox, to be carried out once more as if it came now, but as of the time it came. */
export async function openCallback(
  { db, keyring, now }: Context,
  storeId: string,
  id: string,
): Promise<{ callback: AuthenticCallback; source: FoundSource }> {
  const found = await callbackToReplay(db, storeId, id);
  if (found === null) throw new Refusal('callback_not_found');
  const { sourceId, receivedAt, sealed } = found;
  if (sealed === null) {
    throw new Refusal('invalid_transition', {
      detail: 'Its request is not kept any more: requests are kept for 30 days.',
    });
  }
  const source = await sourceForReplay(db, sourceId, receivedAt);
  if (source === null) throw new Error('A callback has no source');
  const request = requestOf(await openRequest(keyring, id, sealed));
  return { callback: { id, sourceId, messageId: null, request, sealed, receivedAt, replayedAt: now() }, source };
}

import type { Context } from '../context.ts';
import { sourceForCallback } from '../db/sources.ts';
import type { AuthenticCallback, FoundSource } from '../domain/callback.ts';
import { type QueuedCallback, requestKey } from '../domain/queued-callback.ts';
import { openRequest, requestOf } from '../domain/sealed-request.ts';
import { schemeFor, secretsInForce } from '../domain/sources/secret.ts';

type Arrived = Extract<QueuedCallback, { kind: 'arrived' }>;

/**
 * A callback that waited. What let it in may have been an old copy of its source, so that it is proved again as of the
 * time it came, by what the database knows. null: it was sent for a source that had been disabled, or by a secret that had ended.
 */
export async function openQueuedCallback(
  { db, keyring, settings, publishedKeys }: Context,
  { id, sourceId, receivedAt, sealed: inMessage }: Arrived,
): Promise<{ callback: AuthenticCallback; source: FoundSource } | null> {
  const source = await sourceForCallback(db, sourceId, receivedAt);
  if (source === null) return null;
  const sealed = inMessage ?? (await settings.LINKS.get(requestKey(id)));
  if (sealed === null) throw new Error('The request of a queued callback is not there');
  const request = requestOf(await openRequest(keyring, id, sealed));
  const secrets = await secretsInForce(keyring, source, receivedAt);
  const { config } = source;
  const proof = await schemeFor(source).verify({ request, secrets, config, now: receivedAt, publishedKeys });
  if (proof.outcome === 'unavailable') throw new Error('The keys of the sender cannot be fetched');
  if (proof.outcome !== 'verified') return null;
  const { messageId } = proof;
  return { callback: { id, sourceId, messageId, request, sealed, receivedAt, replayedAt: null }, source };
}

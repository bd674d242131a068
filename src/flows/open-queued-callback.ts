import type { Context } from '../context.ts';
import { sourceForCallback, sourceForReplay } from '../db/sources.ts';
import type { AuthenticCallback, FoundSource } from '../domain/callback.ts';
import { type QueuedCallback, requestKey } from '../domain/queued-callback.ts';
import { openRequest, requestOf } from '../domain/sealed-request.ts';
import { schemeFor, secretsInForce } from '../domain/sources/secret.ts';
import { Refusal } from '../lib/refusal.ts';

type Arrived = Extract<QueuedCallback, { kind: 'arrived' }>;

export interface Opened {
  callback: AuthenticCallback;
  source: FoundSource;
  /** Why nothing may be done by it unless an operator says so. */
  doubt: string | null;
}

const OFF = 'The source was disabled or archived when this was carried out. Replay it if it is to count.';
const UNPROVED =
  'It came while the database was out of reach, signed by what was known of its source before, and does not hold by what is known now. Replay it if you trust it.';

/** A callback that waited. One that was let in by an old copy of its source is proved again, as of the time it came. */
export async function openQueuedCallback(context: Context, queued: Arrived): Promise<Opened> {
  const { db, keyring, settings } = context;
  const { id, sourceId, messageId, receivedAt } = queued;
  const active = await sourceForCallback(db, sourceId, receivedAt);
  const source = active ?? (await sourceForReplay(db, sourceId, receivedAt));
  if (source === null) throw new Error('A queued callback has no source');
  const sealed = queued.sealed ?? (await settings.LINKS.get(requestKey(id)));
  if (sealed === null) throw new Error('The request of a queued callback is not there');
  const request = requestOf(await openRequest(keyring, id, sealed));
  const callback = { id, sourceId, messageId, request, sealed, receivedAt, replayedAt: null };
  if (active === null) return { callback, source, doubt: OFF };
  const holds = !queued.recalled || (await isProved(context, source, callback));
  return { callback, source, doubt: holds ? null : UNPROVED };
}

async function isProved({ keyring, publishedKeys }: Context, source: FoundSource, callback: AuthenticCallback) {
  const { request, receivedAt: now } = callback;
  const secrets = await secretsInForce(keyring, source, now);
  const proof = await schemeFor(source).verify({ request, secrets, config: source.config, now, publishedKeys });
  if (proof.outcome === 'unavailable') throw new Refusal('keys_unavailable');
  return proof.outcome === 'verified';
}

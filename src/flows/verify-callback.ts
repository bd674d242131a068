import type { Context } from '../context.ts';
import { databaseRefusal } from '../db/failure.ts';
import { sourceForCallback } from '../db/sources.ts';
import { isJsonInUtf8 } from '../domain/body-headers.ts';
import type { AuthenticCallback, FoundSource } from '../domain/callback.ts';
import { sealRequest } from '../domain/sealed-request.ts';
import type { CallbackRequest } from '../domain/sources/contract.ts';
import { schemeFor, secretsInForce } from '../domain/sources/secret.ts';
import { isId } from '../lib/ids.ts';
import { Refusal } from '../lib/refusal.ts';

export interface Arrival {
  id: string;
  receivedAt: number;
}

export interface Proved {
  callback: AuthenticCallback;
  source: FoundSource;
  /** By what was known of the source before, because the database could not be asked. */
  recalled: boolean;
}

/** Somebody posts to a source's address: prove by its scheme that it is the store. null: the platform only tries the address. */
export async function verifyCallback(
  context: Context,
  sourceId: string,
  request: CallbackRequest,
  { id, receivedAt }: Arrival,
): Promise<Proved | null> {
  const { keyring } = context;
  const found = isId('src', sourceId) ? await findSource(context, sourceId, receivedAt) : null;
  const source = found?.source ?? null;
  const scheme = source === null ? null : schemeFor(source);
  if (!isJsonInUtf8(request.headers)) {
    if (scheme?.isPing?.(request)) return null;
    throw new Refusal('media_type_unsupported');
  }
  // The same 401 as for a wrong signature; only a known source names a malformed header (400).
  if (found === null || source === null || scheme === null) throw new Refusal('signature_invalid');

  const { config } = source;
  const secrets = await secretsInForce(keyring, source, receivedAt);
  const publishedKeys = context.publishedKeys;
  const proof = await scheme.verify({ request, secrets, config, now: receivedAt, publishedKeys });
  if (proof.outcome === 'malformed') throw new Refusal('callback_malformed', { detail: proof.detail });
  if (proof.outcome === 'refused') throw new Refusal('signature_invalid');
  if (proof.outcome === 'unavailable') throw new Refusal('keys_unavailable', { retryAfterSeconds: 30 });
  const sealed = await sealRequest(keyring, id, request);
  const { messageId } = proof;
  const callback = { id, sourceId, messageId, request, sealed, receivedAt, replayedAt: null };
  return { callback, source, recalled: found.recalled };
}

async function findSource(context: Context, id: string, at: number) {
  const { db, sources, settings, now, waitUntil } = context;
  const isOutage = (error: unknown) => databaseRefusal(error) !== null;
  return sources.find(id, {
    kv: settings.LINKS,
    lookUp: () => sourceForCallback(db, id, at),
    isOutage,
    now,
    waitUntil,
  });
}

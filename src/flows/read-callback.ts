import type { Context } from '../context.ts';
import { sourceForCallback } from '../db/sources.ts';
import type { VerifiedCallback } from '../domain/callback.ts';
import { openDigestKey } from '../domain/digest-key.ts';
import type { CallbackRequest } from '../domain/sources/contract.ts';
import { schemeOf } from '../domain/sources/schemes.ts';
import { openSecret } from '../domain/sources/secret.ts';
import { parseStrictJson } from '../domain/strict-json.ts';
import { isId } from '../lib/ids.ts';
import { Refusal } from '../lib/refusal.ts';

/** Somebody posts to a source's address: prove by its scheme that it is the store, and say in our terms what it tells. */
export async function readCallback(
  context: Context,
  sourceId: string,
  request: CallbackRequest,
): Promise<VerifiedCallback> {
  const { db, keyring } = context;
  const receivedAt = context.now();
  const source = isId('src', sourceId) ? await sourceForCallback(db, sourceId, receivedAt) : null;
  const scheme = source === null ? null : schemeOf(source.scheme);
  // An unknown source answers exactly as a wrong signature does.
  if (source === null || scheme === null) throw new Refusal('signature_invalid');

  const { storeId, id, account, mode, config } = source;
  const secrets = await Promise.all(source.secrets.map((secret) => openSecret(keyring, id, secret)));
  const proof = await scheme.verify({ request, secrets, config, now: receivedAt });
  if (proof.outcome === 'malformed') throw new Refusal('callback_malformed', { detail: proof.detail });
  if (proof.outcome === 'refused') throw new Refusal('signature_invalid');

  const json = parseStrictJson(request.body);
  if (!json.ok) throw new Refusal('body_malformed', { detail: json.detail });
  const reading = scheme.read(json.value, request);
  if (reading.outcome === 'unusable') throw new Refusal('callback_unusable', { errors: reading.errors });
  const { type, notice } = reading;
  const digestKey = await openDigestKey(keyring, storeId, source.digestKey);
  return { source: { storeId, id, account, mode, digestKey }, messageId: proof.messageId, type, notice, receivedAt };
}

import type { Context } from '../context.ts';
import type { AuthenticCallback, FoundSource, VerifiedCallback } from '../domain/callback.ts';
import { openDigestKey } from '../domain/digest-key.ts';
import { ofSource } from '../domain/of-source.ts';
import { type CompleteReading, complete } from '../domain/sources/complete.ts';
import { openAccessToken, schemeFor } from '../domain/sources/secret.ts';
import { parseStrictJson } from '../domain/strict-json.ts';
import { Refusal } from '../lib/refusal.ts';

export type ReadCallback =
  | { outcome: 'read'; type: string; callback: VerifiedCallback }
  | Exclude<CompleteReading, { outcome: 'read' }>;

/** Say in our terms what an authentic callback tells, asking the sender's own API for what it only names. */
export async function readCallback(
  { keyring, lookUp }: Context,
  source: FoundSource,
  callback: AuthenticCallback,
): Promise<ReadCallback> {
  const scheme = schemeFor(source);
  const { request, receivedAt, replayedAt } = callback;
  const json = parseStrictJson(request.body, scheme);
  if (!json.ok) throw new Refusal('body_malformed', { detail: json.detail });

  const { config, mode } = source;
  const accessToken = await openAccessToken(keyring, source);
  const reading = await complete(scheme.read({ json: json.value, request, config, mode, accessToken }), lookUp);
  if (reading.outcome !== 'read') return reading;

  const { type } = reading;
  const notices = reading.notices.map((notice) => ofSource(notice, source, scheme.punishesErrors ? receivedAt : null));
  const digestKey = await openDigestKey(keyring, source.storeId, source.digestKey);
  // What is carried out once more is no repeat of itself.
  const messageId = replayedAt === null ? (callback.messageId ?? reading.messageId ?? null) : null;
  return {
    outcome: 'read',
    type,
    callback: { ...callback, type, notices, messageId, source: { ...source, digestKey } },
  };
}

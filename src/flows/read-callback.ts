import type { Context } from '../context.ts';
import type { AuthenticCallback, FoundSource, VerifiedCallback } from '../domain/callback.ts';
import { openDigestKey } from '../domain/digest-key.ts';
import type { Notice } from '../domain/notice.ts';
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
  const { request, replayedAt } = callback;
  const json = parseStrictJson(request.body, scheme);
  if (!json.ok) throw new Refusal('body_malformed', { detail: json.detail });

  const { config, mode } = source;
  const accessToken = await openAccessToken(keyring, source);
  const reading = await complete(scheme.read({ json: json.value, request, config, mode, accessToken }), lookUp);
  if (reading.outcome !== 'read') return reading;

  const { type } = reading;
  const notices = scheme.punishesErrors
    ? reading.notices.map((notice) => notLater(notice, callback.receivedAt))
    : reading.notices;
  const digestKey = await openDigestKey(keyring, source.storeId, source.digestKey);
  // What is carried out once more is no repeat of itself.
  const messageId = replayedAt === null ? (callback.messageId ?? reading.messageId ?? null) : null;
  return {
    outcome: 'read',
    type,
    callback: { ...callback, type, notices, messageId, source: { ...source, digestKey } },
  };
}

/** A clock of the platform that runs ahead is no reason to do without an order. */
function notLater<Told extends Notice>(notice: Told, now: number): Told {
  if (!('occurredAt' in notice) || notice.occurredAt === null) return notice;
  return { ...notice, occurredAt: Math.min(notice.occurredAt, now) };
}

import type { Context } from '../context.ts';
import type { AuthenticCallback, FoundSource, VerifiedCallback } from '../domain/callback.ts';
import { openDigestKey } from '../domain/digest-key.ts';
import type { Reading } from '../domain/sources/contract.ts';
import { openAccessToken, schemeFor } from '../domain/sources/secret.ts';
import { parseStrictJson } from '../domain/strict-json.ts';
import { Refusal } from '../lib/refusal.ts';

export type ReadCallback = VerifiedCallback & { held: string | null };

const MOST_ROUNDS = 3;
const REFUSED =
  'The platform refuses the access token: give the source one that may read all that its guide names, and replay this callback.';

/** Say in our terms what an authentic callback tells, asking the sender's own API for what it only names. */
export async function readCallback(
  { keyring, lookUp }: Context,
  source: FoundSource,
  callback: AuthenticCallback,
): Promise<ReadCallback> {
  const scheme = schemeFor(source);
  const { request } = callback;
  const json = parseStrictJson(request.body, scheme);
  if (!json.ok) throw new Refusal('body_malformed', { detail: json.detail });

  const accessToken = await openAccessToken(keyring, source);
  const { config, mode } = source;
  let reading = scheme.read({ json: json.value, request, config, mode, accessToken });
  for (let round = 0; reading.outcome === 'incomplete'; round += 1) {
    if (round === MOST_ROUNDS) throw new Error(`The scheme ${source.scheme} never has enough`);
    const { read } = reading;
    const answers = await Promise.all(reading.lookups.map(lookUp));
    const values = answers.flatMap((answer) => (answer.outcome === 'found' ? [answer.value] : []));
    reading =
      values.length === answers.length ? read(values) : { outcome: 'held', type: reading.type, detail: REFUSED };
  }
  if (reading.outcome === 'unusable') throw new Refusal('callback_unusable', { errors: reading.errors });

  const digestKey = await openDigestKey(keyring, source.storeId, source.digestKey);
  return { ...callback, ...understood(callback, reading), source: { ...source, digestKey } };
}

function understood({ messageId, replayedAt }: AuthenticCallback, reading: Extract<Reading, { type: string }>) {
  if (reading.outcome === 'held') return { type: reading.type, notices: [], messageId: null, held: reading.detail };
  if (reading.outcome !== 'read') throw new Error('A reading is left open');
  const { type, notices, messageId: told = null } = reading;
  // What is carried out once more is no repeat of itself.
  return { type, notices, messageId: replayedAt === null ? (messageId ?? told) : null, held: null };
}

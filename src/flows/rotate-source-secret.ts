import type { Context } from '../context.ts';
import { commit } from '../db/client.ts';
import { expireOtherSecrets, insertSecret, type SourceWithSecrets, sourceById } from '../db/sources.ts';
import { endSurplusSecrets } from '../db/surplus-secrets.ts';
import { chooseSecret, sealSecret } from '../domain/sources/secret.ts';
import { Refusal } from '../lib/refusal.ts';

const HOUR = 3_600_000;
/** Whatever anybody posts is held against each of them. */
const MOST_IN_FORCE = 5;

/** Gives a source a new secret; the others stay in force for the overlap, so that the sender can change over in peace. */
export async function rotateSourceSecret(
  { db, keyring, newId, now, random }: Context,
  storeId: string,
  id: string,
  { secret: own, overlapHours }: { secret: string | null; overlapHours: number },
): Promise<{ source: SourceWithSecrets; text: string }> {
  const at = now();
  const source = await sourceById(db, storeId, id, at);
  if (source === null) throw new Refusal('source_not_found');
  if (source.archivedAt !== null) throw new Refusal('invalid_transition', { detail: 'This source is archived.' });
  const text = chooseSecret(source, own, random);
  if (text === null) {
    throw new Refusal('invalid_transition', {
      detail: 'This source has no secret: change the keys in its configuration.',
    });
  }
  const secret = { ...(await sealSecret(keyring, id, newId('sec'), text)), createdAt: at, expiresAt: null };
  const done = await commit(db, [
    insertSecret(db, storeId, id, secret),
    expireOtherSecrets(db, storeId, id, secret.id, at + overlapHours * HOUR),
    endSurplusSecrets(db, storeId, id, { most: MOST_IN_FORCE, now: at }),
  ]);
  if (done.outcome === 'conflict') throw new Error(`A new secret met ${done.constraint}`);
  const rotated = await sourceById(db, storeId, id, at);
  if (rotated === null) throw new Refusal('source_not_found');
  return { source: rotated, text };
}

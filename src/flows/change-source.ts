import type { Context } from '../context.ts';
import { commit } from '../db/client.ts';
import { type Source, type SourceWithSecrets, updateSource } from '../db/sources.ts';
import { openSecret, requireFit } from '../domain/sources/secret.ts';
import { Refusal } from '../lib/refusal.ts';

/** Changes what is given, unless the secrets in force could not be used any more. */
export async function changeSource(
  { db, keyring, now }: Context,
  storeId: string,
  source: SourceWithSecrets,
  changes: Partial<Pick<Source, 'name' | 'enabled' | 'config'>>,
): Promise<SourceWithSecrets> {
  if (source.archivedAt !== null) throw new Refusal('invalid_transition', { detail: 'This source is archived.' });
  const after = { ...source, ...changes, updatedAt: now() };
  if (changes.config !== undefined) {
    requireFit(after, await Promise.all(source.secrets.map((secret) => openSecret(keyring, source.id, secret))));
  }
  await commit(db, [updateSource(db, storeId, source.id, changes, after.updatedAt)]);
  return after;
}

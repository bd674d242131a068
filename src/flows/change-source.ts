import type { Context } from '../context.ts';
import { commit } from '../db/client.ts';
import { type Source, type SourceWithSecrets, updateSource } from '../db/sources.ts';
import { openSecret, requireFit, schemeFor, sealAccessToken } from '../domain/sources/secret.ts';
import type { Keyring } from '../lib/keyring.ts';
import { Refusal } from '../lib/refusal.ts';

export interface SourceChanges extends Partial<Pick<Source, 'name' | 'enabled' | 'config'>> {
  /** null takes it away. */
  accessToken?: string | null;
}

/** Changes what is given, unless the secrets in force could not be used any more. */
export async function changeSource(
  { db, keyring, now }: Context,
  storeId: string,
  source: SourceWithSecrets,
  { accessToken, ...given }: SourceChanges,
): Promise<SourceWithSecrets> {
  if (source.archivedAt !== null) throw new Refusal('invalid_transition', { detail: 'This source is archived.' });
  if (accessToken && schemeFor(source).takesAccessToken !== true) {
    throw new Refusal('body_invalid', {
      errors: [{ pointer: '/accessToken', detail: 'Leave it out: this scheme asks no API.' }],
    });
  }
  const changes = { ...given, ...(await sealed(keyring, source.id, accessToken)) };
  const after = { ...source, ...changes, updatedAt: now() };
  if (changes.config !== undefined) {
    requireFit(after, await Promise.all(source.secrets.map((secret) => openSecret(keyring, source.id, secret))));
  }
  await commit(db, [updateSource(db, storeId, source.id, changes, after.updatedAt)]);
  return after;
}

async function sealed(keyring: Keyring, id: string, accessToken: string | null | undefined) {
  if (accessToken === undefined) return {};
  return { sealedAccessToken: accessToken === null ? null : await sealAccessToken(keyring, id, accessToken) };
}

import type { Context } from '../context.ts';
import { commit } from '../db/client.ts';
import { insertSecret, insertSource, type Source, type SourceWithSecrets } from '../db/sources.ts';
import { chooseSecret, sealAccessToken, sealSecret } from '../domain/sources/secret.ts';

export interface NewSource extends Pick<Source, 'name' | 'scheme' | 'config' | 'enabled' | 'ownCustomers'> {
  /** null: the source's own id, so that its orders are its own. */
  account: string | null;
  /** null: one is made, unless the scheme has none. */
  secret: string | null;
  /** Opens the platform's API. */
  accessToken?: string | null;
}

/** Makes a source with its first secret, which is seen in clear here and never again. */
export async function createSource(
  { db, keyring, newId, now, random }: Context,
  storeId: string,
  { secret: own, account, accessToken = null, ...settings }: NewSource,
): Promise<{ source: SourceWithSecrets; text: string | null }> {
  const text = chooseSecret(settings, own, random);
  const at = now();
  const id = newId('src');
  const sealedAccessToken = accessToken === null ? null : await sealAccessToken(keyring, id, accessToken);
  const times = { createdAt: at, updatedAt: at, archivedAt: null };
  const source = { id, ...settings, account: account ?? id, sealedAccessToken, ...times };
  const secrets =
    text === null ? [] : [{ ...(await sealSecret(keyring, id, newId('sec'), text)), createdAt: at, expiresAt: null }];
  const done = await commit(db, [
    insertSource(db, storeId, source),
    ...secrets.map((secret) => insertSecret(db, storeId, id, secret)),
  ]);
  if (done.outcome === 'conflict') throw new Error(`A new source met ${done.constraint}`);
  return { source: { ...source, secrets }, text };
}

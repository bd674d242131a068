import type { Context } from '../context.ts';
import { type Advocate, advocatesOf } from '../db/advocates.ts';
import { openDigestKey } from '../domain/digest-key.ts';
import { identify } from '../domain/identity.ts';

/** Finds by the digest of an e-mail address, because the address itself cannot be searched. */
export async function findAdvocates(
  { db, keyring }: Context,
  { storeId, digestKey }: { storeId: string; digestKey: string },
  email: string,
  { limit, cursor }: { limit: number; cursor?: string | undefined },
): Promise<Advocate[]> {
  const key = await openDigestKey(keyring, storeId, digestKey);
  const digests = await identify({ id: null, email }, key);
  return digests.email === null ? [] : advocatesOf(db, storeId, { limit, cursor, emailDigest: digests.email });
}

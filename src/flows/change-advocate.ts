import type { Context } from '../context.ts';
import { type Advocate, advocateById, updateAdvocate } from '../db/advocates.ts';
import { commit } from '../db/client.ts';
import { type Contact, sealContact } from '../domain/contact.ts';
import { openDigestKey } from '../domain/digest-key.ts';
import { Refusal } from '../lib/refusal.ts';

/** Changes how an advocate is reached, and bans or pardons them; what is not given stays. */
export async function changeAdvocate(
  { db, keyring, now }: Context,
  { storeId, digestKey }: { storeId: string; digestKey: string },
  id: string,
  { banned, ...contact }: Contact & { banned?: boolean },
): Promise<Advocate> {
  const key = await openDigestKey(keyring, storeId, digestKey);
  const sealed = await sealContact(contact, id, keyring, key);
  await commit(db, [updateAdvocate(db, storeId, id, sealed, banned, now())]);
  const advocate = await advocateById(db, storeId, id);
  if (advocate === null) throw new Refusal('advocate_not_found');
  return advocate;
}

import type { Context } from '../context.ts';
import { type Advocate, advocateOfCustomer, archiveAdvocate, insertAdvocate, updateAdvocate } from '../db/advocates.ts';
import { commit, type Statement, untilCommitted } from '../db/client.ts';
import { linkIdsOfAdvocate } from '../db/links.ts';
import { type Contact, sealContact } from '../domain/contact.ts';
import { openDigestKey } from '../domain/digest-key.ts';
import { identify } from '../domain/identity.ts';

/**
 * Makes an advocate of a customer, once, however often and at once it is asked. A known one is brought up to date, and
 * back from the archive.
 */
export async function enrolAdvocate(
  context: Context,
  store: { storeId: string; digestKey: string },
  { customerId, ...contact }: { customerId: string } & Contact,
): Promise<{ advocate: Advocate; isNew: boolean }> {
  const { db, keyring } = context;
  const digestKey = await openDigestKey(keyring, store.storeId, store.digestKey);
  return untilCommitted(async () => {
    const known = await advocateOfCustomer(db, store.storeId, customerId);
    const advocate = known ?? newAdvocate(context, customerId);
    const at = context.now();
    // Sealed to the row it is written into, which is why the row is found first.
    const sealed = await sealContact(contact, advocate.id, keyring, digestKey);
    const { emailDigest, ...readable } = sealed
    if (known === null) {
      const { customer } = await identify({ id: customerId, email: null }, digestKey);
      ...
    }
  });
}

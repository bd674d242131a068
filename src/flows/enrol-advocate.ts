import type { Context } from '../context.ts';
import {
  type Advocate,
  advocateOfCustomer,
  insertAdvocate,
  setAdvocateArchived,
  updateAdvocate,
} from '../db/advocates.ts';
import { commit, type Statement, untilCommitted } from '../db/client.ts';
import { linkIdsOfAdvocate } from '../db/links.ts';
import { type Contact, sealContact } from '../domain/contact.ts';
import { openDigestKey } from '../domain/digest-key.ts';
import { identify } from '../domain/identity.ts';

export interface Enrolled {
  advocate: Advocate;
  /** restored: from the archive, and their links with them. */
  outcome: 'new' | 'known' | 'restored';
}

/**
 * Makes an advocate of a customer: once, however often and at once it is asked. One who is known already is brought up
 * to date, and back from the archive.
 */
export async function enrolAdvocate(
  context: Context,
  { storeId, digestKey }: { storeId: string; digestKey: string },
  { customerId, ...contact }: { customerId: string } & Contact,
): Promise<Enrolled> {
  const key = await openDigestKey(context.keyring, storeId, digestKey);
  return untilCommitted(async () => {
    const known = await advocateOfCustomer(context.db, storeId, customerId);
    return known === null
      ? enrolNew(context, storeId, customerId, contact, key)
      : enrolAgain(context, storeId, known, contact, key);
  });
}

async function enrolNew(
  { db, keyring, newId, now }: Context,
  storeId: string,
  customerId: string,
  contact: Contact,
  key: CryptoKey,
): Promise<Enrolled | null> {
  const id = newId('adv');
  const at = now();
  const { customer: customerDigest } = await identify({ id: customerId, email: null }, key);
  if (customerDigest === null) throw new Error('A customer id has no digest');
  const { sealed, digest } = await sealContact({ email: null, name: null, ...contact }, id, keyring, key);
  const advocate = {
    id,
    customerId,
    bannedAt: null,
    createdAt: at,
    updatedAt: at,
    archivedAt: null,
    sealedEmail: null,
    sealedName: null,
    ...sealed,
  };
  const done = await commit(db, [insertAdvocate(db, storeId, advocate, { customerDigest, ...digest })]);
  return done.outcome === 'conflict' ? null : { advocate, outcome: 'new' };
}

async function enrolAgain(
  { db, keyring, now }: Context,
  storeId: string,
  known: Advocate,
  contact: Contact,
  key: CryptoKey,
): Promise<Enrolled | null> {
  const at = now();
  const { id } = known;
  const sealed = await sealContact(contact, id, keyring, key);
  const statements: Statement[] = [];
  if (Object.keys(contact).length > 0) statements.push(updateAdvocate(db, storeId, id, sealed, undefined, at));
  if (known.archivedAt !== null) {
    const linkIds = await linkIdsOfAdvocate(db, storeId, id);
    statements.push(...setAdvocateArchived(db, storeId, { id, linkIds }, null, at));
  }
  if (statements.length === 0) return { advocate: known, outcome: 'known' };
  if ((await commit(db, statements)).outcome === 'conflict') return null;
  const advocate = { ...known, ...sealed.sealed, archivedAt: null, updatedAt: at };
  return { advocate, outcome: known.archivedAt === null ? 'known' : 'restored' };
}

import * as v from 'valibot';
import type { Advocate as AdvocateRow } from '../../db/advocates.ts';
import { openContact } from '../../domain/contact.ts';
import type { Keyring } from '../../lib/keyring.ts';
import type { StorePrincipal } from '../authenticate.ts';
import { Id, Time, time } from '../schemas.ts';

export const Advocate = v.pipe(
  v.object({
    id: Id('adv'),
    customerId: v.string(),
    email: v.optional(v.pipe(v.nullable(v.string()), v.description('Only for keys with the scope `pii:read`.'))),
    name: v.optional(v.pipe(v.nullable(v.string()), v.description('Only for keys with the scope `pii:read`.'))),
    bannedAt: v.pipe(v.nullable(Time), v.description('Since when nothing is credited to them.')),
    createdAt: Time,
    updatedAt: Time,
    archivedAt: v.nullable(Time),
  }),
  v.title('Advocate'),
);

export const advocateExample = {
  id: 'adv_01kar7b2e5f3v8t9w0x1y2z3a4',
  customerId: 'customer-1',
  email: 'ann@example.com',
  name: 'Ann',
  bannedAt: null,
  createdAt: '2026-11-21T20:00:00.000Z',
  updatedAt: '2026-11-21T20:00:00.000Z',
  archivedAt: null,
};

/** E-mail address and name are left out for a key that may not read what is personal. */
export async function viewOfAdvocate(advocate: AdvocateRow, { scopes }: StorePrincipal, keyring: Keyring) {
  const { id, customerId, bannedAt, createdAt, updatedAt, archivedAt } = advocate;
  return {
    id,
    customerId,
    ...(scopes.includes('pii:read') ? await openContact(advocate, keyring) : {}),
    bannedAt: time(bannedAt),
    createdAt: time(createdAt),
    updatedAt: time(updatedAt),
    archivedAt: time(archivedAt),
  };
}

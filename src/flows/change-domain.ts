import type { Context } from '../context.ts';
import { commit } from '../db/client.ts';
import { type Domain, domainById, updateDomain } from '../db/domains.ts';
import { Refusal } from '../lib/refusal.ts';

/** Changes what is given, as long as the domain is in use. */
export async function changeDomain(
  { db, now }: Context,
  storeId: string,
  id: string,
  changes: Partial<Pick<Domain, 'rootUrl'>>,
): Promise<Domain> {
  const domain = await domainById(db, storeId, id);
  if (domain === null) throw new Refusal('domain_not_found');
  if (domain.archivedAt !== null) throw new Refusal('invalid_transition', { detail: 'This domain is archived.' });
  const at = now();
  await commit(db, [updateDomain(db, storeId, id, changes, at)]);
  return { ...domain, ...changes, updatedAt: at };
}

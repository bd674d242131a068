import type { Context } from '../context.ts';
import { commit } from '../db/client.ts';
import { type Domain, domainById, setDomainArchived } from '../db/domains.ts';
import { Refusal } from '../lib/refusal.ts';

/** Takes a domain out of use for good: every code on it is answered as one that nobody ever had. */
export async function archiveDomain({ db, now }: Context, storeId: string, id: string): Promise<Domain> {
  const domain = await domainById(db, storeId, id);
  if (domain === null) throw new Refusal('domain_not_found');
  if (domain.archivedAt !== null) return domain;
  const at = now();
  await commit(db, setDomainArchived(db, storeId, domain, at));
  return { ...domain, archivedAt: at, updatedAt: at };
}

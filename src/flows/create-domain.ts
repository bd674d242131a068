import type { Context } from '../context.ts';
import { commit } from '../db/client.ts';
import { type Domain, insertDomain } from '../db/domains.ts';
import { Refusal } from '../lib/refusal.ts';

/** Takes a host of the store's own into use for its links, unless it is in use already. */
export async function createDomain(
  { db, newId, now, settings }: Context,
  storeId: string,
  wanted: Pick<Domain, 'host' | 'rootUrl'>,
): Promise<Domain> {
  if (wanted.host === new URL(settings.PUBLIC_URL).host) {
    const detail = 'This is the host of the deployment itself, where links stand without a domain of their own.';
    throw new Refusal('body_invalid', { errors: [{ pointer: '/host', detail }] });
  }
  const at = now();
  const domain = { ...wanted, id: newId('dom'), createdAt: at, updatedAt: at, archivedAt: null };
  const done = await commit(db, [insertDomain(db, storeId, domain)]);
  if (done.outcome === 'conflict') throw new Refusal('domain_taken');
  return domain;
}

import type { Context } from '../context.ts';
import { type Advocate, advocateById, setAdvocateArchived } from '../db/advocates.ts';
import { commit } from '../db/client.ts';
import { linkIdsOfAdvocate } from '../db/links.ts';
import { Refusal } from '../lib/refusal.ts';

/** Takes an advocate out of use, and their links with them. */
export async function archiveAdvocate({ db, now }: Context, storeId: string, id: string): Promise<Advocate> {
  const advocate = await advocateById(db, storeId, id);
  if (advocate === null) throw new Refusal('advocate_not_found');
  if (advocate.archivedAt !== null) return advocate;
  const linkIds = await linkIdsOfAdvocate(db, storeId, id);
  const at = now();
  await commit(db, setAdvocateArchived(db, storeId, { id, linkIds }, at, at));
  return { ...advocate, archivedAt: at, updatedAt: at };
}

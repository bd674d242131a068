import type { Context } from '../context.ts';
import { commit } from '../db/client.ts';
import { insertLinkPutsOfStore } from '../db/link-records.ts';
import { archiveStore as archiveBothSides, type Store, storeById } from '../db/stores.ts';

/** A merchant leaves: both sides are closed, their keys and callbacks with them, and the edge learns to forget their links. */
export async function archiveStore({ db, now }: Context, id: string): Promise<Store | null> {
  const store = await storeById(db, id);
  if (store === null) return null;
  const at = now();
  const puts = [store.id, store.twinId].map((side) => insertLinkPutsOfStore(side, at));
  await commit(db, [archiveBothSides(db, id, at), ...puts]);
  return storeById(db, id);
}

import type { Context } from '../context.ts';
import { commit } from '../db/client.ts';
import { deleteSaltsBefore, deleteVisitorsBefore, insertSalt, saltsOf } from '../db/salts.ts';
import { addDays, dayIn } from '../domain/calendar.ts';
import { sealSalt, visitorsKeptSince } from '../domain/visitor-digest.ts';

/** Every UTC day has a salt of its own, made a day early and destroyed a day after its end, with who was counted by it. */
export async function renewSalts({ db, now, keyring, random }: Context): Promise<void> {
  const at = now();
  const today = dayIn('UTC', at);
  const days = [today, addDays(today, 1)];
  const known = await saltsOf(db, days);
  const missing = days.filter((day) => known.every((salt) => salt.day !== day));
  const made = await Promise.all(
    missing.map(async (day) => ({ day, sealed: await sealSalt(keyring, day, random(new Uint8Array(32))) })),
  );
  const since = visitorsKeptSince(at);
  await commit(db, [
    ...made.map((salt) => insertSalt(db, salt, at)),
    deleteSaltsBefore(db, dayIn('UTC', since)),
    deleteVisitorsBefore(db, since),
  ]);
}

import type { Context } from '../context.ts';
import { keepCallback as keep } from '../db/callback-statements.ts';
import { commit } from '../db/client.ts';
import type { KeptAnswer } from '../domain/callback.ts';

export type KeptCallback = Parameters<typeof keep>[1];

/** A callback that no batch of a notice has put into the inbox goes there by itself; false: it lies there already. */
export async function keepCallback({ db }: Context, callback: KeptCallback, answer: KeptAnswer): Promise<boolean> {
  const written = await commit(db, [keep(db, callback, answer)]);
  return written.outcome === 'committed';
}

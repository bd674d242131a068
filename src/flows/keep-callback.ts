import type { Context } from '../context.ts';
import { keepCallback as keep } from '../db/callback-statements.ts';
import { commit } from '../db/client.ts';
import type { KeptAnswer } from '../domain/callback.ts';

/** A callback that no batch of a notice has put into the inbox goes there by itself; false: it lies there already. */
export async function keepCallback(
  { db }: Context,
  callback: Parameters<typeof keep>[1],
  answer: KeptAnswer,
): Promise<boolean> {
  const written = await commit(db, [keep(db, callback, answer)]);
  return written.outcome === 'committed';
}

import type { Context } from '../context.ts';
import { storeClicks } from '../db/click-rows.ts';
import { type Click, readPack } from '../domain/click.ts';

/**
 * The queue delivers packs of clicks, some of them again and in another grouping: store what is new and count it, all in
 * one batch. A thrown error gives the whole delivery back to the queue.
 */
export async function recordClicks(context: Context, bodies: readonly unknown[]): Promise<void> {
  const clicks = bodies.flatMap(readable);
  if (clicks.length > 0) await storeClicks(context.db, clicks, context);
}

/** What cannot be read is logged and left out: it would be no better the next time, and must not hold back the rest. */
function readable(body: unknown): Click[] {
  const pack = readPack(body);
  if (pack === null) console.log({ message: 'click_pack_malformed' });
  for (const fields of pack?.malformed ?? []) console.log({ message: 'click_malformed', fields });
  return pack?.clicks ?? [];
}

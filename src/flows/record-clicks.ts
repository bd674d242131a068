import * as v from 'valibot';
import type { Context } from '../context.ts';
import { storeClicks } from '../db/click-rows.ts';
import { Click } from '../domain/click.ts';

const Pack = v.object({ clicks: v.array(v.unknown()) });

/**
 * The queue delivers packs of clicks, some of them again and in another grouping: store what is new and count it, all in
 * one batch. A thrown error gives the whole delivery back to the queue.
 */
export async function recordClicks({ db, newId }: Context, bodies: readonly unknown[]): Promise<void> {
  const packs = bodies.map(readPack).filter((pack) => pack.length > 0);
  if (packs.length > 0) await storeClicks(db, packs, newId('clk'));
}

/** What cannot be read is logged and left out: it would be no better the next time, and must not hold back the rest. */
function readPack(body: unknown): Click[] {
  const pack = v.safeParse(Pack, body);
  if (!pack.success) {
    console.log({ message: 'click_pack_malformed' });
    return [];
  }
  return pack.output.clicks.flatMap((click) => {
    const read = v.safeParse(Click, click);
    if (read.success) return [read.output];
    console.log({ message: 'click_malformed', fields: read.issues.map((issue) => v.getDotPath(issue)) });
    return [];
  });
}

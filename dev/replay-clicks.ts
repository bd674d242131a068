import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { storeClicks } from '../src/db/click-rows.ts';
import { commit, type Database, openDatabase } from '../src/db/client.ts';
import { markReplayed, openDeadDeliveries } from '../src/db/dead-deliveries.ts';
import { readPack } from '../src/domain/click.ts';
import { createNewId } from '../src/lib/ids.ts';
import { unsentClicks } from './unsent-clicks.ts';

export interface Replay {
  packs: number;
  clicks: number;
  /** Of these clicks, those that the database did not have. */
  added: number;
  /** What could not be read, as the consumer could not: left out. */
  malformed: number;
}

const AT_ONCE = 20;
const STDIN = 0;
const world = { newId: createNewId(Date.now), now: Date.now };

/** Puts the deliveries that the queue gave up on through what its consumer does with them, once. */
export async function replayDeadDeliveries(db: Database, dryRun: boolean): Promise<Replay> {
  let sum: Replay = { packs: 0, clicks: 0, added: 0, malformed: 0 };
  for (let after = ''; ; ) {
    const deliveries = await openDeadDeliveries(db, after, AT_ONCE);
    const last = deliveries.at(-1);
    if (last === undefined) return sum;
    after = last.id;
    const bodies = deliveries.map(({ body }) => body);
    sum = plus(sum, await replay(db, bodies, dryRun));
    const ids = deliveries.map(({ id }) => id);
    // Ended in between, the next run does it again, and stores nothing twice.
    if (!dryRun) await commit(db, [markReplayed(db, ids, Date.now())]);
  }
}

/** The same for clicks that stand in a log, because neither queue nor database took them. */
export async function replayLog(db: Database, log: string, dryRun: boolean): Promise<Replay> {
  const packs = unsentClicks(log);
  let sum: Replay = { packs: 0, clicks: 0, added: 0, malformed: 0 };
  for (let i = 0; i < packs.length; i += AT_ONCE) {
    sum = plus(sum, await replay(db, packs.slice(i, i + AT_ONCE), dryRun));
  }
  return sum;
}

async function replay(db: Database, bodies: readonly unknown[], dryRun: boolean): Promise<Replay> {
  const packs = bodies.map(readPack);
  const clicks = packs.flatMap((pack) => pack?.clicks ?? []);
  const malformed = packs.reduce((sum, pack) => sum + (pack === null ? 1 : pack.malformed.length), 0);
  const added = dryRun || clicks.length === 0 ? 0 : await storeClicks(db, clicks, world);
  return { packs: packs.length, clicks: clicks.length, added, malformed };
}

function plus(a: Replay, b: Replay): Replay {
  return {
    packs: a.packs + b.packs,
    clicks: a.clicks + b.clicks,
    added: a.added + b.added,
    malformed: a.malformed + b.malformed,
  };
}

function told(what: string, { packs, clicks, added, malformed }: Replay, dryRun: boolean): string {
  const done = dryRun ? 'nothing was written' : `${added} were new and are stored, ${clicks - added} were there`;
  const leftOut = malformed === 0 ? '' : `; ${malformed} could not be read and were left out`;
  return `${what}: ${packs}, with ${clicks} clicks: ${done}${leftOut}.`;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { 'dry-run': { type: 'boolean', default: false }, log: { type: 'string' } },
  });
  const { 'dry-run': dryRun, log } = values;
  const url = process.env['DATABASE_URL'];
  if (url === undefined) {
    throw new Error(
      'Set DATABASE_URL (and DATABASE_TOKEN, if the database asks for one) to the database of the clicks.',
    );
  }
  const db = openDatabase({ url, token: process.env['DATABASE_TOKEN'], fetch });
  console.log(told('Open dead deliveries', await replayDeadDeliveries(db, dryRun), dryRun));
  if (log === undefined) return;
  const text = readFileSync(log === '-' ? STDIN : log, 'utf8');
  console.log(told('Lines of unsent clicks', await replayLog(db, text, dryRun), dryRun));
}

if (import.meta.main) {
  await main().catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  });
}

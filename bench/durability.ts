import { connect } from 'node:net';
import type { Context } from '../src/context.ts';
import { type Database, openDatabase } from '../src/db/client.ts';
import { recordClicks } from '../src/flows/record-clicks.ts';
import { createNewId } from '../src/lib/ids.ts';
import { clicksMissing, clicksStored, tokenIn } from './harness/clicks-stored.ts';
import { openConnection } from './harness/connection.ts';
import { exactly, type Figure } from './harness/figures.ts';
import { inRawWorkerd } from './harness/raw-workerd.ts';
import { clickOn } from './harness/requests.ts';
import type { Stage } from './harness/stage.ts';

const REDIRECTS = process.env['BENCH_FULL'] === '1' ? 100_000 : 10_000;
const CONNECTIONS = 64;
/** Longer than the pool may hold a click with all its attempts. */
const DRAINED = 6000;

/** A tenth of the clients goes away, the queue fails half of the time, and the consumer crashes before or after it commits. */
export async function durability(stage: Stage): Promise<Figure[]> {
  const { queue } = stage.standIns;
  const db = openDatabase({ url: stage.databaseUrl, fetch });
  const before = await clicksStored(db);
  const chance = seeded(1);
  queue.kept = [];
  queue.fails = () => chance() < 0.5;
  const { answered, sent } = await followMany(stage);
  queue.fails = () => false;
  await consume(db, queue.kept, chance);
  queue.kept = null;

  const after = await clicksStored(db);
  const rows = after.rows - before.rows;
  return [
    exactly(
      0,
      `answered redirects of ${REDIRECTS.toLocaleString('en')} whose click is not stored`,
      await clicksMissing(db, answered),
    ),
    exactly(0, 'clicks stored that nobody made', Math.max(0, rows - sent)),
    exactly(0, 'difference between the rows and the sum of their counters', rows - (after.counted - before.counted)),
  ];
}

async function followMany(stage: Stage): Promise<{ answered: string[]; sent: number }> {
  const ours = await stage.openGoodword(inRawWorkerd);
  const request = clickOn(stage.store);
  const answered: string[] = [];
  let sent = 0;
  const friends = Array.from({ length: CONNECTIONS }, async () => {
    const connection = await openConnection(ours.port);
    while (sent < REDIRECTS) {
      sent += 1;
      if (sent % 10 === 0) await askAndLeave(ours.port, request);
      else answered.push(tokenIn(await connection.ask(request, 302)));
    }
    connection.close();
  });
  await Promise.all(friends);
  await new Promise((resolve) => setTimeout(resolve, DRAINED));
  await ours.close();
  return { answered, sent };
}

/** A client that goes away before its answer. */
function askAndLeave(port: number, request: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1' }, () => socket.write(request, () => void socket.destroy()));
    socket.on('close', () => resolve());
    socket.on('error', reject);
  });
}

/** Every message comes twice, in any order and grouping, until a delivery was acknowledged. */
async function consume(db: Database, messages: readonly unknown[], chance: () => number): Promise<void> {
  const now = () => Date.now();
  const context = { db, now, newId: createNewId(now) } as Context;
  let waiting = shuffled([...messages, ...messages], chance);
  while (waiting.length > 0) {
    const delivery = waiting.splice(0, 1 + Math.floor(chance() * 20));
    const fate = chance();
    if (fate > 0.2) await recordClicks(context, delivery);
    if (fate < 0.4) waiting = [...waiting, ...delivery];
  }
}

function shuffled<T>(items: readonly T[], chance: () => number): T[] {
  const places = items.map((item) => ({ item, at: chance() }));
  return places.sort((a, b) => a.at - b.at).map(({ item }) => item);
}

/** Chance that is the same in every run (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

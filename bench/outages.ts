import { setTimeout as pause } from 'node:timers/promises';
import type { Context } from '../src/context.ts';
import { openDatabase } from '../src/db/client.ts';
import { recordClicks } from '../src/flows/record-clicks.ts';
import { createNewId } from '../src/lib/ids.ts';
import { clicksMissing, clicksStored, tokenIn } from './harness/clicks-stored.ts';
import { openConnection } from './harness/connection.ts';
import { exactly, type Figure } from './harness/figures.ts';
import { openGate } from './harness/gate.ts';
import { inRawWorkerd } from './harness/raw-workerd.ts';
import { clickOn } from './harness/requests.ts';
import type { Script } from './harness/runtime.ts';
import type { Stage } from './harness/stage.ts';
import type { StandIns } from './harness/stand-ins.ts';

/** Seconds. */
const LENGTH = process.env['BENCH_FULL'] === '1' ? 600 : 6;
/** Between two outages: as long as the pool asks a queue that fails, so that the two are never out of reach at once. */
const BREATH = 1500;
/** Longer than the pool may hold a click with all its attempts. */
const DRAINED = 6000;
const FRIENDS = 8;
/** Between two clicks of one friend. */
const REST = 200;

interface Outage {
  begin(): void;
  end(): void;
}

/** Friends follow a link all the while that the queue, the database, or one after the other is out of reach. */
export async function outages(stage: Stage): Promise<Figure[]> {
  const { queue } = stage.standIns;
  const url = new URL(stage.databaseUrl);
  const gate = await openGate(Number(url.port));
  url.port = String(gate.port);
  const ours = await stage.openGoodword((script, folder) => inRawWorkerd(behind(gate.port, script), folder));
  const db = openDatabase({ url: stage.databaseUrl, fetch });
  const before = await clicksStored(db);
  const consumer = consume(url.href, queue);

  const ofQueue = {
    begin() {
      queue.fails = () => true;
    },
    end() {
      queue.fails = () => false;
    },
  };
  const ofDatabase = { begin: gate.shut, end: gate.open };
  const click = clickOn(stage.store);
  const ofQueueAlone = await follow(ours.port, click, [ofQueue]);
  const ofDatabaseAlone = await follow(ours.port, click, [ofDatabase]);
  const inTurn = await follow(ours.port, click, [ofQueue, ofDatabase, ofQueue, ofDatabase]);
  await pause(DRAINED);
  await ours.close();
  await consumer.finish();

  const after = await clicksStored(db);
  const lost = async (what: string, tokens: string[]) =>
    exactly(0, `clicks lost of those answered while ${what} ${LENGTH} s`, await clicksMissing(db, tokens));
  return [
    await lost('the queue fails for', ofQueueAlone),
    await lost('the database is down for', ofDatabaseAlone),
    await lost('the two fail in turn for', inTurn),
    exactly(
      0,
      'difference between the rows and the sum of their counters after that',
      after.rows - before.rows - (after.counted - before.counted),
    ),
  ];
}

function behind(databasePort: number, script: Script): Script {
  return script.world === undefined ? script : { ...script, world: { ...script.world, databasePort } };
}

/** The tokens of all clicks that were answered until the last of the outages was over. */
async function follow(port: number, click: Buffer, outages: readonly Outage[]): Promise<string[]> {
  const tokens: string[] = [];
  let over = false;
  const friends = Array.from({ length: FRIENDS }, async () => {
    const connection = await openConnection(port);
    while (!over) {
      tokens.push(tokenIn(await connection.ask(click, 302)));
      await pause(REST);
    }
    connection.close();
  });
  const faults = async () => {
    for (const outage of outages) {
      await pause(BREATH);
      outage.begin();
      await pause((LENGTH * 1000) / outages.length);
      outage.end();
    }
    over = true;
  };
  await Promise.all([faults(), ...friends]);
  return tokens;
}

/** Takes about once a second what the queue holds; a delivery that fails comes again. */
function consume(databaseUrl: string, queue: StandIns['queue']) {
  const now = () => Date.now();
  const context = { db: openDatabase({ url: databaseUrl, fetch }), now, newId: createNewId(now) } as Context;
  const waiting: unknown[] = [];
  queue.kept = waiting;
  let over = false;
  const work = async () => {
    while (!over) {
      const delivery = waiting.splice(0, 100);
      await recordClicks(context, delivery).catch(() => waiting.push(...delivery));
      await pause(1000);
    }
  };
  const working = work();
  return {
    async finish() {
      over = true;
      await working;
      await recordClicks(context, waiting);
      queue.kept = null;
    },
  };
}

import { openConnection } from './harness/connection.ts';
import { exactly, type Figure } from './harness/figures.ts';
import { inRawWorkerd } from './harness/raw-workerd.ts';
import { clickOn } from './harness/requests.ts';
import type { Stage } from './harness/stage.ts';

const FRIENDS = 1000;
/** Long enough that all of them ask before the first is answered. */
const KV_DELAY = 150;
/** After its first answer a new isolate asks the database for its salts and gives it its tally, whatever the link. */
const FIRST_TRIPS = 2;
const SETTLED = 500;

/** A link goes viral: everybody comes at once to an isolate that has never seen it. */
export async function coldHits(stage: Stage): Promise<Figure[]> {
  const known = await lookUps(stage);
  stage.standIns.kv.values.clear();
  const unknown = await lookUps(stage);
  return [
    exactly(1, 'reads of KV for 1,000 concurrent cold hits of one code', known.kv),
    exactly(0, 'reads of the database for them, where KV knows the link', known.database - FIRST_TRIPS),
    exactly(1, 'reads of the database for them, where KV does not', unknown.database - FIRST_TRIPS),
  ];
}

async function lookUps({ store, standIns: { kv }, databaseTrips, openGoodword }: Stage) {
  const ours = await openGoodword(inRawWorkerd);
  const click = clickOn(store);
  const friends = await Promise.all(Array.from({ length: FRIENDS }, () => openConnection(ours.port)));
  const before = { kv: kv.reads, database: databaseTrips() };
  kv.delay = KV_DELAY;
  await Promise.all(friends.map((friend) => friend.ask(click, 302)));
  kv.delay = 0;
  await new Promise((resolve) => setTimeout(resolve, SETTLED));
  const reads = { kv: kv.reads - before.kv, database: databaseTrips() - before.database };
  for (const friend of friends) friend.close();
  await ours.close();
  return reads;
}

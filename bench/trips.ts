import { openConnection } from './harness/connection.ts';
import { exactly, type Figure } from './harness/figures.ts';
import { inRawWorkerd } from './harness/raw-workerd.ts';
import { clickOn, clickToken, paidOrder } from './harness/requests.ts';
import type { Stage } from './harness/stage.ts';

/** Done well within the ten seconds after which memory asks again. */
const REDIRECTS = 500;
const CALLBACKS = 50;
/** A new isolate reads its salts, and writes its first tally and what it learnt of a source, after its first answers. */
const SETTLED = 500;

/** How often an answer waits for the network. */
export async function trips({ store, standIns, databaseTrips, openGoodword }: Stage): Promise<Figure[]> {
  const ours = await openGoodword(inRawWorkerd);
  const connection = await openConnection(ours.port);
  const networkTrips = () => standIns.kv.reads + standIns.kv.writes + databaseTrips();
  const click = clickOn(store);
  const token = await clickToken(connection, store);
  await connection.ask(paidOrder(store, token), 200);
  await new Promise((resolve) => setTimeout(resolve, SETTLED));

  const start = networkTrips();
  for (let sent = 0; sent < REDIRECTS; sent += 1) await connection.ask(click, 302);
  const afterRedirects = networkTrips();
  for (let sent = 0; sent < CALLBACKS; sent += 1) await connection.ask(paidOrder(store, token), 200);
  const afterCallbacks = networkTrips();

  connection.close();
  await ours.close();
  return [
    exactly(0, 'network trips per warm redirect', (afterRedirects - start) / REDIRECTS),
    exactly(3, 'network trips per conversion callback', (afterCallbacks - afterRedirects) / CALLBACKS),
  ];
}

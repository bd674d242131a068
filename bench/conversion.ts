import { compare } from './harness/compare.ts';
import { openConnection } from './harness/connection.ts';
import { type Figure, noted } from './harness/figures.ts';
import { inRawWorkerd } from './harness/raw-workerd.ts';
import { clickOn, clickToken, paidOrder } from './harness/requests.ts';
import type { Stage } from './harness/stage.ts';

const LOAD = { connections: 1, milliseconds: 500, rounds: 11 };

/** The store posts signed orders, one after the other, and each is credited. */
export async function conversion({ store, openGoodword, openBare }: Stage): Promise<Figure[]> {
  const ours = await openGoodword(inRawWorkerd);
  const bare = await openBare(inRawWorkerd);
  const connection = await openConnection(ours.port);
  const click = clickOn(store);
  const token = await clickToken(connection, store);
  const credited = await connection.ask(paidOrder(store, token), 200);
  connection.close();
  if (!credited.includes('"credited"')) throw new Error(`An order should be credited:\n${credited}`);

  const { cpuPerAnswer, p50, p99 } = await compare(
    { target: ours, request: () => paidOrder(store, token), status: 200 },
    { target: bare, request: () => click, status: 302 },
    LOAD,
  );
  await Promise.all([ours.close(), bare.close()]);
  return [
    noted('CPU per conversion callback, over the bare Worker’s redirect', cpuPerAnswer),
    noted('p50 of a conversion callback, over the bare Worker’s redirect', p50),
    noted('p99 of a conversion callback, over the bare Worker’s redirect', p99),
  ];
}

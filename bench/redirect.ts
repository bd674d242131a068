import { setTimeout as pause } from 'node:timers/promises';
import { compare } from './harness/compare.ts';
import { atLeast, atMost, exactly, type Figure, noted } from './harness/figures.ts';
import { inMiniflare } from './harness/in-miniflare.ts';
import { inRawWorkerd } from './harness/raw-workerd.ts';
import { clickOn } from './harness/requests.ts';
import type { Runtime, Target } from './harness/runtime.ts';
import type { Stage } from './harness/stage.ts';

/** As fast as the Worker can. */
const FULL_LOAD = { connections: 32, milliseconds: 250, rounds: 31 };
/** What one friend feels who comes alone. */
const ALONE = { connections: 1, milliseconds: 250, rounds: 21 };

/** A friend follows a link that the isolate remembers, and the click is logged. */
export async function redirect(stage: Stage): Promise<Figure[]> {
  const raw = await open(stage, inRawWorkerd);
  const { queue } = stage.standIns;
  const clicksBefore = queue.clicks;
  const full = await compare(raw.ours, raw.bare, FULL_LOAD);
  const alone = await compare(raw.ours, raw.bare, ALONE);
  await pause(1000);
  const unlogged = full.answers + alone.answers - (queue.clicks - clicksBefore);
  await raw.close();

  const mini = await open(stage, inMiniflare);
  const fullMini = await compare(mini.ours, mini.bare, FULL_LOAD);
  await mini.close();
  return [
    atLeast(0.6, 'redirects/s on a warm hit, of the bare Worker’s, in raw workerd', full.perSecond),
    atLeast(0.6, 'redirects/s on a warm hit, of the bare Worker’s, in miniflare', fullMini.perSecond),
    atMost(1.5, 'CPU per warm redirect, over the bare Worker’s', full.cpuPerAnswer),
    noted('p50 of a warm redirect, over the bare Worker’s', alone.p50),
    noted('p99 of a warm redirect, over the bare Worker’s', alone.p99),
    exactly(0, 'redirects whose click did not reach the queue', unlogged),
  ];
}

async function open(stage: Stage, runtime: Runtime) {
  const [ours, bare] = [await stage.openGoodword(runtime), await stage.openBare(runtime)];
  const click = clickOn(stage.store);
  const party = (target: Target) => ({ target, request: () => click, status: 302 });
  return {
    ours: party(ours),
    bare: party(bare),
    close: () => Promise.all([ours.close(), bare.close()]),
  };
}

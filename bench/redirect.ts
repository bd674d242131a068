import { setTimeout as pause } from 'node:timers/promises';
import { compare } from './harness/compare.ts';
import { atLeast, atMost, exactly, type Figure, noted } from './harness/figures.ts';
import { inMiniflare } from './harness/in-miniflare.ts';
import { inRawWorkerd } from './harness/raw-workerd.ts';
import { clickOn } from './harness/requests.ts';
import type { Runtime, Target } from './harness/runtime.ts';
import type { Stage } from './harness/stage.ts';

const FULL_LOAD = { connections: 32, milliseconds: 500, rounds: 21 };
/** What one friend feels who comes alone. */
const ALONE = { connections: 1, milliseconds: 400, rounds: 15 };

/** A friend follows a link that the isolate remembers, and the click is logged. */
export async function redirect(stage: Stage): Promise<Figure[]> {
  const clicksBefore = stage.standIns.queue.clicks;
  const raw = await measure(stage, inRawWorkerd);
  await pause(1000);
  const unlogged = raw.answers - (stage.standIns.queue.clicks - clicksBefore);
  const mini = await measure(stage, inMiniflare);
  return [
    atLeast(0.6, 'redirects/s on a warm hit, of the bare Worker’s, in raw workerd', raw.full.perSecond),
    atLeast(0.6, 'redirects/s on a warm hit, of the bare Worker’s, in miniflare', mini.full.perSecond),
    atMost(1.5, 'CPU per warm redirect, over the bare Worker’s', raw.full.cpuPerAnswer),
    noted('p50 of a redirect, over the bare Worker’s', raw.alone.p50),
    noted('p99 of a redirect, over the bare Worker’s', raw.alone.p99),
    exactly(0, 'redirects whose click did not reach the queue', unlogged),
  ];
}

async function measure(stage: Stage, runtime: Runtime) {
  const ours = await stage.openGoodword(runtime);
  const bare = await stage.openBare(runtime);
  const request = clickOn(stage.store);
  const party = (target: Target) => ({ target, request: () => request, status: 302 });
  const full = await compare(party(ours), party(bare), FULL_LOAD);
  const alone = await compare(party(ours), party(bare), ALONE);
  await Promise.all([ours.close(), bare.close()]);
  return { full, alone, answers: full.answers + alone.answers };
}

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { unstable_readConfig } from 'wrangler';
import { type Api, apiAt } from '../dev/api.ts';
import { type DemoStore, makeDemoStore } from '../dev/demo-store.ts';
import { openInstance } from '../dev/instance.ts';
import { atExit } from './harness/at-exit.ts';
import type { Figure } from './harness/figures.ts';
import { percentile } from './harness/percentile.ts';

const BROWSER = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36';
const GOAL_SECONDS = 5;
/** As many as one answer of the statistics can tell apart. */
const LINKS = 100;
const CLICKS_PER_LINK = 2;
const CLICKS = LINKS * CLICKS_PER_LINK;
/** Between two clicks, in milliseconds. */
const REST = 40;
const POLL = 50;
const PATIENCE = 60_000;

/** What is read of wrangler.toml here; wrangler's own type does not say. */
interface WranglerConfig {
  queues: { consumers: { queue: string; max_batch_timeout: number }[] };
}

/** How long a store waits for a click in its statistics: with the queue and its consumer as wrangler.toml has them. */
export async function visible(): Promise<Figure[]> {
  const directory = mkdtempSync(join(tmpdir(), 'goodword-visible-'));
  atExit(() => rmSync(directory, { recursive: true, force: true }));
  const instance = await openInstance({ directory, port: 0 });
  const api = apiAt(instance.url);
  const store = await makeDemoStore(api, instance.deploymentToken, 'https://shop.example.com/welcome');
  const links = await makeLinks(api, store);
  const waits = await waitsOf(api, store, links);
  await instance.close();

  const queueWait = longestWait();
  const p95 = percentile(waits, 95) / 1000 / queueWait;
  const goal = GOAL_SECONDS / queueWait;
  return [
    {
      figure: `p95 until a click is in the statistics, over the queue’s max_batch_timeout of ${queueWait} s`,
      measured: p95.toFixed(1),
      goal: `≤ ${goal}`,
      met: waits.length === CLICKS && p95 <= goal,
    },
  ];
}

async function makeLinks(api: Api, { secretKey: key, programId, advocateId }: DemoStore): Promise<Link[]> {
  const links: Link[] = [];
  for (let made = 0; made < LINKS; made += 1) {
    const body = { programId, advocateId };
    links.push(await api.call<Link>('POST', '/v1/links', { key, body, status: 201 }));
  }
  return links;
}

interface Link {
  id: string;
  url: string;
}

/** Milliseconds from the answer of each click until the count of its link told of it. */
async function waitsOf(api: Api, store: DemoStore, links: readonly Link[]): Promise<number[]> {
  const answeredAt = new Map(links.map(({ id }): [string, number[]] => [id, []]));
  const waits: number[] = [];

  const follow = async () => {
    for (let round = 0; round < CLICKS_PER_LINK; round += 1) {
      for (const { id, url } of links) {
        const { status } = await fetch(url, { redirect: 'manual', headers: { 'User-Agent': BROWSER } });
        if (status !== 302) throw new Error(`A link should answer 302 and answers ${status}.`);
        answeredAt.get(id)?.push(performance.now());
        await pause(REST);
      }
    }
  };

  const watch = async () => {
    const seen = new Map<string, number>();
    const end = performance.now() + PATIENCE;
    while (waits.length < CLICKS && performance.now() < end) {
      const { groups } = await api.call<Analysis>('GET', `/v1/analytics/clicks?groupBy=link&limit=${LINKS}`, {
        key: store.secretKey,
      });
      const now = performance.now();
      for (const { key, clicks } of groups) {
        const before = seen.get(key) ?? 0;
        const fresh = answeredAt.get(key)?.slice(before, clicks) ?? [];
        seen.set(key, before + fresh.length);
        waits.push(...fresh.map((at) => now - at));
      }
      await pause(POLL);
    }
  };

  await Promise.all([follow(), watch()]);
  return waits;
}

interface Analysis {
  groups: { key: string; clicks: number }[];
}

/** Seconds for which the queue of clicks may collect messages before it delivers them. */
function longestWait(): number {
  const config: WranglerConfig = unstable_readConfig({ config: join(import.meta.dirname, '../wrangler.toml') });
  const consumer = config.queues.consumers.find(({ queue }) => queue === 'goodword-clicks');
  if (consumer === undefined) throw new Error('wrangler.toml has no consumer of the clicks.');
  return consumer.max_batch_timeout;
}

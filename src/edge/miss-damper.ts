import { networkOf } from '../domain/network.ts';
import { createRecent } from './recent.ts';

/** Who asks, where the deployment limits how many unknown codes a network may have looked up. */
export interface Asker {
  address: string;
  limiter: Pick<RateLimit, 'limit'>;
}

const NETWORKS = 1000;
const REST = 10_000;

export interface MissDamper {
  /** For how many milliseconds no code is looked up for this network; 0: at once. */
  restOf(asker: Asker, now: number): number;
  /** Has the limiter count a code that nobody knows. */
  count(asker: Asker, now: () => number): Promise<void>;
}

/** Remembers which networks were over the limit, so that their next codes need not even ask the limiter. */
export function createMissDamper(): MissDamper {
  const until = createRecent<number>(NETWORKS);
  return {
    restOf: ({ address }, now) => Math.max(0, (until.get(networkOf(address) ?? '') ?? 0) - now),

    async count({ address, limiter }, now) {
      const key = networkOf(address);
      if (key !== null && !(await limiter.limit({ key })).success) until.set(key, now() + REST);
    },
  };
}

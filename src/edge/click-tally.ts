import type { Click } from '../domain/click.ts';

/** How many clicks of an hour, in milliseconds on the hour, an isolate has answered. */
export interface HourTally {
  hour: number;
  answered: number;
}

/** Handed in with every call, because no I/O may be kept from one request for another. */
export interface TallySources {
  storeTallies: (isolate: string, tallies: readonly HourTally[]) => Promise<unknown>;
  waitUntil: (work: Promise<unknown>) => void;
}

export interface ClickTally {
  count(click: Pick<Click, 'id' | 'at'>, sources: TallySources): void;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/**
 * What an isolate says it answered, to be held against what was stored. It goes into the database past the pool and the
 * queue, at most once a minute and when the hour turns. The numbers only grow, so that one which failed is made good by
 * the next.
 */
export function createClickTally(): ClickTally {
  const answered = new Map<number, number>();
  /** The first click that it answers names an isolate. */
  let isolate: string | null = null;
  let stored = { at: Number.NEGATIVE_INFINITY, hour: 0 };

  return {
    count({ id, at }, { storeTallies, waitUntil }) {
      isolate ??= id;
      const hour = at - (at % HOUR);
      answered.set(hour, (answered.get(hour) ?? 0) + 1);
      if (at - stored.at < MINUTE && hour === stored.hour) return;
      stored = { at, hour };
      waitUntil(save(isolate, hour, storeTallies));
    },
  };

  async function save(isolate: string, hour: number, storeTallies: TallySources['storeTallies']): Promise<void> {
    const tallies = Array.from(answered, ([hour, answered]) => ({ hour, answered }));
    await storeTallies(isolate, tallies);
    for (const tally of tallies) {
      if (tally.hour < hour && answered.get(tally.hour) === tally.answered) answered.delete(tally.hour);
    }
  }
}

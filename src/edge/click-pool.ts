import type { Click } from '../domain/click.ts';
import { LATE, pause, within } from './within.ts';

/** Handed in with every click, because no I/O may be kept from one request for another. */
export interface ClickOutlets {
  queue: Pick<Queue, 'send'>;
  /** Straight into the database, for when the queue takes nothing. */
  store: (clicks: readonly Click[]) => Promise<void>;
  waitUntil: (work: Promise<unknown>) => void;
}

export interface ClickPool {
  add(click: Click, outlets: ClickOutlets): void;
}

/** Queues bill per 64 KB and take 128 KB at most. */
const MOST_CLICKS = 100;
const MOST_BYTES = 48_000;
const IDLE = 25;
const SEND_LIMIT = 3000;
const SEND_ATTEMPTS = 3;
const STORE_LIMIT = 5000;
const GUARDS = 3;
const WATCH = 50;
/** Longer than a delivery may take with all its limits, and early enough for another one within `waitUntil`'s 30 s. */
const TRUST = 16_000;

interface Batch {
  clicks: Click[];
  bytes: number;
  takes: number;
  sent: boolean;
}

/**
 * Packs the clicks of an isolate's requests into one message. The first requests of a batch guard it: each stays, by its
 * own timers, until the batch was sent, and whoever wakes first sends it for all. If that one is ended, another guard takes
 * over; a click that was sent twice is stored once. The requests that follow need not stay, and a timer for each of them
 * would cost more than all the rest of a redirect.
 */
export function createClickPool(chance: () => number): ClickPool {
  let open = emptyBatch();

  return {
    add(click, outlets) {
      const batch = open;
      batch.clicks.push(click);
      batch.bytes += bytesOf(click);
      if (batch.clicks.length === MOST_CLICKS || batch.bytes >= MOST_BYTES) outlets.waitUntil(take(batch, outlets));
      else if (batch.clicks.length <= GUARDS) outlets.waitUntil(guard(batch, outlets));
    },
  };

  async function guard(batch: Batch, outlets: ClickOutlets): Promise<void> {
    await pause(IDLE);
    for (let waited = 0; !batch.sent; waited += WATCH) {
      if (batch.takes === 0 || waited >= TRUST) return take(batch, outlets);
      await pause(WATCH);
    }
  }

  async function take(batch: Batch, outlets: ClickOutlets): Promise<void> {
    batch.takes += 1;
    if (open === batch) open = emptyBatch();
    await deliver(batch.clicks, outlets, chance);
    batch.sent = true;
  }
}

async function deliver(clicks: readonly Click[], { queue, store }: ClickOutlets, chance: () => number): Promise<void> {
  for (let attempt = 0; attempt < SEND_ATTEMPTS; attempt += 1) {
    if (attempt > 0) await pause(100 * 2 ** attempt * (0.5 + chance()));
    if (await succeeds(SEND_LIMIT, () => queue.send({ clicks }))) return;
  }
  console.log({ message: 'queue_unavailable', clicks: clicks.length });
  if (await succeeds(STORE_LIMIT, () => store(clicks))) return;
  console.log({ message: 'clicks_unsent', clicks });
}

async function succeeds(limit: number, work: () => Promise<unknown>): Promise<boolean> {
  try {
    return (await within(limit, work())) !== LATE;
  } catch {
    return false;
  }
}

function emptyBatch(): Batch {
  return { clicks: [], bytes: 0, takes: 0, sent: false };
}

/** An estimate from above, to spare each redirect the writing of its JSON: the rest is of nearly one length. */
function bytesOf({ referrerHost, visitor }: Click): number {
  return 300 + (referrerHost?.length ?? 0) + (visitor?.length ?? 0);
}

import type { Click } from '../domain/click.ts';
import { LATE, pause, within } from './within.ts';

/** Where clicks go: those of the request that adds one, because no I/O may be kept from one request for another. */
export interface ClickOutlets {
  queue: Pick<Queue, 'send'>;
  /** Straight into the database, for when the queue takes nothing. */
  store: (clicks: readonly Click[]) => Promise<void>;
}

export interface ClickPool {
  /** Resolves when the click was sent, never rejects; to be held in the request's `waitUntil`. */
  add(click: Click, outlets: ClickOutlets): Promise<void>;
}

/** Queues bill per 64 KB and take 128 KB at most. */
const MOST_CLICKS = 100;
const MOST_BYTES = 48_000;
const IDLE = 25;
const SEND_LIMIT = 3000;
const SEND_ATTEMPTS = 3;
const STORE_LIMIT = 5000;
/** How long the others trust the one that sends; late enough for it, early enough within `waitUntil`'s 30 s. */
const TRUST = 10_000;

interface Batch {
  clicks: Click[];
  bytes: number;
  takes: number;
  sent: boolean;
  whenSent: PromiseWithResolvers<void>;
}

/**
 * Packs the clicks of an isolate's requests into one message. Whoever of a batch wakes first sends it for all, and the
 * others stay until it is sent: if the sender dies, the next one takes over, and a click that was sent twice is stored once.
 */
export function createClickPool(): ClickPool {
  let open = emptyBatch();

  return {
    add(click, outlets) {
      const batch = open;
      batch.clicks.push(click);
      batch.bytes += bytesOf(click);
      if (batch.clicks.length < MOST_CLICKS && batch.bytes < MOST_BYTES) return hold(batch, outlets);
      return take(batch, outlets);
    },
  };

  async function hold(batch: Batch, outlets: ClickOutlets): Promise<void> {
    await pause(IDLE);
    let takesSeen = 0;
    while (!batch.sent) {
      if (batch.takes === takesSeen) return take(batch, outlets);
      takesSeen = batch.takes;
      await within(TRUST, batch.whenSent.promise);
    }
  }

  async function take(batch: Batch, outlets: ClickOutlets): Promise<void> {
    batch.takes += 1;
    if (open === batch) open = emptyBatch();
    await deliver(batch.clicks, outlets);
    batch.sent = true;
    batch.whenSent.resolve();
  }
}

async function deliver(clicks: readonly Click[], { queue, store }: ClickOutlets): Promise<void> {
  for (let attempt = 0; attempt < SEND_ATTEMPTS; attempt += 1) {
    if (attempt > 0) await pause(100 * 2 ** attempt * (0.5 + Math.random()));
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
  return { clicks: [], bytes: 0, takes: 0, sent: false, whenSent: Promise.withResolvers() };
}

/** An estimate from above, to spare each redirect the writing of its JSON: the rest is of nearly one length. */
function bytesOf({ referrerHost, visitor }: Click): number {
  return 300 + (referrerHost?.length ?? 0) + (visitor?.length ?? 0);
}

import type { Click } from '../domain/click.ts';
import { LATE, pause, within } from './within.ts';

/** Handed in with every click, because no I/O may be kept from one request for another. */
export interface ClickOutlets {
  queue: Pick<Queue, 'send'>;
  /** Straight into the database, for when the queue takes nothing. */
  store: (clicks: readonly Click[]) => Promise<unknown>;
  waitUntil: (work: Promise<unknown>) => void;
}

export interface ClickPool {
  add(click: Click, outlets: ClickOutlets): void;
  /** A message of its own, waited for as long as one attempt may take; whatever comes of it goes on after that. */
  deliver(click: Click, outlets: ClickOutlets): Promise<void>;
}

/** Queues bill per 64 KB and take 128 KB at most. */
const MOST_CLICKS = 100;
const MOST_BYTES = 48_000;
const SHORTEST_WAIT = 25;
const LONGEST_WAIT = 1000;
const SEND_LIMIT = 3000;
const SEND_ATTEMPTS = 3;
const STORE_LIMIT = 3500;
const GUARDS = 3;
const WATCH = 50;
/** Longer than a delivery may take with all its limits, and early enough for another one within `waitUntil`'s 30 s. */
const TRUST = 13_500;

interface Batch {
  /** How long it stays open for more clicks, in milliseconds. */
  wait: number;
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
  let open = emptyBatch(SHORTEST_WAIT);

  return {
    add(click, outlets) {
      const batch = open;
      batch.clicks.push(click);
      batch.bytes += bytesOf(click);
      if (batch.clicks.length === MOST_CLICKS || batch.bytes >= MOST_BYTES) outlets.waitUntil(take(batch, outlets));
      else if (batch.clicks.length <= GUARDS) outlets.waitUntil(guard(batch, outlets));
    },

    async deliver(click, outlets) {
      const delivery = deliver([click], outlets, chance);
      outlets.waitUntil(delivery);
      await within(SEND_LIMIT, delivery);
    },
  };

  async function guard(batch: Batch, outlets: ClickOutlets): Promise<void> {
    await pause(batch.wait);
    for (let waited = 0; !batch.sent; waited += WATCH) {
      if (batch.takes === 0 || waited >= TRUST) return take(batch, outlets);
      await pause(WATCH);
    }
  }

  async function take(batch: Batch, outlets: ClickOutlets): Promise<void> {
    batch.takes += 1;
    if (open === batch) open = emptyBatch(waitAfter(batch));
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
  // As a text, because some logs cut objects short; `npm run clicks:replay` reads it.
  console.log(JSON.stringify({ message: 'clicks_unsent', clicks }));
}

async function succeeds(limit: number, work: () => Promise<unknown>): Promise<boolean> {
  try {
    return (await within(limit, work())) !== LATE;
  } catch {
    return false;
  }
}

/** Where clicks are rare each goes at once; where they are many, ever more of them share a message. */
function waitAfter({ wait, clicks }: Batch): number {
  return clicks.length > 1 ? Math.min(2 * wait, LONGEST_WAIT) : Math.max(wait / 2, SHORTEST_WAIT);
}

function emptyBatch(wait: number): Batch {
  return { wait, clicks: [], bytes: 0, takes: 0, sent: false };
}

/** An estimate from above, to spare each redirect the writing of its JSON: the rest is of nearly one length. */
function bytesOf({ referrerHost, visitor, timeZone }: Click): number {
  return 330 + (referrerHost?.length ?? 0) + (visitor?.length ?? 0) + (timeZone?.length ?? 0);
}

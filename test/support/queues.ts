export interface TestQueue {
  /** What the Worker is bound to. */
  binding: Queue;
  /** What waits to be delivered. */
  messages: TestMessage[];
  /** Whether a send is refused. */
  failing: boolean;
  sends: number;
  /** For how long, in seconds, messages were to wait that were given back, one after the other. */
  delays: number[];
  /** Delivers until nothing waits; throws, and keeps what waits, when a message is given back again and again. */
  drain(options?: DrainOptions): Promise<void>;
}

export interface TestMessage {
  id: string;
  body: unknown;
  attempts: number;
}

export interface DrainOptions {
  /** Delivers everything a second time, in the opposite order and cut into other batches, as a queue may. */
  again?: boolean;
  batchSize?: number;
  /** Where a message goes that is given back again and again, as to a queue of dead letters; nowhere: that is an error. */
  dead?: TestQueue;
}

const MOST_ATTEMPTS = 10;

/** A queue in memory, whose messages go through the Worker's own consumer when the test says so. */
export function createQueue(name: string, deliver: (batch: MessageBatch) => Promise<void>): TestQueue {
  let count = 0;
  const queue: TestQueue = {
    messages: [],
    failing: false,
    sends: 0,
    delays: [],
    binding: {
      send: async (body: unknown) => accept([body]),
      sendBatch: async (batch: Iterable<{ body: unknown }>) => accept(Array.from(batch, ({ body }) => body)),
    } as unknown as Queue,
    async drain({ again = false, batchSize = 100, dead } = {}) {
      const all = [...queue.messages];
      await deliverAll(batchSize, dead);
      if (!again) return;
      queue.messages = all.reverse();
      await deliverAll(Math.max(1, Math.ceil(batchSize / 3)), dead);
    },
  };
  return queue;

  function accept(bodies: unknown[]): void {
    queue.sends += 1;
    if (queue.failing) throw new Error('The queue is out of reach');
    for (const body of bodies) {
      count += 1;
      // As the real one does: what the consumer gets is a copy.
      queue.messages.push({ id: String(count), body: structuredClone(body), attempts: 0 });
    }
  }

  async function deliverAll(batchSize: number, dead: TestQueue | undefined): Promise<void> {
    while (queue.messages.length > 0) {
      const batch = queue.messages.splice(0, batchSize);
      const retried = await deliverBatch(batch);
      const worn = retried.filter(({ attempts }) => attempts >= MOST_ATTEMPTS);
      for (const message of worn) message.attempts = 0;
      dead?.messages.push(...worn);
      queue.messages.push(...retried.filter((message) => dead === undefined || !worn.includes(message)));
      if (dead === undefined && worn.length > 0)
        throw new Error(`${worn.length} messages were given back ${MOST_ATTEMPTS} times`);
    }
  }

  async function deliverBatch(batch: TestMessage[]): Promise<TestMessage[]> {
    const retried = new Set<TestMessage>();
    for (const message of batch) message.attempts += 1;
    try {
      await deliver({
        queue: name,
        messages: batch.map((message) => ({
          id: message.id,
          body: message.body,
          attempts: message.attempts,
          timestamp: new Date(0),
          ack: () => void retried.delete(message),
          retry: ({ delaySeconds = 0 }: QueueRetryOptions = {}) => {
            retried.add(message);
            queue.delays.push(delaySeconds);
          },
        })),
        ackAll: () => retried.clear(),
        retryAll: () => {
          for (const message of batch) retried.add(message);
        },
      } as unknown as MessageBatch);
    } catch {
      return batch;
    }
    return [...retried];
  }
}

import { createDoors } from '../../src/doors.ts';
import type { Bindings } from '../../src/env.ts';
import { createIsolate } from '../../src/isolate.ts';
import { type Clock, createClock } from './clock.ts';
import { checkContract } from './contract.ts';
import { createDatabase, type TestDatabase } from './database.ts';
import { createCountingId } from './ids.ts';
import { createFarKv, createKv, type TestKv } from './kv.ts';
import { createQueue, type TestQueue } from './queues.ts';
import { createRateLimit, type TestRateLimit } from './rate-limit.ts';

export const ORIGIN = 'https://go.example.com';
export const DEPLOYMENT_TOKEN = 'deployment-token-of-the-test-suite';

/** What JSON.parse makes of a body; that it fits the document is checked for every answer. */
export type Json = ReturnType<typeof JSON.parse>;

export interface TestAnswer {
  status: number;
  headers: Headers;
  text: string;
  /** null where the answer is not JSON. */
  body: Json;
}

export interface RequestOptions {
  /** A secret key; null sends none. The ready-made store's live key unless said. */
  key?: string | null;
  /** Sent as JSON, unless it is a text or bytes, which are sent as they are. */
  body?: unknown;
  headers?: Record<string, string>;
}

export interface TestSide {
  id: string;
  secretKey: string;
  publishableKey: string;
}

export interface TestApp {
  clock: Clock;
  database: TestDatabase;
  kv: TestKv;
  clicks: TestQueue;
  /** Deliveries of clicks that the queue gave up on. */
  deadClicks: TestQueue;
  /** Callbacks that could not be carried out when they came. */
  callbacks: TestQueue;
  /** Those that the queue gave up on. */
  deadCallbacks: TestQueue;
  misses: TestRateLimit;
  bindings: Bindings;
  /** Answers what the Worker asks of others than the database; nobody is there unless a test says so. */
  outside: (request: Request) => Response | Promise<Response>;
  /** A ready-made store. */
  store: { live: TestSide; test: TestSide };
  request(method: string, path: string, options?: RequestOptions): Promise<TestAnswer>;
  /** A request that may be outside the document, e.g. a friend's click. */
  fetch(request: Request, environment?: Bindings): Promise<Response>;
  createStore(name: string): Promise<{ live: TestSide; test: TestSide }>;
  cron(expression?: string): Promise<void>;
  /** Waits for all work that goes on after answers. */
  settled(): Promise<void>;
  /** A new isolate that remembers nothing, on the same database, KV and queues. */
  coldStart(): void;
  /** Another isolate, in another place, on the same database and queues, which sees KV as old as that may be there. */
  elsewhere(): Pick<TestApp, 'fetch'>;
}

/** The real app on a real database, with a clock that stands still. */
export async function createTestApp(): Promise<TestApp> {
  const clock = createClock();
  const database = createDatabase();
  const kv = createKv();
  const misses = createRateLimit();
  const newId = createCountingId(clock.now);
  const work = new Set<Promise<unknown>>();
  const execution = {
    waitUntil(promise: Promise<unknown>) {
      const waited = promise.catch(() => {}).finally(() => work.delete(waited));
      work.add(waited);
    },
    passThroughOnException: () => {},
    props: {},
  } as unknown as ExecutionContext;
  const clicks = createQueue('goodword-clicks', (batch) => doors.queue(batch, bindings, execution));
  const deadClicks = createQueue('goodword-clicks-dead', (batch) => doors.queue(batch, bindings, execution));
  const callbacks = createQueue('goodword-callbacks', (batch) => doors.queue(batch, bindings, execution));
  const deadCallbacks = createQueue('goodword-callbacks-dead', (batch) => doors.queue(batch, bindings, execution));
  const bindings: Bindings = {
    DATABASE_URL: database.url,
    MASTER_KEYS: `1:${btoa('a master key of exactly 32 bytes')}`,
    DEPLOYMENT_TOKEN,
    PUBLIC_URL: ORIGIN,
    LINKS: kv.binding,
    CLICKS: clicks.binding,
    CALLBACKS: callbacks.binding,
    MISSES: misses.binding,
  };
  let doors = openDoors();

  function openDoors() {
    return createDoors(createIsolate({ now: clock.now, newId, fetch: reach }));
  }

  async function reach(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
    const url = input instanceof Request ? input.url : String(input);
    return url.startsWith(database.url) ? database.fetch(input, init) : app.outside(new Request(input, init));
  }

  async function request(method: string, path: string, options: RequestOptions = {}): Promise<TestAnswer> {
    const { key = app.store.live.secretKey, body, headers = {} } = options;
    const isRaw = body === undefined || typeof body === 'string' || body instanceof Uint8Array;
    const response = await app.fetch(
      new Request(ORIGIN + path, {
        method,
        headers: {
          ...(key === null ? {} : { Authorization: `Bearer ${key}` }),
          ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: isRaw ? (body as BodyInit) : JSON.stringify(body) }),
      }),
    );
    const text = await response.text();
    const isJson = /^application\/(problem\+)?json$/.test(response.headers.get('Content-Type') ?? '');
    const answer = {
      status: response.status,
      headers: response.headers,
      text,
      body: isJson && text !== '' ? JSON.parse(text) : null,
    };
    checkContract({ method, path, sent: isRaw ? undefined : body, ...answer });
    return answer;
  }

  async function createStore(name: string) {
    const { body } = await request('POST', '/v1/stores', { key: DEPLOYMENT_TOKEN, body: { name } });
    return body as TestApp['store'];
  }

  async function settled(): Promise<void> {
    while (work.size > 0) await Promise.allSettled(work);
  }

  const app: TestApp = {
    clock,
    database,
    kv,
    clicks,
    deadClicks,
    callbacks,
    deadCallbacks,
    misses,
    bindings,
    outside: ({ url }) => {
      throw new TypeError(`fetch failed: nobody is at ${url}`);
    },
    store: { live: noSide, test: noSide },
    request,
    fetch: (request, environment = bindings) => doors.fetch(request, environment, execution),
    createStore,
    cron: (cron = '* * * * *') =>
      doors.scheduled({ cron, scheduledTime: clock.now(), noRetry() {} } as ScheduledController, bindings, execution),
    settled,
    coldStart() {
      doors = openDoors();
    },
    elsewhere() {
      const there = { ...bindings, LINKS: createFarKv(kv, clock.now) };
      const farDoors = openDoors();
      return { fetch: (request, environment = there) => farDoors.fetch(request, environment, execution) };
    },
  };
  app.store = await createStore('Maple Coffee');
  database.trips = 0;
  return app;
}

const noSide: TestSide = { id: '', secretKey: '', publishableKey: '' };

import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { apiAt } from '../dev/api.ts';
import { startLibsqlServer } from '../dev/libsql-server.ts';
import { migrate } from '../dev/migrate.ts';
import { runWorker } from '../dev/worker.ts';
import { type Database, openDatabase } from '../src/db/client.ts';
import { ownStore } from '../test/support/stories/own-store.ts';
import type { Message, Platform } from '../test/support/stories/platform.ts';
import { shopify } from '../test/support/stories/shopify.ts';
import { stripe } from '../test/support/stories/stripe.ts';
import { woocommerce } from '../test/support/stories/woocommerce.ts';
import { atExit } from './harness/at-exit.ts';
import { exactly, type Figure } from './harness/figures.ts';

/** Seconds. */
const LENGTH = process.env['BENCH_FULL'] === '1' ? 60 : 10;
/** Before the outage and after it, in seconds. */
const BREATH = 2;
const PER_SECOND = 50;
const PLATFORMS = [ownStore, shopify, stripe, woocommerce];
const EVENTS = ['paid', 'refund 1'];
/** The last attempt of the queue in the outage is followed by one that comes as late as the outage was long. */
const DRAINED = 2.5 * LENGTH * 1000 + 30_000;
const MINUTE = 60_000;
const [DONE, QUEUED, REFUSED] = [200, 202, 503];

const PROGRAM = {
  name: 'Get 10 %',
  destination: 'https://shop.example.com/welcome',
  allowedHosts: ['shop.example.com'],
  rules: [
    { side: 'advocate', trigger: 'purchase', kind: 'store_credit', value: { type: 'percent', basisPoints: 1000 } },
    { side: 'friend', trigger: 'purchase', kind: 'coupon', value: { type: 'fixed', amounts: { USD: 500 } } },
  ],
};

/** A callback that a platform posts until it is acknowledged. */
interface Call {
  account: string;
  /** Of the order at its sender. */
  orderId: string;
  event: string;
  post(): Promise<number>;
}

/** Stores post orders and refunds, some of them twice, while the database is stopped and started again. */
export async function callbackOutage(): Promise<Figure[]> {
  const directory = mkdtempSync(join(tmpdir(), 'goodword-callbacks-'));
  atExit(() => rmSync(directory, { recursive: true, force: true }));
  let libsql = await startLibsqlServer({ directory });
  const { port } = libsql;
  const databaseUrl = libsql.urlFor('bench');
  await migrate(databaseUrl);
  const deploymentToken = randomBytes(32).toString('hex');
  const masterKeys = `1:${randomBytes(32).toString('base64')}`;
  const worker = await runWorker({ databaseUrl, publicUrl: 'http://127.0.0.1', masterKeys, deploymentToken });
  const callsOf = await openSenders(worker.url, deploymentToken);

  const faults = async () => {
    await pause(BREATH * 1000);
    await libsql.close();
    await pause(LENGTH * 1000);
    libsql = await startLibsqlServer({ directory, port });
  };
  const [{ calls, queued }] = await Promise.all([postAll(callsOf), faults()]);
  const db = openDatabase({ url: databaseUrl, fetch });
  const lost = await untilStored(db, calls);
  const [wrong, waiting] = [await wronglyCredited(db), await stillWaiting(db)];
  await worker.close();
  await libsql.close();
  const what = `callbacks of ${calls.length} acknowledged, ${queued} answers being 202, around ${LENGTH} s without a database`;
  return [
    exactly(0, `${what}, and not stored`, lost),
    exactly(0, 'orders of them that were not credited exactly once', wrong),
    exactly(0, 'callbacks of them that still wait', waiting),
  ];
}

/** Makes a store with a source for each platform; answers what to post of a purchase. */
async function openSenders(url: string, deploymentToken: string): Promise<(number: number) => Call[]> {
  const api = apiAt(url);
  const make = <Body>(path: string, key: string, body: object) =>
    api.call<Body>('POST', path, { key, body, status: 201 });
  const store = await make<{ live: { secretKey: string } }>('/v1/stores', deploymentToken, { name: 'Maple Coffee' });
  const key = store.live.secretKey;
  const { id: programId } = await make<{ id: string }>('/v1/programs', key, PROGRAM);
  const { id: advocateId } = await make<{ id: string }>('/v1/advocates', key, { customerId: 'ann' });
  const { code } = await make<{ code: string }>('/v1/links', key, { programId, advocateId });
  const senders: { platform: Platform; id: string; secret: string }[] = [];
  for (const platform of PLATFORMS) {
    const source = { name: 'Shop', ...platform.source };
    senders.push({ platform, ...(await make<{ id: string; secret: string }>('/v1/sources', key, source)) });
  }

  return (number) => {
    const sender = senders[number % senders.length];
    if (sender === undefined) throw new Error('Nobody sends.');
    const { platform, id, secret } = sender;
    const purchase = { number, code, paidAt: Date.now() - MINUTE };
    const story = platform.story(purchase);
    return EVENTS.flatMap((event) => {
      const message = story[event]?.(`${number}-${EVENTS.indexOf(event)}`);
      if (message === undefined) return [];
      const post = () => send(`${url}/callbacks/${id}`, message, (at) => platform.sign({ secret, message, at }));
      return [{ account: id, orderId: platform.orderId(purchase), event, post }];
    });
  };
}

async function send(url: string, { body }: Message, sign: (at: number) => Record<string, string>): Promise<number> {
  const headers = { ...sign(Math.floor(Date.now() / 1000)), 'Content-Type': 'application/json' };
  const answer = await fetch(url, { method: 'POST', headers, body });
  await answer.arrayBuffer();
  return answer.status;
}

/** At an even rate, every tenth call twice at the same moment. Answers when all are acknowledged, and how many had to wait. */
async function postAll(callsOf: (number: number) => Call[]): Promise<{ calls: Call[]; queued: number }> {
  const calls: Call[] = [];
  const running: Promise<number>[] = [];
  const count = PER_SECOND * (LENGTH + 2 * BREATH);
  const start = performance.now();
  for (let number = 1; calls.length < count; number += 1) {
    for (const call of callsOf(number)) {
      await pause(Math.max(0, start + (calls.length * 1000) / PER_SECOND - performance.now()));
      calls.push(call);
      running.push(persist(call));
      if (calls.length % 10 === 0) running.push(persist(call));
    }
  }
  const statuses = await Promise.all(running);
  return { calls, queued: statuses.filter((status) => status === QUEUED).length };
}

/** Refused for the time being, it is posted again a second later. */
async function persist({ post }: Call): Promise<number> {
  for (;;) {
    const status = await post();
    if (status === DONE || status === QUEUED) return status;
    if (status !== REFUSED) throw new Error(`A callback was answered ${status}.`);
    await pause(1000);
  }
}

/** How many of the calls have left no trace when all should have been carried out. */
async function untilStored(db: Database, calls: readonly Call[]): Promise<number> {
  const end = performance.now() + DRAINED;
  for (;;) {
    const stored = await tracesOf(db);
    const lost = calls.filter((call) => !stored.has(traceOf(call.account, call.orderId, call.event))).length;
    if (lost === 0 || performance.now() > end) return lost;
    await pause(1000);
  }
}

async function tracesOf(db: Database): Promise<Set<string>> {
  const { rows } = await db.client.execute(
    `select account, order_external_id as order_id, iif(kind = 'paid', 'paid', 'refund 1') as event from order_changes
      where kind in ('paid', 'refund', 'refund_total')`,
  );
  return new Set(rows.map((row) => traceOf(String(row['account']), String(row['order_id']), String(row['event']))));
}

function traceOf(account: string, orderId: string, event: string): string {
  return `${account}/${orderId}/${event}`;
}

/** Of all orders: with more or less than one conversion, or one grant in the ledger for each side. */
async function wronglyCredited(db: Database): Promise<number> {
  const { rows } = await db.client.execute(
    `select orders.id from orders left join conversions on conversions.order_id = orders.id
      left join rewards on rewards.conversion_id = conversions.id
      left join ledger_entries on ledger_entries.reward_id = rewards.id and ledger_entries.kind = 'grant'
      group by orders.id
      having count(distinct conversions.id) <> 1 or count(distinct rewards.id) <> 2 or count(ledger_entries.id) <> 2`,
  );
  return rows.length;
}

async function stillWaiting(db: Database): Promise<number> {
  const { rows } = await db.client.execute(
    "select count(*) as waiting from callbacks where status in ('queued', 'held')",
  );
  return Number(rows[0]?.['waiting']);
}

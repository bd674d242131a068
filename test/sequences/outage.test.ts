import { setTimeout as pause } from 'node:timers/promises';
import { beforeEach, describe, expect, it } from 'vitest';
import { createTestApp, type TestAnswer, type TestApp } from '../support/app.ts';
import { HOUR, SECOND } from '../support/clock.ts';
import { loggedErrors } from '../support/console.ts';
import { createShop, type Shop } from '../support/shop.ts';
import { type End, endsOf, REFUNDED } from '../support/stories/ends.ts';
import { inFlight } from '../support/stories/in-flight.ts';
import { ownStore } from '../support/stories/own-store.ts';
import { openSender, type Platform, type Sender } from '../support/stories/platform.ts';
import { expectBalance } from '../support/stories/play.ts';
import { shopify } from '../support/stories/shopify.ts';
import { stripe } from '../support/stories/stripe.ts';
import { woocommerce } from '../support/stories/woocommerce.ts';

const PLATFORMS = [ownStore, shopify, stripe, woocommerce];
const EVENTS = ['paid', 'refund 1', 'refund 2'];

/** One message of one purchase, as its platform tells it. */
interface Call {
  number: number;
  event: string;
}

describe('callbacks of several platforms', { timeout: 60_000 }, () => {
  let app: TestApp;
  let shop: Shop;
  let senders: { platform: Platform; sender: Sender }[];
  let paidAt: number;

  beforeEach(async () => {
    app = await createTestApp();
    shop = await createShop(app);
    senders = [];
    for (const platform of PLATFORMS) senders.push({ platform, sender: await openSender(app, shop, platform) });
    paidAt = app.clock.now();
    app.clock.advance(HOUR);
  });

  function senderOf(number: number) {
    const found = senders[number % senders.length];
    if (found === undefined) throw new Error('Nobody sends');
    return found;
  }

  function post({ number, event }: Call): Promise<TestAnswer> {
    const { platform, sender } = senderOf(number);
    const tell = platform.story({ number, code: shop.ann.code, paidAt })[event];
    if (tell === undefined) throw new Error(`The story has no ${event}`);
    app.clock.advance(SECOND / 50);
    return sender.post(tell(`${number}-${EVENTS.indexOf(event)}`));
  }

  /** All that is told of these purchases, the last of them included. */
  function callsOf(from: number, to: number): Call[] {
    const numbers = Array.from({ length: to - from + 1 }, (_, index) => from + index);
    return EVENTS.flatMap((event) => numbers.map((number) => ({ number, event })));
  }

  /** Answers those that are not acknowledged, and so will be repeated. */
  async function postAll(calls: Call[]): Promise<Call[]> {
    const refused: Call[] = [];
    await inFlight(16, calls.length, async (index) => {
      const call = calls[index - 1];
      if (call === undefined) return;
      const { status, headers, text } = await post(call);
      expect([200, 202, 503], text).toContain(status);
      if (status !== 503) return;
      expect(headers.get('Retry-After')).toMatch(/^[1-9]\d*$/);
      refused.push(call);
    });
    return refused;
  }

  async function ends(): Promise<Record<string, End>> {
    await app.settled();
    return endsOf(app);
  }

  async function expectAllOf(numbers: number): Promise<void> {
    const found = Object.values(await ends());
    expect(found).toEqual(Array.from({ length: numbers }, () => REFUNDED));
    await expectBalance(app, shop, found);
  }

  it('that come while the database refuses all connections are acknowledged, lost to nobody, and each counts once', async () => {
    expect(await postAll(callsOf(1, 4))).toEqual([]);
    app.database.down = true;
    expect(await postAll(callsOf(5, 20))).toEqual([]);
    expect(Object.keys(await ends())).toHaveLength(4);
    app.database.down = false;
    expect(await postAll(callsOf(21, 24))).toEqual([]);
    await app.callbacks.drain({ again: true });
    await expectAllOf(24);
  });

  it('that cannot even be kept are refused until they can, and those that were acknowledged are there before', async () => {
    expect(await postAll(callsOf(1, 4))).toEqual([]);
    app.database.down = true;
    Object.defineProperty(app.callbacks, 'failing', { get: every(2) });
    const calls = callsOf(5, 24);
    const refused = await postAll(calls);
    expect(refused.length).toBeGreaterThan(0);
    app.kv.failing = true;
    app.coldStart();
    const strange = callsOf(25, 28);
    expect(await postAll(strange)).toHaveLength(strange.length);

    app.kv.failing = false;
    app.database.down = false;
    await app.callbacks.drain();
    const { rows } = await app.database.client.execute('select count(*) as kept from callbacks');
    expect(rows).toEqual([{ kept: 4 * EVENTS.length + calls.length - refused.length }]);
    expect(await postAll([...refused, ...strange])).toEqual([]);
    await expectAllOf(28);
  });

  it.each([
    [3, 17],
    [5, 13],
    [7, 11],
  ])(
    'count once though one of %i trips to the database fails, one of %i answers is lost, and KV and queue fail too',
    async (down, lost) => {
      app.database.down = (trip) => trip % down === 0;
      app.database.losesAnswer = (trip) => trip % lost === 0;
      Object.defineProperty(app.callbacks, 'failing', { get: every(2) });
      Object.defineProperty(app.kv, 'failing', { get: every(3) });
      for (let waiting = callsOf(1, 12); waiting.length > 0; waiting = await postAll(waiting)) app.coldStart();
      app.database.down = (trip) => trip % 11 === 0;
      await app.callbacks.drain({ again: true, batchSize: 5, dead: app.deadCallbacks });
      app.database.down = false;
      app.database.losesAnswer = () => false;
      await app.deadCallbacks.drain();
      await expectAllOf(12);
      const logged = loggedErrors().map((line) => JSON.stringify(line));
      expect(logged.filter((line) => !line.includes('KV is out of reach'))).toEqual([]);
    },
  );

  it('that the database is too slow for are acknowledged in time, and what goes on behind counts once', async () => {
    expect(await postAll(callsOf(1, 4))).toEqual([]);
    const { fetch } = app.database;
    app.database.fetch = async (input, init) => {
      const request = new Request(input, init);
      const isCommit = (await request.clone().text()).includes('BEGIN IMMEDIATE');
      const answer = await fetch(request);
      if (isCommit) await pause(5 * SECOND);
      return answer;
    };
    const calls = callsOf(5, 8);
    const answers = await Promise.all(calls.map(post));
    expect(answers.map(({ status }) => status)).toEqual(calls.map(() => 202));
    app.database.fetch = fetch;
    await app.callbacks.drain({ again: true });
    await expectAllOf(8);
  });
});

function every(nth: number): () => boolean {
  let count = 0;
  return () => {
    count += 1;
    return count % nth === 0;
  };
}

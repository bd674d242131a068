import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createPublishedKeys } from '../../src/edge/published-keys.ts';
import { createClock, DAY, HOUR, MINUTE, SECOND } from '../support/clock.ts';
import { makeSenderKey } from '../support/sender-keys.ts';

const JWKS = 'https://shop.example.com/.well-known/jwks.json';
const one = makeSenderKey('P-256', 'one').publicJwk;
const two = makeSenderKey('Ed25519', 'two').publicJwk;
const never = new Promise<never>(() => {});

/** A memory with a clock to move, and a sender that publishes what it is told to, or breaks. */
function createWorld() {
  const clock = createClock();
  const asked: { url: string; init: RequestInit }[] = [];
  const world = {
    clock,
    asked,
    published: [one] as unknown[],
    answer: async (_url: string): Promise<Response> => Response.json({ keys: world.published }),
  };
  const fetch = async (url: string, init: RequestInit): Promise<Response> => {
    asked.push({ url, init });
    return world.answer(url);
  };
  return Object.assign(world, { find: createPublishedKeys({ now: clock.now, fetch }) });
}

async function worldThatKnows() {
  const world = createWorld();
  expect(await world.find(JWKS, 'one')).toEqual(one);
  return world;
}

const down = async () => {
  throw new TypeError('fetch failed');
};

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});

afterEach(() => {
  vi.useRealTimers();
});

describe('published keys', () => {
  it('are fetched once in an hour, and found by their names', async () => {
    const world = createWorld();
    world.published = [one, two];
    for (const minutes of [0, 1, 30, 28]) {
      world.clock.advance(minutes * MINUTE);
      expect([await world.find(JWKS, 'one'), await world.find(JWKS, 'two')]).toEqual([one, two]);
    }
    expect(world.asked.length).toBe(1);
    world.clock.advance(MINUTE);
    await world.find(JWKS, 'one');
    expect(world.asked.length).toBe(2);
  });

  it('are asked for without following anybody elsewhere', async () => {
    const world = await worldThatKnows();
    const [{ url, init } = { url: '', init: {} }] = world.asked;
    expect([url, init.redirect, init.method ?? 'GET', init.body ?? null]).toEqual([JWKS, 'manual', 'GET', null]);
    expect(new Headers(init.headers).get('accept')).toContain('jwk-set+json');
  });

  it('of one address are none of another', async () => {
    const world = createWorld();
    world.answer = async (url) => Response.json({ keys: url === JWKS ? [one] : [two] });
    expect(await world.find(JWKS, 'one')).toEqual(one);
    expect(await world.find('https://other.example.com/jwks', 'one')).toBeNull();
    expect(await world.find('https://other.example.com/jwks', 'two')).toEqual(two);
  });

  it('that were taken back are trusted for an hour at most', async () => {
    const world = await worldThatKnows();
    world.published = [two];
    world.clock.advance(HOUR - 1);
    expect(await world.find(JWKS, 'one')).toEqual(one);
    world.clock.advance(1);
    expect(await world.find(JWKS, 'one')).toBeNull();
  });

  it('are kept for a hundred addresses, those in use', async () => {
    const world = await worldThatKnows();
    for (let i = 0; i < 150; i += 1) {
      await world.find(`https://shop-${i}.example.com/jwks`, 'one');
      await world.find(JWKS, 'one');
    }
    expect(world.asked.filter(({ url }) => url === JWKS).length).toBe(1);
    const asked = world.asked.length;
    await world.find('https://shop-0.example.com/jwks', 'one');
    expect(world.asked.length).toBe(asked + 1);
  });
});

describe('a name that is not known', () => {
  it('is looked for at once, when the keys were not fetched in this minute', async () => {
    const world = await worldThatKnows();
    world.published = [one, two];
    world.clock.advance(MINUTE);
    expect(await world.find(JWKS, 'two')).toEqual(two);
    expect(world.asked.length).toBe(2);
  });

  it('is looked for once a minute, whatever names somebody makes up', async () => {
    const world = await worldThatKnows();
    for (let second = 0; second < 180; second += 1) {
      for (let i = 0; i < 10; i += 1) expect(await world.find(JWKS, `made-up-${second}-${i}`)).toBeNull();
      world.clock.advance(SECOND);
    }
    expect(world.asked.length).toBe(3);
  });

  it('does not keep those that are known from being found meanwhile', async () => {
    const world = await worldThatKnows();
    world.clock.advance(MINUTE);
    world.answer = () => never;
    const storm = Array.from({ length: 1000 }, (_, i) => world.find(JWKS, `made-up-${i}`));
    expect(await world.find(JWKS, 'one')).toEqual(one);
    expect(world.asked.length).toBe(2);
    await vi.advanceTimersByTimeAsync(5000);
    expect(new Set(await Promise.all(storm))).toEqual(new Set(['unavailable']));
  });

  it('may be one of those that cannot be fetched now', async () => {
    const world = await worldThatKnows();
    world.answer = down;
    world.clock.advance(MINUTE);
    expect(await world.find(JWKS, 'two')).toBe('unavailable');
    expect(await world.find(JWKS, 'two')).toBe('unavailable');
    expect(world.asked.length).toBe(2);
  });

  it.each(['__proto__', 'constructor', 'toString', ''])('%j is none either', async (kid) => {
    const world = await worldThatKnows();
    expect(await world.find(JWKS, kid)).toBeNull();
  });
});

describe('at the same time', () => {
  it('a thousand callbacks ask once', async () => {
    const world = createWorld();
    const found = await Promise.all(Array.from({ length: 1000 }, () => world.find(JWKS, 'one')));
    expect(found.every((key) => key === found[0] && key !== null)).toBe(true);
    expect(world.asked.length).toBe(1);
  });

  it('different addresses do not wait for one another', async () => {
    const world = createWorld();
    world.answer = (url) => (url === JWKS ? never : Promise.resolve(Response.json({ keys: [two] })));
    void world.find(JWKS, 'one');
    expect(await world.find('https://other.example.com/jwks', 'two')).toEqual(two);
  });

  it('one of those who wait asks anew, when the request that asked for all was ended', async () => {
    const world = createWorld();
    const { answer } = world;
    world.answer = () => never;
    void world.find(JWKS, 'one');
    // What a runtime does to a request that it ends: its I/O never answers and its timers never fire.
    vi.clearAllTimers();
    world.answer = answer;
    const waiting = Promise.all(Array.from({ length: 100 }, () => world.find(JWKS, 'one')));
    await vi.advanceTimersByTimeAsync(6000);
    expect((await waiting).every((key) => key !== null && key !== 'unavailable')).toBe(true);
    expect(world.asked.length).toBe(2);
  });

  it('an answer that comes too late for its request leaves the next request alone', async () => {
    const world = createWorld();
    const { answer } = world;
    let deliver = (_: Response) => {};
    world.answer = () => new Promise((resolve) => (deliver = resolve));
    void world.find(JWKS, 'one');
    vi.clearAllTimers();
    world.answer = () => never;
    const waiting = world.find(JWKS, 'one');
    await vi.advanceTimersByTimeAsync(6000);
    deliver(await answer(JWKS));
    await vi.advanceTimersByTimeAsync(0);
    expect(world.asked.length).toBe(2);
    void world.find(JWKS, 'two');
    await vi.advanceTimersByTimeAsync(0);
    expect(world.asked.length).toBe(2);
    await vi.advanceTimersByTimeAsync(5000);
    expect(await waiting).toEqual(one);
  });
});

describe('when the sender', () => {
  it('is down from the start, nothing can be said, and it is asked again a minute later', async () => {
    const world = createWorld();
    const { answer } = world;
    world.answer = down;
    for (let second = 0; second < 60; second += 10) {
      expect(await world.find(JWKS, 'one')).toBe('unavailable');
      world.clock.advance(10 * SECOND);
    }
    expect(world.asked.length).toBe(1);
    world.answer = answer;
    expect(await world.find(JWKS, 'one')).toEqual(one);
  });

  it('is down later on, what it published serves for a day', async () => {
    const world = await worldThatKnows();
    world.answer = down;
    for (const hours of [1, 11, 11]) {
      world.clock.advance(hours * HOUR);
      expect(await world.find(JWKS, 'one')).toEqual(one);
    }
    world.clock.advance(HOUR - 1);
    expect(await world.find(JWKS, 'one')).toEqual(one);
    world.clock.advance(1);
    expect(await world.find(JWKS, 'one')).toBe('unavailable');
  });

  it('is down, it is not asked more than once a minute', async () => {
    const world = await worldThatKnows();
    world.answer = down;
    world.clock.advance(HOUR);
    for (let second = 0; second < 120; second += 1) {
      await world.find(JWKS, 'one');
      world.clock.advance(SECOND);
    }
    expect(world.asked.length).toBe(3);
  });

  it('does not answer any more, a second is waited for what may be newer than the keys at hand', async () => {
    const world = await worldThatKnows();
    world.answer = () => never;
    world.clock.advance(HOUR);
    let found: unknown = null;
    void world.find(JWKS, 'one').then((key) => (found = key));
    await vi.advanceTimersByTimeAsync(999);
    expect(found).toBeNull();
    await vi.advanceTimersByTimeAsync(1);
    expect(found).toEqual(one);
    // Whoever comes later has nothing to wait for.
    world.clock.advance(SECOND);
    expect(await world.find(JWKS, 'one')).toEqual(one);
    expect(world.asked.length).toBe(2);
  });

  it('does not answer any more, it is asked once a minute', async () => {
    const world = await worldThatKnows();
    world.answer = () => never;
    world.clock.advance(HOUR);
    for (let second = 0; second < 180; second += 1) {
      void world.find(JWKS, 'one');
      world.clock.advance(SECOND);
      await vi.advanceTimersByTimeAsync(SECOND);
    }
    expect(world.asked.length).toBe(4);
  });

  it('is slow, its new keys are waited for as well', async () => {
    const world = await worldThatKnows();
    const { answer } = world;
    world.published = [two];
    world.answer = async (url) => {
      await new Promise((resolve) => setTimeout(resolve, 900));
      return answer(url);
    };
    world.clock.advance(HOUR);
    const found = world.find(JWKS, 'one');
    await vi.advanceTimersByTimeAsync(900);
    expect(await found).toBeNull();
  });

  it('was asked by a request that was ended, it is asked anew within the same minute', async () => {
    const world = await worldThatKnows();
    const { answer } = world;
    world.answer = () => never;
    world.clock.advance(HOUR);
    void world.find(JWKS, 'one');
    vi.clearAllTimers();
    world.answer = answer;
    world.published = [two];
    world.clock.advance(5 * SECOND);
    expect(await world.find(JWKS, 'one')).toEqual(one);
    expect(world.asked.length).toBe(2);
    world.clock.advance(SECOND);
    expect(await world.find(JWKS, 'one')).toBeNull();
    expect(world.asked.length).toBe(3);
  });

  it('is up again, its new keys take the place of the old', async () => {
    const world = await worldThatKnows();
    const { answer } = world;
    world.answer = down;
    world.clock.advance(2 * HOUR);
    expect(await world.find(JWKS, 'one')).toEqual(one);
    world.answer = answer;
    world.published = [two];
    world.clock.advance(MINUTE);
    expect([await world.find(JWKS, 'one'), await world.find(JWKS, 'two')]).toEqual([null, two]);
  });

  it('does not answer, it is waited for five seconds, and its connection is given up', async () => {
    const world = createWorld();
    world.answer = () => never;
    let found: unknown = null;
    void world.find(JWKS, 'one').then((key) => (found = key));
    await vi.advanceTimersByTimeAsync(4999);
    expect([found, world.asked[0]?.init.signal?.aborted]).toEqual([null, false]);
    await vi.advanceTimersByTimeAsync(1);
    expect([found, world.asked[0]?.init.signal?.aborted]).toEqual(['unavailable', true]);
  });

  it('starts to answer and does not end, it is waited for five seconds as well', async () => {
    const world = createWorld();
    const body = new ReadableStream({ start: (stream) => stream.enqueue(new TextEncoder().encode('{"keys":[')) });
    world.answer = async () => new Response(body);
    const found = world.find(JWKS, 'one');
    await vi.advanceTimersByTimeAsync(5000);
    expect(await found).toBe('unavailable');
  });

  it('answers with more than 256 KB, declared or not, no more of it is read', async () => {
    const world = createWorld();
    let chunks = 0;
    const endless = new ReadableStream({
      pull: (stream) => {
        chunks += 1;
        stream.enqueue(new Uint8Array(16_384).fill(0x20));
      },
    });
    world.answer = async () => new Response(endless, { headers: { 'Content-Length': '10' } });
    expect(await world.find(JWKS, 'one')).toBe('unavailable');
    expect(chunks).toBeLessThan(20);
  });

  it('answers with 256 KB, they are read', async () => {
    const world = createWorld();
    const text = JSON.stringify({ keys: [one] });
    world.answer = async () => new Response(text.padStart(256 * 1024));
    expect(await world.find(JWKS, 'one')).toEqual(one);
    const other = createWorld();
    other.answer = async () => new Response(text.padStart(256 * 1024 + 1));
    expect(await other.find(JWKS, 'one')).toBe('unavailable');
  });

  it.each([301, 302, 303, 307, 308])('points elsewhere by %d, nobody goes there', async (status) => {
    const world = createWorld();
    world.answer = async () =>
      new Response(JSON.stringify({ keys: [one] }), { status, headers: { Location: 'https://other.example.com/' } });
    expect(await world.find(JWKS, 'one')).toBe('unavailable');
    expect(world.asked.length).toBe(1);
  });

  it.each([201, 204, 206, 400, 401, 403, 404, 429, 500, 503])(
    'answers with the status %d, that is no set of keys',
    async (status) => {
      const world = createWorld();
      const body = status === 204 ? null : JSON.stringify({ keys: [one] });
      world.answer = async () => new Response(body, { status });
      expect(await world.find(JWKS, 'one')).toBe('unavailable');
    },
  );

  it.each(['', '<html>', '[]', '{}', '{"keys":{}}', '\ufeff{"keys":[]}', '{"keys":[],"keys":[]}', '{"keys":[1e400]}'])(
    'answers with %j, what was known goes on',
    async (text) => {
      const world = await worldThatKnows();
      world.answer = async () => new Response(text);
      world.clock.advance(HOUR);
      expect(await world.find(JWKS, 'one')).toEqual(one);
    },
  );

  it('publishes nothing any more, nothing is known any more', async () => {
    const world = await worldThatKnows();
    world.published = [];
    world.clock.advance(HOUR);
    expect(await world.find(JWKS, 'one')).toBeNull();
  });
});

it.each([
  'http://shop.example.com/jwks',
  'https://127.0.0.1/jwks',
  'https://metadata.google.internal/',
  'file:///etc/passwd',
  'x',
])('never asks at %s, however it came to be set', async (url) => {
  const world = createWorld();
  expect(await world.find(url, 'one')).toBe('unavailable');
  expect(world.asked).toEqual([]);
});

it('lives on after a day of silence', async () => {
  const world = await worldThatKnows();
  world.clock.advance(3 * DAY);
  expect(await world.find(JWKS, 'one')).toEqual(one);
});

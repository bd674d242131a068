import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Click } from '../../src/domain/click.ts';
import { createClickPool } from '../../src/edge/click-pool.ts';

const never = new Promise<never>(() => {});

function click(n: number, more: Partial<Click> = {}): Click {
  const digits = String(n).padStart(26, '0');
  return {
    storeId: `sto_${digits}`,
    id: `clk_${digits}`,
    linkId: `lnk_${digits}`,
    programId: `prg_${digits}`,
    at: 1_790_000_000_000,
    kind: 'prefetch',
    channel: 'messenger',
    country: 'DE',
    visitor: null,
    agent: 'desktop',
    rule: 1,
    referrerHost: null,
    ...more,
  };
}

function createWorld() {
  const sent: Click[][] = [];
  const stored: Click[][] = [];
  const world = {
    pool: createClickPool(() => 0.5),
    sent,
    stored,
    send: async (clicks: Click[]): Promise<void> => void sent.push(clicks),
    store: async (clicks: readonly Click[]): Promise<void> => void stored.push([...clicks]),
    /** A request with one click; what it answers is done when the request may end. */
    async add(added: Click): Promise<void> {
      const work: Promise<unknown>[] = [];
      world.pool.add(added, outletsOf(work));
      await Promise.all(work);
    },
    addMany: (count: number, more: Partial<Click> = {}) =>
      Promise.all(Array.from({ length: count }, (_, n) => world.add(click(n, more)))),
    async deliver(added: Click): Promise<void> {
      await world.pool.deliver(added, outletsOf([]));
    },
  };
  return world;

  function outletsOf(work: Promise<unknown>[]) {
    return {
      queue: { send: ((body: { clicks: Click[] }) => world.send(body.clicks)) as unknown as Queue['send'] },
      store: (clicks: readonly Click[]) => world.store(clicks),
      waitUntil: (promise: Promise<unknown>) => void work.push(promise),
    };
  }
}

const fails = async () => {
  throw new Error('no');
};

function ids(packs: readonly (readonly Click[])[]): string[] {
  return packs.flat().map(({ id }) => id);
}

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe('packing', () => {
  it('sends the clicks of a moment as one message, and the first who had one stay until it went', async () => {
    const world = createWorld();
    let free = () => {};
    const gate = new Promise<void>((resolve) => {
      free = resolve;
    });
    world.send = async (clicks) => {
      await gate;
      world.sent.push(clicks);
    };
    let held = 40;
    for (let n = 0; n < 40; n += 1) void world.add(click(n)).then(() => (held -= 1));
    await vi.advanceTimersByTimeAsync(1000);
    expect(held).toBe(3);
    free();
    await vi.advanceTimersByTimeAsync(100);
    expect(held).toBe(0);
    expect(world.sent.map((pack) => pack.length)).toEqual([40]);
  });

  it('waits for no more than a moment', async () => {
    const world = createWorld();
    void world.add(click(1));
    await vi.advanceTimersByTimeAsync(24);
    expect(world.sent).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(ids(world.sent)).toEqual([click(1).id]);
  });

  it('waits longer while clicks are many, for a second at most, so that ever more of them share a message', async () => {
    const world = createWorld();
    for (let n = 0; n < 1000; n += 1) {
      void world.add(click(n));
      await vi.advanceTimersByTimeAsync(20);
    }
    const late = world.sent.slice(-5).map((pack) => pack.length);
    expect(Math.min(...late)).toBeGreaterThanOrEqual(49);
    expect(Math.max(...late)).toBeLessThanOrEqual(51);
    expect(world.sent.length).toBeLessThan(30);
    await vi.advanceTimersByTimeAsync(1000);
    expect(new Set(ids(world.sent)).size).toBe(1000);
  });

  it('waits no longer than at first where clicks are rare, also after a rush', async () => {
    const world = createWorld();
    for (let n = 0; n < 300; n += 1) {
      void world.add(click(n));
      await vi.advanceTimersByTimeAsync(10);
    }
    for (let n = 300; n < 310; n += 1) {
      void world.add(click(n));
      await vi.advanceTimersByTimeAsync(5000);
    }
    const before = world.sent.length;
    void world.add(click(310));
    await vi.advanceTimersByTimeAsync(25);
    expect(world.sent.length).toBe(before + 1);
  });

  it('waits longer while clicks are many, for a second at most, so that ever more of them share a message', async () => {
    const world = createWorld();
    for (let n = 0; n < 1000; n += 1) {
      void world.add(click(n));
      await vi.advanceTimersByTimeAsync(20);
    }
    const late = world.sent.slice(-5).map((pack) => pack.length);
    expect(Math.min(...late)).toBeGreaterThanOrEqual(49);
    expect(Math.max(...late)).toBeLessThanOrEqual(51);
    expect(world.sent.length).toBeLessThan(30);
    await vi.advanceTimersByTimeAsync(1000);
    expect(new Set(ids(world.sent)).size).toBe(1000);
  });

  it('waits no longer than at first where clicks are rare, also after a rush', async () => {
    const world = createWorld();
    for (let n = 0; n < 300; n += 1) {
      void world.add(click(n));
      await vi.advanceTimersByTimeAsync(10);
    }
    for (let n = 300; n < 310; n += 1) {
      void world.add(click(n));
      await vi.advanceTimersByTimeAsync(5000);
    }
    const before = world.sent.length;
    void world.add(click(310));
    await vi.advanceTimersByTimeAsync(25);
    expect(world.sent.length).toBe(before + 1);
  });

  it('sends at a hundred clicks without waiting', async () => {
    const world = createWorld();
    void world.addMany(250);
    await vi.advanceTimersByTimeAsync(0);
    expect(world.sent.map((pack) => pack.length)).toEqual([100, 100]);
    await vi.advanceTimersByTimeAsync(1000);
    expect(new Set(ids(world.sent)).size).toBe(250);
  });

  it('keeps messages below the size that a queue bills as one, with the longest clicks too', async () => {
    const world = createWorld();
    const longest = { referrerHost: 'h'.repeat(253), visitor: 'v'.repeat(64), timeZone: 'z'.repeat(64) };
    const all = world.addMany(300, longest);
    await vi.advanceTimersByTimeAsync(1000);
    await all;
    const sizes = world.sent.map((clicks) => JSON.stringify({ clicks }).length);
    expect(Math.max(...sizes)).toBeLessThan(64_000);
    expect(Math.max(...sizes)).toBeGreaterThan(40_000);
    expect(new Set(ids(world.sent)).size).toBe(300);
  });
});

describe('a failing queue', () => {
  it('is tried three times before the database is', async () => {
    vi.spyOn(console, 'log').mockImplementation(() => {});
    const world = createWorld();
    let tries = 0;
    world.send = async (clicks) => {
      tries += 1;
      if (tries < 3) throw new Error('no');
      world.sent.push(clicks);
    };
    const all = world.addMany(5);
    await vi.runAllTimersAsync();
    await all;
    expect([ids(world.sent).length, world.stored.length]).toEqual([5, 0]);
  });

  it('loses nothing to the database', async () => {
    vi.spyOn(console, 'log').mockImplementation(() => {});
    const world = createWorld();
    world.send = fails;
    const all = world.addMany(150);
    await vi.runAllTimersAsync();
    await all;
    expect(new Set(ids(world.stored)).size).toBe(150);
  });

  it('that hangs is given up in time to save the clicks', async () => {
    vi.spyOn(console, 'log').mockImplementation(() => {});
    const world = createWorld();
    world.send = () => never;
    const all = world.addMany(3);
    const start = Date.now();
    await vi.runAllTimersAsync();
    await all;
    expect(new Set(ids(world.stored)).size).toBe(3);
    expect(Date.now() - start).toBeLessThan(25_000);
  });

  it('together with a failing database leaves every click whole in the log', async () => {
    const log = vi.spyOn(console, 'log').mockImplementation(() => {});
    const world = createWorld();
    world.send = fails;
    world.store = () => never;
    const all = world.addMany(3);
    await vi.runAllTimersAsync();
    await all;
    expect(JSON.parse(log.mock.lastCall?.[0])).toEqual({
      message: 'clicks_unsent',
      clicks: [click(0), click(1), click(2)],
    });
  });
});

describe('a click that must be in the queue before its answer', () => {
  it('is a message of its own, and is waited for', async () => {
    const world = createWorld();
    void world.add(click(1));
    await world.deliver(click(2));
    expect(world.sent).toEqual([[click(2)]]);
  });

  it('is not waited for longer than one attempt may take, and is saved all the same', async () => {
    vi.spyOn(console, 'log').mockImplementation(() => {});
    const world = createWorld();
    world.send = () => never;
    let answered = false;
    void world.deliver(click(1)).then(() => (answered = true));
    await vi.advanceTimersByTimeAsync(2999);
    expect(answered).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(answered).toBe(true);
    await vi.runAllTimersAsync();
    expect(world.stored).toEqual([[click(1)]]);
  });
});

describe('a request that is ended', () => {
  it('while it sends for others leaves all of the clicks to one of them', async () => {
    const world = createWorld();
    const deliver = world.send;
    void world.add(click(1));
    await vi.advanceTimersByTimeAsync(20);
    const others = [world.add(click(2)), world.add(click(3))];
    // What a runtime does to a request that it ends: its I/O never answers and its timers never fire.
    world.send = () => never;
    vi.stubGlobal('setTimeout', () => 0);
    await vi.advanceTimersByTimeAsync(5);
    vi.unstubAllGlobals();
    world.send = deliver;
    await vi.advanceTimersByTimeAsync(15_000);
    await Promise.all(others);
    expect(world.sent).toEqual([[click(1), click(2), click(3)]]);
  });

  it('leaves another one time to get the clicks into the log within the 30 s that a request may stay', async () => {
    const log = vi.spyOn(console, 'log').mockImplementation(() => {});
    const world = createWorld();
    for (let n = 0; n < 1000; n += 1) {
      void world.add(click(n));
      await vi.advanceTimersByTimeAsync(20);
    }
    await vi.advanceTimersByTimeAsync(1000);
    world.send = () => never;
    world.store = () => never;
    void world.add(click(1001));
    await vi.advanceTimersByTimeAsync(20);
    const start = Date.now();
    const other = world.add(click(1002));
    await vi.advanceTimersByTimeAsync(979);
    vi.stubGlobal('setTimeout', () => 0);
    await vi.advanceTimersByTimeAsync(2);
    vi.unstubAllGlobals();
    await vi.runAllTimersAsync();
    await other;
    expect(Date.now() - start).toBeLessThan(29_000);
    expect(log.mock.lastCall?.[0]).toContain(click(1001).id);
    expect(log.mock.lastCall?.[0]).toContain(click(1002).id);
  });
});

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Click } from '../../src/domain/click.ts';
import { type ClickOutlets, createClickPool } from '../../src/edge/click-pool.ts';

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
    add: (added: Click) => world.pool.add(added, outlets),
    addMany: (count: number, more: Partial<Click> = {}) =>
      Promise.all(Array.from({ length: count }, (_, n) => world.add(click(n, more)))),
  };
  const outlets: ClickOutlets = {
    queue: { send: ((body: { clicks: Click[] }) => world.send(body.clicks)) as unknown as Queue['send'] },
    store: (clicks) => world.store(clicks),
  };
  return world;
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
  it('sends the clicks of a moment as one message, and all contributors stay until it went', async () => {
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
    expect(held).toBe(40);
    free();
    await vi.advanceTimersByTimeAsync(0);
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

  it('sends at a hundred clicks without waiting', async () => {
    const world = createWorld();
    void world.addMany(250);
    await vi.advanceTimersByTimeAsync(0);
    expect(world.sent.map((pack) => pack.length)).toEqual([100, 100]);
    await vi.advanceTimersByTimeAsync(25);
    expect(new Set(ids(world.sent)).size).toBe(250);
  });

  it('keeps messages below the size that a queue bills as one, with the longest clicks too', async () => {
    const world = createWorld();
    const longest = { referrerHost: 'h'.repeat(253), visitor: 'v'.repeat(64) };
    const all = world.addMany(300, longest);
    await vi.advanceTimersByTimeAsync(25);
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
    expect(log).toHaveBeenCalledWith({ message: 'clicks_unsent', clicks: [click(0), click(1), click(2)] });
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
});

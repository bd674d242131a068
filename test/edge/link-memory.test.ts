import { afterEach, describe, expect, it, vi } from 'vitest';
import type { LinkRecord } from '../../src/domain/link-record.ts';
import { createLinkMemory } from '../../src/edge/link-memory.ts';
import type { LinkSources } from '../../src/edge/resolve-link.ts';

const HOST = 'go.example';
const never = new Promise<never>(() => {});

function record(version = 1, more: Partial<LinkRecord> = {}): LinkRecord {
  return {
    version,
    state: 'open',
    storeId: 'sto_1',
    programId: 'prg_1',
    linkId: 'lnk_1',
    advocateId: 'adv_1',
    destination: `https://shop.example/${version}`,
    ...more,
  };
}

/** A memory with a clock to move, a KV and a database to break, and counts of what was asked of them. */
function createWorld() {
  const kept = new Map<string, string>();
  const rows = new Map<string, LinkRecord>();
  const memory = createLinkMemory();
  const world = {
    memory,
    kept,
    rows,
    now: 1_790_000_000_000,
    kvReads: 0,
    kvPuts: 0,
    lookUps: 0,
    work: [] as Promise<unknown>[],
    readKv: async (key: string): Promise<string | null> => kept.get(key) ?? null,
    readRow: async (code: string): Promise<LinkRecord | null> => rows.get(code) ?? null,
    find: async (code = 'tea', host = HOST) => memory.find(host, code, sourcesFor(code)),
    /** Lets all that was left for after the answers come to its end. */
    settle: async () => {
      while (world.work.length > 0) await Promise.all(world.work.splice(0));
    },
  };
  function sourcesFor(code: string): LinkSources {
    const kv = {
      get: (key: string) => {
        world.kvReads += 1;
        return world.readKv(key);
      },
      put: async (key: string, value: string) => {
        world.kvPuts += 1;
        kept.set(key, value);
      },
    };
    return {
      kv: kv as unknown as LinkSources['kv'],
      lookUp: () => {
        world.lookUps += 1;
        return world.readRow(code);
      },
      now: () => world.now,
      waitUntil: (work) => void world.work.push(work),
    };
  }
  return Object.assign(world, { sourcesFor });
}

function worldWithTea(version = 1) {
  const world = createWorld();
  world.rows.set('tea', record(version));
  return world;
}

const down = async () => {
  throw new Error('out of reach');
};

afterEach(() => {
  vi.useRealTimers();
});

describe('ages', () => {
  it('answers a warm hit at once, without a promise and without asking anybody', async () => {
    const world = worldWithTea();
    await world.find();
    await world.settle();
    const [kvReads, lookUps] = [world.kvReads, world.lookUps];
    world.now += 9_999;
    expect(world.memory.find(HOST, 'tea', world.sourcesFor('tea'))).toEqual(record());
    expect([world.kvReads, world.lookUps, world.work.length]).toEqual([kvReads, lookUps, 0]);
  });

  it('shows the old record once more while it fetches the new one', async () => {
    const world = worldWithTea();
    await world.find();
    await world.settle();
    world.kept.set('go.example/tea', JSON.stringify(record(2)));
    world.now += 10_000;
    expect(await world.find()).toEqual(record(1));
    await world.settle();
    expect(await world.find()).toEqual(record(2));
  });

  it('does not stay stale for being hit every second', async () => {
    const world = worldWithTea();
    await world.find();
    await world.settle();
    world.kept.set('go.example/tea', JSON.stringify(record(2)));
    for (let second = 0; second < 11; second += 1) {
      world.now += 1000;
      await world.find();
      await world.settle();
    }
    expect(await world.find()).toEqual(record(2));
  });

  it('makes a hit wait for the new record once the old one is a minute old', async () => {
    const world = worldWithTea();
    await world.find();
    await world.settle();
    world.kept.set('go.example/tea', JSON.stringify(record(2)));
    world.now += 60_000;
    expect(await world.find()).toEqual(record(2));
  });

  it('never goes back to an older version that KV still shows', async () => {
    const world = worldWithTea();
    await world.memory.publish(HOST, 'tea', record(2), world.sourcesFor('tea'));
    world.kept.set('go.example/tea', JSON.stringify(record(1)));
    world.now += 60_000;
    expect(await world.find()).toEqual(record(2));
  });

  it('forgets a link that neither KV nor the database knows any more', async () => {
    const world = worldWithTea();
    await world.find();
    await world.settle();
    world.rows.clear();
    world.kept.clear();
    world.now += 60_000;
    expect(await world.find()).toBeNull();
  });
});

describe('look-ups', () => {
  it('ask KV first and leave the database alone when KV knows', async () => {
    const world = createWorld();
    world.kept.set('go.example/tea', JSON.stringify(record(7)));
    expect(await world.find()).toEqual(record(7));
    expect(world.lookUps).toBe(0);
  });

  it('leave a copy in KV for the other isolates', async () => {
    const world = worldWithTea(5);
    await world.find();
    await world.settle();
    expect(JSON.parse(world.kept.get('go.example/tea') ?? '')).toEqual(record(5));
  });

  it('are one for a thousand friends at once', async () => {
    const world = worldWithTea();
    const found = await Promise.all(Array.from({ length: 1000 }, () => world.find()));
    expect(new Set(found.map((link) => link?.version))).toEqual(new Set([1]));
    expect([world.kvReads, world.lookUps]).toEqual([1, 1]);
  });

  it('of different codes and hosts do not wait for one another', async () => {
    const world = worldWithTea();
    world.rows.set('mug', record(2));
    world.kept.set('other.example/tea', JSON.stringify(record(3)));
    const found = await Promise.all([world.find('tea'), world.find('mug'), world.find('tea', 'other.example')]);
    expect(found.map((link) => link?.version)).toEqual([1, 2, 3]);
  });

  it('outlive the client that began them', async () => {
    const world = worldWithTea();
    void world.find();
    await world.settle();
    expect(await world.find()).toEqual(record());
    expect(world.lookUps).toBe(1);
  });

  it('are begun anew, once for all who wait, when the request that began them was ended', async () => {
    vi.useFakeTimers();
    const world = worldWithTea();
    const answer = world.readKv;
    world.readKv = () => never;
    void world.find();
    // What a runtime does to a request that it ends: its I/O never answers and its timers never fire.
    vi.clearAllTimers();
    world.readKv = answer;
    const waiting = Promise.all(Array.from({ length: 100 }, () => world.find()));
    await vi.advanceTimersByTimeAsync(1500);
    expect((await waiting).every((link) => link?.version === 1)).toBe(true);
    expect([world.kvReads, world.lookUps]).toEqual([2, 1]);
  });
});

describe('a link with a limit of clicks', () => {
  const limited = (clicks: number) => record(1, { maxClicks: 10, clicks });

  it('is asked for in the database, which alone knows how many it had', async () => {
    const world = createWorld();
    world.kept.set('go.example/tea', JSON.stringify(limited(0)));
    world.rows.set('tea', limited(7));
    expect(await world.find()).toEqual(limited(7));
    await world.settle();
    expect(world.kvPuts).toBe(0);
    world.rows.set('tea', limited(9));
    world.now += 10_000;
    await world.find();
    await world.settle();
    expect(await world.find()).toEqual(limited(9));
  });

  it('goes on by its copy in KV while the database is down', async () => {
    const world = createWorld();
    world.kept.set('go.example/tea', JSON.stringify(limited(3)));
    world.readRow = down;
    expect(await world.find()).toEqual(limited(3));
  });

  it('is unknown when the database says so, whatever KV holds', async () => {
    const world = createWorld();
    world.kept.set('go.example/tea', JSON.stringify(limited(3)));
    expect(await world.find()).toBeNull();
  });
});

describe('a network that scans', () => {
  const limiter = { limit: async () => ({ success: false }) };

  async function worldWithScanner() {
    const world = createWorld();
    const scan = async (code: string) =>
      world.memory.find(HOST, code, { ...world.sourcesFor(code), asker: { address: '203.0.113.9', limiter } });
    expect(await scan('first')).toBeNull();
    await world.settle();
    return { world, scan };
  }

  it('is refused what KV does not know, without a question to the database', async () => {
    const { world, scan } = await worldWithScanner();
    world.rows.set('tea', record());
    const lookUps = world.lookUps;
    await expect(scan('tea')).rejects.toMatchObject({ code: 'rate_limited', retryAfterSeconds: 10 });
    expect(world.lookUps).toBe(lookUps);
    world.now += 10_000;
    expect(await scan('tea')).toEqual(record());
  });

  it('is led on where memory or KV knows the link', async () => {
    const { world, scan } = await worldWithScanner();
    world.kept.set('go.example/tea', JSON.stringify(record()));
    expect(await scan('tea')).toEqual(record());
    world.kept.clear();
    expect(await scan('tea')).toEqual(record());
  });

  it('does not make others wait for what it is refused', async () => {
    const { world, scan } = await worldWithScanner();
    world.rows.set('tea', record());
    const [refused, found] = await Promise.allSettled([scan('tea'), world.find('tea')]);
    expect([refused.status, found]).toEqual(['rejected', { status: 'fulfilled', value: record() }]);
  });

  it('is told that a code is unknown as long as memory knows so', async () => {
    const { scan } = await worldWithScanner();
    expect(await scan('first')).toBeNull();
  });
});

describe('unknown codes', () => {
  it('are asked for once in five seconds', async () => {
    const world = createWorld();
    for (let i = 0; i < 10; i += 1) expect(await world.find('nothing')).toBeNull();
    expect(world.lookUps).toBe(1);
    world.now += 5000;
    world.rows.set('nothing', record());
    expect(await world.find('nothing')).toEqual(record());
  });

  it('are known at once to the isolate that makes the link', async () => {
    const world = createWorld();
    await world.find('fresh');
    await world.memory.publish(HOST, 'fresh', record(1), world.sourcesFor('fresh'));
    expect(await world.find('fresh')).toEqual(record(1));
  });

  it('in great numbers push no link out', async () => {
    const world = worldWithTea();
    await world.find();
    for (let i = 0; i < 20_000; i += 1) await world.find(`scan-${i}`);
    await world.settle();
    const asked = world.lookUps;
    expect(await world.find()).toEqual(record());
    expect(world.lookUps).toBe(asked);
  });

  it('stay unknown behind a tombstone, without a question to the database', async () => {
    const world = createWorld();
    world.kept.set('go.example/tea', JSON.stringify(record(9, { state: 'missing' })));
    expect(await world.find()).toBeNull();
    expect(await world.find()).toBeNull();
    expect([world.kvReads, world.lookUps]).toEqual([1, 0]);
  });
});

describe('size', () => {
  it('keeps the links in use when there are more than it holds', async () => {
    const world = createWorld();
    world.readRow = async () => record();
    await world.find('used');
    for (let i = 0; i < 11_000; i += 1) {
      await world.find(`link-${i}`);
      if (i % 1000 === 0) await world.find('used');
      world.work.length = 0;
    }
    const asked = world.lookUps;
    await world.find('used');
    expect(world.lookUps).toBe(asked);
    world.kept.clear();
    await world.find('link-0');
    expect(world.lookUps).toBe(asked + 1);
  });
});

describe('when KV', () => {
  it('fails, the database answers, and nothing is put', async () => {
    const world = worldWithTea();
    world.readKv = down;
    expect(await world.find()).toEqual(record());
    await world.settle();
    expect(world.kvPuts).toBe(0);
  });

  it('hangs, the database answers', async () => {
    vi.useFakeTimers();
    const world = worldWithTea();
    world.readKv = () => never;
    const found = world.find();
    await vi.advanceTimersByTimeAsync(249);
    expect(world.lookUps).toBe(0);
    await vi.advanceTimersByTimeAsync(1);
    expect(await found).toEqual(record());
  });

  it('is slow and the database slower, KV answers', async () => {
    vi.useFakeTimers();
    const world = createWorld();
    world.readKv = async () => {
      await new Promise((resolve) => setTimeout(resolve, 400));
      return JSON.stringify(record(4));
    };
    world.readRow = () => never;
    const found = world.find();
    await vi.advanceTimersByTimeAsync(400);
    expect(await found).toEqual(record(4));
  });

  it('is slow and knows nothing, the database has the word', async () => {
    vi.useFakeTimers();
    const world = worldWithTea();
    world.readKv = async () => {
      await new Promise((resolve) => setTimeout(resolve, 300));
      return null;
    };
    world.readRow = async () => {
      await new Promise((resolve) => setTimeout(resolve, 500));
      return record(6);
    };
    const found = world.find();
    await vi.advanceTimersByTimeAsync(750);
    expect(await found).toEqual(record(6));
    await world.settle();
    expect(JSON.parse(world.kept.get('go.example/tea') ?? '')).toEqual(record(6));
  });

  it('holds as new a record as the database, it is not put again', async () => {
    vi.useFakeTimers();
    const world = worldWithTea(3);
    world.readKv = async () => {
      await new Promise((resolve) => setTimeout(resolve, 300));
      return JSON.stringify(record(3));
    };
    const found = world.find();
    await vi.advanceTimersByTimeAsync(300);
    await found;
    await world.settle();
    expect(world.kvPuts).toBe(0);
  });

  it.each(['not json', '{"version":"1"}', '[]', ''])('holds %j, the database answers and mends it', async (text) => {
    const world = worldWithTea();
    world.kept.set('go.example/tea', text);
    expect(await world.find()).toEqual(record());
    await world.settle();
    expect(JSON.parse(world.kept.get('go.example/tea') ?? '')).toEqual(record());
  });
});

describe('when the database is down', () => {
  it('a link in KV goes on', async () => {
    const world = createWorld();
    world.readRow = down;
    world.kept.set('go.example/tea', JSON.stringify(record()));
    expect(await world.find()).toEqual(record());
  });

  it('a code that nobody knows is an error and not unknown', async () => {
    const world = createWorld();
    world.readRow = down;
    await expect(world.find()).rejects.toThrow('out of reach');
    world.readRow = async () => record();
    expect(await world.find()).toEqual(record());
  });

  it('by hanging, friends are told to come again after 1.2 seconds', async () => {
    vi.useFakeTimers();
    const world = createWorld();
    world.readRow = () => never;
    const refused = expect(world.find()).rejects.toMatchObject({ code: 'database_unavailable', retryAfterSeconds: 2 });
    await vi.advanceTimersByTimeAsync(1200);
    await refused;
  });

  it('and KV as well, memory keeps a known link going for an hour', async () => {
    const world = worldWithTea();
    await world.find();
    await world.settle();
    world.readRow = down;
    world.readKv = down;
    for (const minutes of [1, 10, 48]) {
      world.now += minutes * 60_000;
      expect(await world.find()).toEqual(record());
    }
    world.now += 60_000;
    await expect(world.find()).rejects.toThrow();
  });

  it('a known link waits for one failure and not for the next ones', async () => {
    const world = worldWithTea();
    await world.find();
    await world.settle();
    world.readRow = down;
    world.readKv = down;
    world.now += 120_000;
    await world.find();
    const asked = world.kvReads;
    for (let i = 0; i < 4; i += 1) {
      world.now += 1000;
      expect(await world.find()).toEqual(record());
    }
    expect(world.kvReads).toBe(asked);
  });

  it('and up again, a known link is brought up to date', async () => {
    const world = worldWithTea();
    await world.find();
    await world.settle();
    world.kept.clear();
    world.readRow = down;
    world.now += 120_000;
    await world.find();
    world.readRow = async () => record(2);
    world.now += 5000;
    expect(await world.find()).toEqual(record(2));
  });
});

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { sealSalt } from '../../src/domain/visitor-digest.ts';
import { createSaltMemory } from '../../src/edge/salts.ts';
import { createKeyring } from '../../src/lib/keyring.ts';
import { createMac, type Mac } from '../../src/lib/mac.ts';
import { createClock, DAY, HOUR, SECOND } from '../support/clock.ts';

const keyring = createKeyring([{ version: 1, key: new Uint8Array(32).fill(1) }]);

/** The salt of a day is its number of the month, over and over. */
async function rowOf(day: string) {
  return { day, sealed: await sealSalt(keyring, day, new Uint8Array(32).fill(Number(day.slice(-2)))) };
}

async function createWorld() {
  const clock = createClock();
  const rows = new Map(
    await Promise.all(['2026-11-21', '2026-11-22', '2026-11-23'].map(async (day) => [day, await rowOf(day)] as const)),
  );
  const memory = createSaltMemory();
  const world = {
    clock,
    rows,
    asked: [] as (readonly string[])[],
    work: [] as Promise<unknown>[],
    read: async (days: readonly string[]) => days.flatMap((day) => rows.get(day) ?? []),
    find: () =>
      memory.find({
        readSalts: (days) => {
          world.asked.push(days);
          return world.read(days);
        },
        keyring,
        now: clock.now,
        waitUntil: (work) => void world.work.push(work.catch(() => {})),
      }),
  };
  return world;
}

async function dayOfKey(key: Mac | null | Promise<Mac | null>): Promise<string | null> {
  const found = await key;
  if (found === null) return null;
  for (const day of ['21', '22', '23']) {
    if (String(createMac(new Uint8Array(32).fill(Number(day)))('')) === String(found(''))) return day;
  }
  throw new Error('This is the key of no day');
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});

afterEach(() => {
  vi.useRealTimers();
});

describe('the salts that an isolate remembers', () => {
  it('are asked for once by however many come at once, and then answered without waiting', async () => {
    const world = await createWorld();
    const found = await Promise.all(Array.from({ length: 100 }, () => dayOfKey(world.find())));
    expect(new Set(found)).toEqual(new Set(['21']));
    expect(world.find()).not.toBeInstanceOf(Promise);
    expect(world.asked).toEqual([['2026-11-21', '2026-11-22']]);
  });

  it('turn at midnight without a look, and the next day is looked for after it', async () => {
    const world = await createWorld();
    await world.find();
    world.clock.advance(4 * HOUR - 1);
    expect(await dayOfKey(world.find())).toBe('21');
    world.clock.advance(1);
    const found = world.find();
    expect(found).not.toBeInstanceOf(Promise);
    expect(await dayOfKey(found)).toBe('22');
    await Promise.all(world.work);
    expect(world.asked.at(-1)).toEqual(['2026-11-22', '2026-11-23']);
  });

  it('are not looked for again and again while there is none for tomorrow', async () => {
    const world = await createWorld();
    world.rows.delete('2026-11-22');
    for (let second = 0; second < 60; second += 1) {
      expect(await dayOfKey(world.find())).toBe('21');
      world.clock.advance(SECOND);
    }
    expect(world.asked.length).toBe(6);
  });

  it('are none while there is none, and found soon after it was made', async () => {
    const world = await createWorld();
    const row = world.rows.get('2026-11-21');
    world.rows.clear();
    for (let i = 0; i < 20; i += 1) expect(await world.find()).toBeNull();
    expect(world.asked.length).toBe(1);
    if (row !== undefined) world.rows.set(row.day, row);
    world.clock.advance(10 * SECOND);
    expect(await dayOfKey(world.find())).toBe('21');
  });

  it('are none while the database fails, and found when it is back', async () => {
    const world = await createWorld();
    const { read } = world;
    world.read = async () => {
      throw new Error('down');
    };
    expect(await world.find()).toBeNull();
    world.read = read;
    world.clock.advance(10 * SECOND);
    expect(await dayOfKey(world.find())).toBe('21');
  });

  it('outlive a failure while the day lasts', async () => {
    const world = await createWorld();
    world.rows.delete('2026-11-22');
    await world.find();
    world.read = async () => {
      throw new Error('down');
    };
    world.clock.advance(HOUR);
    expect(await dayOfKey(world.find())).toBe('21');
    await Promise.all(world.work);
    expect(await dayOfKey(world.find())).toBe('21');
  });

  it('are not waited for longer than a second, when whoever asked for them was ended', async () => {
    const world = await createWorld();
    const { read } = world;
    world.read = () => new Promise(() => {});
    void world.find();
    let found: Mac | null | undefined;
    void Promise.resolve(world.find()).then((key) => (found = key));
    await vi.advanceTimersByTimeAsync(999);
    expect(found).toBeUndefined();
    await vi.advanceTimersByTimeAsync(1);
    expect(found).toBeNull();
    world.read = read;
    world.clock.advance(10 * SECOND);
    expect(await dayOfKey(world.find())).toBe('21');
  });

  it('are refused where a row was changed or moved to another day', async () => {
    const world = await createWorld();
    const moved = world.rows.get('2026-11-22');
    if (moved !== undefined) world.rows.set('2026-11-21', { ...moved, day: '2026-11-21' });
    expect(await world.find()).toBeNull();
  });

  it('are forgotten when their day is over', async () => {
    const world = await createWorld();
    await world.find();
    world.clock.advance(DAY);
    await world.find();
    await Promise.all(world.work);
    world.clock.advance(-DAY);
    world.rows.clear();
    expect(await world.find()).toBeNull();
  });
});

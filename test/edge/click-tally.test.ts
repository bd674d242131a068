import { describe, expect, it } from 'vitest';
import { createClickTally, type HourTally } from '../../src/edge/click-tally.ts';
import { createClock, HOUR, MINUTE, SECOND } from '../support/clock.ts';
import { createCountingId } from '../support/ids.ts';

function createWorld() {
  const clock = createClock();
  const newId = createCountingId(clock.now);
  const tally = createClickTally();
  const world = {
    clock,
    isolates: new Set<string>(),
    /** What a database would hold that keeps the greater of two numbers. */
    kept: new Map<number, number>(),
    writes: 0,
    work: [] as Promise<unknown>[],
    store: async (isolate: string, tallies: readonly HourTally[]): Promise<void> => {
      world.isolates.add(isolate);
      for (const { hour, answered } of tallies) {
        world.kept.set(hour, Math.max(answered, world.kept.get(hour) ?? 0));
      }
    },
    count(times = 1) {
      for (let i = 0; i < times; i += 1) {
        tally.count(
          { id: newId('clk'), at: clock.now() },
          {
            storeTallies: (isolate, tallies) => {
              world.writes += 1;
              return world.store(isolate, tallies);
            },
            waitUntil: (work) => void world.work.push(work.catch(() => {})),
          },
        );
      }
    },
    settled: () => Promise.all(world.work),
  };
  return world;
}

const EIGHT = Date.parse('2026-11-21T20:00:00Z');

describe('the tally of an isolate', () => {
  it('is written with the first click, and then at most once a minute', async () => {
    const world = createWorld();
    world.count();
    await world.settled();
    expect(world.kept).toEqual(new Map([[EIGHT, 1]]));
    for (let second = 0; second < 59; second += 1) {
      world.clock.advance(SECOND);
      world.count(10);
    }
    expect(world.writes).toBe(1);
    world.clock.advance(SECOND);
    world.count();
    await world.settled();
    expect(world.writes).toBe(2);
    expect(world.kept).toEqual(new Map([[EIGHT, 592]]));
  });

  it('writes what was left of an hour when the next one begins', async () => {
    const world = createWorld();
    world.clock.advance(59 * MINUTE + 50 * SECOND);
    world.count(5);
    world.clock.advance(20 * SECOND);
    world.count(3);
    await world.settled();
    expect(world.kept).toEqual(
      new Map([
        [EIGHT, 5],
        [EIGHT + HOUR, 1],
      ]),
    );
  });

  it('makes good what could not be written, over hours, under one name', async () => {
    const world = createWorld();
    const { store } = world;
    world.store = async () => {
      throw new Error('down');
    };
    for (let minute = 0; minute < 150; minute += 1) {
      world.count(2);
      world.clock.advance(MINUTE);
    }
    await world.settled();
    world.store = store;
    world.count();
    await world.settled();
    expect([...world.kept]).toEqual([
      [EIGHT, 120],
      [EIGHT + HOUR, 120],
      [EIGHT + 2 * HOUR, 61],
    ]);
    expect(world.isolates.size).toBe(1);
  });

  it('is given to the database only as far as it may still grow', async () => {
    const world = createWorld();
    world.count();
    world.clock.advance(HOUR);
    world.count();
    await world.settled();
    world.clock.advance(HOUR);
    const hours: number[] = [];
    world.store = async (_, tallies) => void hours.push(...tallies.map(({ hour }) => hour));
    world.count();
    await world.settled();
    expect(hours).toEqual([EIGHT + HOUR, EIGHT + 2 * HOUR]);
  });

  it('has another name in each isolate', async () => {
    const worlds = [createWorld(), createWorld()];
    worlds[1]?.clock.advance(1);
    for (const world of worlds) {
      world.count(3);
      await world.settled();
    }
    expect(new Set(worlds.flatMap(({ isolates }) => [...isolates])).size).toBe(2);
  });
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createNewId, firstIdAt, idBytes, idFromBytes, idTime, isId } from '../../src/lib/ids.ts';

const anyTime = fc.integer({ min: 0, max: 2 ** 48 - 1 });
const sixteenBytes = fc.uint8Array({ minLength: 16, maxLength: 16 });

describe('new ids', () => {
  test('carry the time of the clock in a UUIDv7', () => {
    fc.assert(
      fc.property(anyTime, (time) => {
        const id = createNewId(() => time)('ord');
        expect(isId('ord', id)).toBe(true);
        expect(idTime(id)).toBe(time);
        const bytes = idBytes(id);
        expect((bytes?.[6] ?? 0) >> 4).toBe(7);
        expect((bytes?.[8] ?? 0) >> 6).toBe(0b10);
      }),
    );
  });

  test('sort by time, whoever made them', () => {
    fc.assert(
      fc.property(anyTime, anyTime, (a, b) => {
        fc.pre(a < b);
        expect(createNewId(() => a)('clk') < createNewId(() => b)('clk')).toBe(true);
      }),
    );
  });

  test('of one maker rise within a millisecond, and while the clock is a little back', () => {
    const start = 1_790_000_000_000;
    let time = start;
    const newId = createNewId(() => time);
    const ids: string[] = [];
    for (const step of [0, 0, 1, -1, -5_000, 4_000, 1_000, 2]) {
      time += step;
      for (let i = 0; i < 500; i++) ids.push(newId('clk'));
    }
    expect(ids).toEqual(ids.toSorted());
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('are made, and stay different, when the clock falls back by an hour', () => {
    let time = 1_790_000_000_000;
    const newId = createNewId(() => time);
    const before = newId('clk');
    time -= 3_600_000;
    const after = newId('clk');
    expect(idTime(after)).toBe(time);
    expect(after).not.toBe(before);
  });
});

describe('the grammar of ids', () => {
  const id = createNewId(() => 1_790_000_000_000)('adv');
  const body = id.slice(4);

  test('binds an id to its prefix', () => {
    expect(isId('adv', id)).toBe(true);
    expect(isId('lnk', id)).toBe(false);
  });

  test.each([
    '',
    'adv',
    'adv_',
    body,
    `xyz_${body}`,
    `adv-${body}`,
    `ADV_${body}`,
    `adv_${body.toUpperCase()}`,
    `adv_${body}0`,
    `adv_${body.slice(1)}`,
    `${id}\n`,
    ` ${id}`,
    `adv_8${body.slice(1)}`,
    `adv_${body.slice(0, -1)}i`,
    `adv_${body.slice(0, -1)}l`,
    `adv_${body.slice(0, -1)}o`,
    `adv_${body.slice(0, -1)}u`,
    `adv_${body.slice(0, -1)}'`,
  ])('%j is no id', (text) => {
    expect(isId('adv', text)).toBe(false);
    expect(idTime(text)).toBeNull();
    expect(idBytes(text)).toBeNull();
  });

  test('any 16 bytes are an id and come back from it, in the same order', () => {
    fc.assert(
      fc.property(sixteenBytes, sixteenBytes, (a, b) => {
        const [idOfA, idOfB] = [idFromBytes('rwd', a), idFromBytes('rwd', b)];
        expect(isId('rwd', idOfA)).toBe(true);
        expect(idBytes(idOfA)).toEqual(new Uint8Array(a));
        expect(Math.sign(Buffer.compare(a, b))).toBe(idOfA < idOfB ? -1 : idOfA > idOfB ? 1 : 0);
      }),
    );
  });

  test('two texts are never one id', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[0-9a-z]{26}$/), (text) => {
        const bytes = idBytes(`adv_${text}`);
        if (bytes !== null) expect(idFromBytes('adv', bytes)).toBe(`adv_${text}`);
      }),
    );
  });

  test.each([0, 15, 17])('%i bytes are no id', (length) => {
    expect(() => idFromBytes('adv', new Uint8Array(length))).toThrow(RangeError);
  });
});

describe('the first id of a time', () => {
  test('sorts before all that are made then or later, and after all that were made before', () => {
    fc.assert(
      fc.property(anyTime, anyTime, sixteenBytes, (a, b, chance) => {
        const bytes = chance.map((byte, i) => (i < 6 ? Math.floor(b / 2 ** (40 - 8 * i)) % 256 : byte));
        expect(idFromBytes('clk', bytes) < firstIdAt('clk', a)).toBe(b < a);
      }),
    );
  });

  test('is an id', () => {
    expect(isId('clk', firstIdAt('clk', 0))).toBe(true);
    expect(idTime(firstIdAt('clk', 1_795_262_400_000))).toBe(1_795_262_400_000);
  });
});

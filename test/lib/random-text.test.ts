import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { randomText } from '../../src/lib/random-text.ts';

/** Gives 255, 254, …, 0 and begins again: every byte equally often, as true chance does in the long run. */
function everyByteInTurn() {
  let next = 0;
  return (bytes: Uint8Array) => bytes.map(() => --next);
}

describe('random text', () => {
  test.each([
    '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ',
    'abc',
    '23456789abcdefghjkmnpqrstuvwxyz',
  ])('draws every character of %s equally often', (alphabet) => {
    const inTwoRounds = 2 * Math.floor(256 / alphabet.length);
    const text = randomText(alphabet, alphabet.length * inTwoRounds, everyByteInTurn());
    const counts = Array.from(alphabet, (character) => text.split(character).length - 1);
    expect(new Set(counts)).toEqual(new Set([inTwoRounds]));
  });

  test('has the length asked for, however many bytes are drawn again', () => {
    fc.assert(
      fc.property(fc.nat(200), fc.integer({ min: 0, max: 255 }), (length, first) => {
        let next = first;
        const text = randomText('abcde', length, (bytes) => bytes.map(() => next++ % 256));
        expect(text).toMatch(/^[a-e]*$/);
        expect(text).toHaveLength(length);
      }),
    );
  });
});

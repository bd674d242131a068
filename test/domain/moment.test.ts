import { expect, test } from 'vitest';
import { momentOf } from '../../src/domain/moment.ts';
import { Refusal } from '../../src/lib/refusal.ts';

const NOW = Date.UTC(2026, 10, 21, 12);
const MINUTE = 60_000;

test('what the store does not date happened when we heard of it', () => {
  expect(momentOf(null, NOW)).toBe(NOW);
});

test.each([0, 1, 400 * 24 * 60 * MINUTE])('what happened %i ms ago happened then', (age) => {
  expect(momentOf(NOW - age, NOW)).toBe(NOW - age);
});

test.each([1, MINUTE, 5 * MINUTE])('a clock that is %i ms ahead counts as ours', (ahead) => {
  expect(momentOf(NOW + ahead, NOW)).toBe(NOW);
});

test('a clock that is more than 5 minutes ahead is refused', () => {
  expect(() => momentOf(NOW + 5 * MINUTE + 1, NOW)).toThrow(Refusal);
});

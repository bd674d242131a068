import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { changeBasisPoints, everyDay, periodBefore, periodOf, restOf, timeZoneOf } from '../../src/domain/analytics.ts';
import { addDays, daysOf, lengthOf } from '../../src/domain/calendar.ts';
import { Refusal } from '../../src/lib/refusal.ts';

const TODAY = '2026-11-21';

describe('the period', () => {
  test.each([
    [{}, '2026-10-23', '2026-11-21'],
    [{ to: '2024-03-10' }, '2024-02-10', '2024-03-10'],
    [{ from: '2026-11-21' }, '2026-11-21', '2026-11-21'],
    [{ from: '2025-10-18' }, '2025-10-18', '2026-11-21'],
    [{ from: '2030-01-01', to: '2030-01-02' }, '2030-01-01', '2030-01-02'],
  ])('asked for by %j is from %s to %s', (asked, from, to) => {
    expect(periodOf(asked, TODAY)).toEqual({ from, to });
  });

  test.each([
    ['begins after it ends', { from: '2026-11-02', to: '2026-11-01' }],
    ['begins tomorrow and ends today', { from: '2026-11-22' }],
    ['has 401 days', { from: '2025-10-17' }],
    ['has 401 days with a leap day among them', { from: '2024-01-01', to: '2025-02-04' }],
    ['has thousands of years', { from: '1970-01-01', to: '9999-12-31' }],
  ])('is refused when it %s', (_, asked) => {
    expect(() => periodOf(asked, TODAY)).toThrow(Refusal);
  });

  test('that it is compared with is as long and ends the day before', () => {
    const from = fc.integer({ min: 0, max: 40_000 }).map((count) => addDays('1970-01-01', count));
    fc.assert(
      fc.property(from, fc.integer({ min: 0, max: 399 }), (from, more) => {
        const period = { from, to: addDays(from, more) };
        const before = periodBefore(period);
        expect(lengthOf(before)).toBe(lengthOf(period));
        expect(addDays(before.to, 1)).toBe(period.from);
        expect([...daysOf(before), ...daysOf(period)]).toEqual(daysOf({ from: before.from, to: period.to }));
      }),
    );
  });
});

describe('the time zone', () => {
  const apia = { timeZone: 'Pacific/Apia' };
  const berlin = { timeZone: 'Europe/Berlin' };
  const none = { program: null, link: null, advocate: null };
  const [programId, linkId, advocateId] = ['prg_1', 'lnk_1', 'adv_1'];

  test.each([
    [{}, none, 'UTC'],
    [{ programId }, { ...none, program: apia }, 'Pacific/Apia'],
    [{ linkId }, { ...none, link: berlin }, 'Europe/Berlin'],
    [{ programId, linkId }, { ...none, program: apia, link: berlin }, 'Pacific/Apia'],
    [{ advocateId }, { ...none, advocate: { id: 'adv_1' } }, 'UTC'],
  ])('of %j is that of the program it is about', (asked, found, expected) => {
    expect(timeZoneOf(asked, found)).toBe(expected);
  });

  test.each([
    [{ programId }, 'program_not_found'],
    [{ linkId }, 'link_not_found'],
    [{ advocateId }, 'advocate_not_found'],
  ])('of %j that the store does not have is refused', (asked, code) => {
    expect(() => timeZoneOf(asked, none)).toThrow(expect.objectContaining({ code }));
  });
});

test('a day without counters is told with 0, and a day before the period or after it is not told', () => {
  const counts = { clicks: 3, visitors: 2, clicksBefore: 1, visitorsBefore: 1 };
  const nothing = { clicks: 0, visitors: 0, clicksBefore: 0, visitorsBefore: 0 };
  const days = everyDay({ from: '2024-02-28', to: '2024-03-01' }, [
    { key: '2024-03-01', ...counts },
    { key: '2024-02-28', ...counts },
  ]);
  expect(days).toEqual([
    { key: '2024-02-28', ...counts },
    { key: '2024-02-29', ...nothing },
    { key: '2024-03-01', ...counts },
  ]);
});

test('what is left of a total is what the groups do not have', () => {
  const total = { clicks: 100, visitors: 80, clicksBefore: 60, visitorsBefore: 40 };
  const groups = [
    { clicks: 50, visitors: 40, clicksBefore: 0, visitorsBefore: 0 },
    { clicks: 20, visitors: 10, clicksBefore: 55, visitorsBefore: 39 },
  ];
  expect(restOf(total, groups)).toEqual({ clicks: 30, visitors: 30, clicksBefore: 5, visitorsBefore: 1 });
  expect(restOf(total, [])).toEqual(total);
});

describe('the change', () => {
  test.each([
    [0, 0, null],
    [5, 0, null],
    [0, 5, -10_000],
    [5, 5, 0],
    [10, 5, 10_000],
    [110, 100, 1000],
    [90, 100, -1000],
    [4, 3, 3333],
    [2, 3, -3333],
    [5, 3, 6667],
    [1, 3, -6667],
    [20_001, 20_000, 1],
    [19_999, 20_000, 0],
    [20_002, 40_000, -4999],
    [40_001, 40_000, 0],
    [39_999, 40_000, 0],
    [19_998, 20_000, -1],
    [900_000_000_000, 1, 8_999_999_999_990_000],
  ])('to %i from %i is %j basis points', (count, before, expected) => {
    expect(changeBasisPoints(count, before)).toBe(expected);
  });

  test('is never less than losing everything, and has the sign of the difference', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 1e9 }), (count, before) => {
        const change = changeBasisPoints(count, before);
        expect(change).toBeGreaterThanOrEqual(-10_000);
        expect(Math.sign(change ?? Number.NaN) * Math.sign(count - before)).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addDays, dayIn, daysOf, isDay, isTimeZone, lengthOf } from '../../src/domain/calendar.ts';

const HOUR = 60 * 60 * 1000;

function at(time: string): number {
  return Date.parse(time);
}

describe('the day of an instant', () => {
  test.each([
    ['UTC', '2026-11-21T00:00:00.000Z', '2026-11-20', '2026-11-21'],
    ['Europe/Berlin', '2026-03-28T23:00:00Z', '2026-03-28', '2026-03-29'],
    ['Europe/Berlin', '2026-03-29T22:00:00Z', '2026-03-29', '2026-03-30'],
    ['Europe/Berlin', '2026-10-24T22:00:00Z', '2026-10-24', '2026-10-25'],
    ['Europe/Berlin', '2026-10-25T23:00:00Z', '2026-10-25', '2026-10-26'],
    ['America/New_York', '2026-03-08T05:00:00Z', '2026-03-07', '2026-03-08'],
    ['America/New_York', '2026-03-09T04:00:00Z', '2026-03-08', '2026-03-09'],
    ['America/New_York', '2026-11-01T04:00:00Z', '2026-10-31', '2026-11-01'],
    ['America/New_York', '2026-11-02T05:00:00Z', '2026-11-01', '2026-11-02'],
    ['Asia/Kathmandu', '2026-11-20T18:15:00Z', '2026-11-20', '2026-11-21'],
    ['Pacific/Kiritimati', '2026-11-20T10:00:00Z', '2026-11-20', '2026-11-21'],
    ['Etc/GMT+12', '2026-11-21T12:00:00Z', '2026-11-20', '2026-11-21'],
    ['America/Sao_Paulo', '2024-02-29T03:00:00Z', '2024-02-28', '2024-02-29'],
    ['America/Sao_Paulo', '2024-03-01T03:00:00Z', '2024-02-29', '2024-03-01'],
    ['Pacific/Auckland', '2026-12-31T11:00:00Z', '2026-12-31', '2027-01-01'],
  ])('in %s begins at %s, and not a millisecond earlier', (timeZone, midnight, before, day) => {
    expect(dayIn(timeZone, at(midnight) - 1)).toBe(before);
    expect(dayIn(timeZone, at(midnight))).toBe(day);
  });

  test('in Pacific/Apia is never 30 December 2011, which the island left out', () => {
    expect(dayIn('Pacific/Apia', at('2011-12-30T09:59:59.999Z'))).toBe('2011-12-29');
    expect(dayIn('Pacific/Apia', at('2011-12-30T10:00:00Z'))).toBe('2011-12-31');
  });

  test.each([
    ['Europe/Berlin', '2026-03-29', 23],
    ['Europe/Berlin', '2026-10-25', 25],
    ['America/New_York', '2026-03-08', 23],
    ['America/New_York', '2026-11-01', 25],
    ['Asia/Kathmandu', '2026-03-29', 24],
  ])('in %s, %s has as many hours as clocks make it have', (timeZone, day, hours) => {
    const start = at(`${day}T00:00:00Z`) - 24 * HOUR;
    const found = Array.from({ length: 72 * 4 }, (_, quarter) => dayIn(timeZone, start + (quarter * HOUR) / 4));
    expect(found.filter((each) => each === day)).toHaveLength(hours * 4);
  });

  test('is the same in whatever case the time zone is written', () => {
    expect(dayIn('pacific/kiritimati', at('2026-11-20T10:00:00Z'))).toBe('2026-11-21');
    expect(dayIn('Pacific/Kiritimati', at('2026-11-20T10:00:00Z'))).toBe('2026-11-21');
  });

  test.each(['Europe/Bielefeld', '', 'Europe/Berlin\0'])('is none in %j', (timeZone) => {
    expect(() => dayIn(timeZone, 0)).toThrow(RangeError);
  });

  test('in UTC is the one of the ISO time, from 1970 to 9999', () => {
    const times = fc.date({ min: new Date(0), max: new Date('9999-12-31T23:59:59.999Z'), noInvalidDate: true });
    fc.assert(
      fc.property(times, (time) => {
        expect(dayIn('UTC', time.getTime())).toBe(time.toISOString().slice(0, 10));
      }),
    );
  });
});

describe('a time zone', () => {
  test.each(['UTC', 'Europe/Berlin', 'America/Argentina/Buenos_Aires', 'Asia/Kolkata', 'Asia/Calcutta', 'Etc/GMT+12'])(
    'may be %s',
    (name) => {
      expect(isTimeZone(name)).toBe(true);
    },
  );

  test.each([
    ...['', ' ', 'Europe', 'Europe/', 'Europe/Bielefeld', 'Europe/Berlin ', 'Europe/Berlin\0', '/Europe/Berlin'],
    ...[
      '+01:00',
      '-0800',
      'Z',
      'GMT+1',
      'IST',
      'EST',
      'SystemV/PST8',
      'systemv/pst8',
      '../etc/passwd',
      'Ünited/Kingdom',
    ],
  ])('is not %j', (name) => {
    expect(isTimeZone(name)).toBe(false);
  });

  test('is every one that Intl lists', () => {
    const refused = Intl.supportedValuesOf('timeZone').filter((name) => !isTimeZone(name));
    expect(refused).toEqual([]);
  });
});

describe('a day', () => {
  test.each(['1970-01-01', '2026-11-21', '2024-02-29', '2000-02-29', '9999-12-31'])('%s is one', (text) => {
    expect(isDay(text)).toBe(true);
  });

  test.each([
    ...['2026-02-29', '2026-02-30', '2100-02-29', '2026-04-31', '2026-13-01', '2026-00-10', '2026-01-00', '1969-12-31'],
    ...['0000-01-01', '', '2026-1-1', '2026-11', '20261121', '2026-11-21T00:00:00Z', ' 2026-11-21', '2026-11-21\n'],
    ...['２０２６-11-21', '+2026-11-21', '2026-11-21Z'],
  ])('%j is none', (text) => {
    expect(isDay(text)).toBe(false);
  });
});

describe('counting days', () => {
  test.each([
    ['2026-02-28', 1, '2026-03-01'],
    ['2024-02-28', 1, '2024-02-29'],
    ['2024-03-01', -1, '2024-02-29'],
    ['2025-12-31', 1, '2026-01-01'],
    ['2024-01-01', 366, '2025-01-01'],
    ['2025-01-01', 365, '2026-01-01'],
    ['1970-01-01', -1, '1969-12-31'],
    ['2026-11-21', 0, '2026-11-21'],
  ])('from %s, %i days on, it is %s', (day, count, expected) => {
    expect(addDays(day, count)).toBe(expected);
  });

  test('a period holds every day from its first to its last, once and in order', () => {
    expect(daysOf({ from: '2024-02-27', to: '2024-03-02' })).toEqual([
      '2024-02-27',
      '2024-02-28',
      '2024-02-29',
      '2024-03-01',
      '2024-03-02',
    ]);
    expect(daysOf({ from: '2026-11-21', to: '2026-11-21' })).toEqual(['2026-11-21']);
  });

  test('a period is as long as the days it holds, wherever clocks are changed in it', () => {
    const from = fc.integer({ min: 0, max: 40_000 }).map((count) => addDays('1970-01-01', count));
    fc.assert(
      fc.property(from, fc.integer({ min: 0, max: 800 }), (from, more) => {
        const period = { from, to: addDays(from, more) };
        const days = daysOf(period);
        expect([lengthOf(period), days.length, new Set(days).size]).toEqual([more + 1, more + 1, more + 1]);
        expect([days[0], days.at(-1)]).toEqual([period.from, period.to]);
        expect(days.toSorted()).toEqual(days);
      }),
    );
  });
});

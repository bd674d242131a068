import { parseDateTime } from './sources/rfc3339.ts';

/** Days of the calendar, each YYYY-MM-DD and both inside. */
export interface Period {
  from: string;
  to: string;
}

/** In milliseconds. */
export const DAY = 86_400_000;

/** Opening a formatter takes fifty times as long as using it. Intl takes names in any case: the key has one. */
const formatters = new Map<string, Intl.DateTimeFormat>();

/** The day of an instant, in milliseconds, where clocks show the time of an IANA time zone. Throws a RangeError for no such zone. */
export function dayIn(timeZone: string, at: number): string {
  const parts = formatterOf(timeZone).formatToParts(at);
  return (['year', 'month', 'day'] as const).map((name) => parts.find(({ type }) => type === name)?.value).join('-');
}

/** UTC, or a name with its area, as Europe/Berlin: Intl also takes offsets, and abbreviations that mean two zones (IST). */
export function isTimeZone(name: string): boolean {
  if (name !== 'UTC' && !/^(?!SystemV\/)[A-Z]\w+\//i.test(name)) return false;
  try {
    formatterOf(name);
    return true;
  } catch {
    return false;
  }
}

/** A day that there is, from 1970 on. */
export function isDay(text: string): boolean {
  return /^\d{4}-\d\d-\d\d$/.test(text) && startOf(text) >= 0;
}

export function addDays(day: string, count: number): string {
  return dayIn('UTC', startOf(day) + count * DAY);
}

/** How many days there are in it. */
export function lengthOf({ from, to }: Period): number {
  return (startOf(to) - startOf(from)) / DAY + 1;
}

export function daysOf(period: Period): string[] {
  return Array.from({ length: lengthOf(period) }, (_, index) => addDays(period.from, index));
}

/** In UTC every day has 24 hours, so that days can be counted there. NaN where there is no such day. */
function startOf(day: string): number {
  return parseDateTime(`${day}T00:00:00Z`) ?? Number.NaN;
}

function formatterOf(timeZone: string): Intl.DateTimeFormat {
  const key = timeZone.toLowerCase();
  const known = formatters.get(key);
  if (known !== undefined) return known;
  const opened = new Intl.DateTimeFormat('en', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' });
  formatters.set(key, opened);
  return opened;
}

const DATE_TIME = /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:[Zz]|([+-])(\d\d):(\d\d))$/;
const DAYS_BEFORE_1970 = 719_162;

/**
 * Milliseconds since the epoch of an RFC 3339 §5.6 date-time, the fraction cut to milliseconds; null when it is none.
 * Written out because Date.parse also takes other forms and 30 February. Leap seconds are refused.
 */
export function parseDateTime(text: string): number | null {
  const match = DATE_TIME.exec(text);
  if (match === null) return null;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1, 7).map(Number);
  const [fraction = '', sign, ...offset] = match.slice(7);
  const [offsetHour = 0, offsetMinute = 0] = sign === undefined ? [] : offset.map(Number);

  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const months = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
  if (day < 1 || day > (months[month - 1] ?? 0)) return null;
  if (hour > 23 || minute > 59 || second > 59 || offsetHour > 23 || offsetMinute > 59) return null;

  const past = year - 1;
  const years = past * 365 + Math.floor(past / 4) - Math.floor(past / 100) + Math.floor(past / 400);
  const days = years - DAYS_BEFORE_1970 + months.slice(0, month - 1).reduce((sum, length) => sum + length, 0) + day - 1;
  const east = (offsetHour * 60 + offsetMinute) * (sign === '-' ? -1 : 1);
  const seconds = days * 86_400 + hour * 3600 + (minute - east) * 60 + second;
  return seconds * 1000 + Number(fraction.slice(0, 3).padEnd(3, '0'));
}

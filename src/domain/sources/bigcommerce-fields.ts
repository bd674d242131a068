import * as v from 'valibot';
import type { Touches } from '../notice.ts';
import { parseDateTime } from './rfc3339.ts';
import { touchesInFields } from './touches.ts';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
/** RFC 2822 §3.3, as version 2 of the API writes it: `Wed, 10 Jan 2018 21:05:30 +0000`. */
const DATE_TIME = /^(?:[A-Z][a-z]{2}, )?(\d{1,2}) ([A-Z][a-z]{2}) (\d{4}) (\d\d:\d\d:\d\d) ([+-]\d\d)(\d\d)$/;

/** null as well for what is no time. */
export const rfc2822 = v.fallback(
  v.nullable(
    v.pipe(
      v.string(),
      v.transform((text) => {
        const [, day = '', month = '', year, time, hours, minutes] = DATE_TIME.exec(text) ?? [];
        const number = String(MONTHS.indexOf(month) + 1).padStart(2, '0');
        return parseDateTime(`${year}-${number}-${day.padStart(2, '0')}T${time}${hours}:${minutes}`);
      }),
    ),
  ),
  null,
);

/** `gw=…` among the words that a shopper, a script or the staff wrote. */
export function touchesInText(text: string | null): Partial<Touches> {
  const words = text === null ? [] : text.split(/\s+/);
  return touchesInFields(
    words.map((word) => {
      const [name = '', ...value] = word.split('=');
      return [name, value.join('=')];
    }),
  );
}

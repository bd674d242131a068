import * as v from 'valibot';
import { parseDateTime } from '../domain/sources/rfc3339.ts';
import { type IdPrefix, isId } from '../lib/ids.ts';

/** An id of ours in an answer or an input. */
export function Id(prefix: IdPrefix) {
  return v.pipe(
    v.string(),
    v.metadata({ pattern: `^${prefix}_[0-7][0-9a-hjkmnp-tv-z]{25}$` }),
    v.rawCheck(({ dataset, addIssue }) => {
      if (dataset.typed && !isId(prefix, dataset.value))
        addIssue({ message: `Must be an id that begins with ${prefix}_.` });
    }),
  );
}

/** RFC 3339 in an answer; `time` makes it. */
export const Time = v.pipe(v.string(), v.isoTimestamp());

export function time(milliseconds: number): string;
export function time(milliseconds: number | null): string | null;
export function time(milliseconds: number | null): string | null {
  return milliseconds === null ? null : new Date(milliseconds).toISOString();
}

/** RFC 3339 in an input, milliseconds inside. */
export const TimeInput = v.pipe(
  v.string(),
  v.metadata({ format: 'date-time' }),
  v.rawTransform(({ dataset, addIssue, NEVER }) => {
    const milliseconds = parseDateTime(dataset.value);
    if (milliseconds !== null) return milliseconds;
    addIssue({ message: 'Must be a time such as 2026-11-21T20:00:00Z.' });
    return NEVER;
  }),
);

/** A name that people read. */
export const Name = v.pipe(
  v.string(),
  v.trim(),
  v.minLength(1),
  v.maxLength(100),
  v.check((name) => !/\p{Cc}/u.test(name), 'Must have no control characters.'),
  v.description('1 to 100 characters.'),
);

/** A whole number in a query. */
export function IntegerParameter(min: number, max: number) {
  return v.pipe(
    v.string(),
    v.metadata({ type: 'integer', minimum: min, maximum: max }),
    v.transform((text) => (/^\d{1,15}$/.test(text) ? Number(text) : Number.NaN)),
    v.integer(),
    v.minValue(min),
    v.maxValue(max),
  );
}

/** What a write without a body of its own takes, if it is sent one. */
export const NoBody = v.strictObject({});

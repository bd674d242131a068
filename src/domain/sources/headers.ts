import type { Verification } from './contract.ts';

type Malformed = Extract<Verification, { outcome: 'malformed' }>;

/** What a header's value may look like. A repeated header arrives joined by `, `, which the form has to refuse. */
export interface HeaderForm {
  maxLength: number;
  pattern: RegExp;
  /** Completes "must appear exactly once, as …". */
  says: string;
}

/** No full stop: it separates the parts of a signed text, and an id that holds one could move the border. */
export const MESSAGE_ID: HeaderForm = {
  maxLength: 256,
  pattern: /^[A-Za-z0-9_-]+$/,
  says: 'at most 256 letters, digits, "_" or "-"',
};

/** Seconds or milliseconds since the epoch in the one way to write them; 15 digits stay exact. */
export const UNIX_TIME: HeaderForm = {
  maxLength: 15,
  pattern: /^[1-9][0-9]*$/,
  says: 'decimal digits without sign, leading zero, fraction or exponent',
};

/** The value of a header that must be there once and in its form; the detail names the header and never repeats its value. */
export function headerOnce(headers: Headers, name: string, form: HeaderForm): string | Malformed {
  const value = headers.get(name);
  if (value === null) return { outcome: 'malformed', detail: `The header ${name} is missing.` };
  return value.length <= form.maxLength && form.pattern.test(value) ? value : malformed(name, form.says);
}

export function malformed(name: string, says: string): Malformed {
  return { outcome: 'malformed', detail: `The header ${name} must appear exactly once, as ${says}.` };
}

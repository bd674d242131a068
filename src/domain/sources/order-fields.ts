import * as v from 'valibot';
import { type Decimal, parseDecimal, toMinorUnits } from '../../lib/decimal.ts';
import { isCurrency } from '../../lib/money.ts';
import type { InputError } from '../../lib/refusal.ts';
import type { Address, Touches } from '../notice.ts';

/** A number, or the text of its digits where it is too long for one. */
export const recordId = v.pipe(
  v.union([v.string(), v.number()]),
  v.transform(String),
  v.regex(/^[1-9]\d{0,19}$/, 'Must be an id: decimal digits.'),
);

/** null for a guest, whom platforms give the id 0, and for whatever is no id. */
export const customerId = v.fallback(v.nullable(recordId), null);

/** Without the blanks around it; null where nothing is left, and where it is no text: nothing depends on it. */
export const optionalText = v.fallback(
  v.pipe(
    v.nullable(v.string()),
    v.transform((text) => text?.trim() || null),
  ),
  null,
);

export const currencyCode = v.pipe(v.string(), v.check(isCurrency, 'Must be a currency of ISO 4217.'));

/** Platforms write text; a number is as good, for it gives back the digits it was read from as far as money goes. */
export const amount = v.pipe(
  v.union([v.string(), v.number()]),
  v.transform(String),
  v.rawTransform<string, Decimal>(({ dataset, addIssue, NEVER }) => {
    const decimal = parseDecimal(dataset.value);
    if (decimal !== null) return decimal;
    addIssue({ message: 'Must be an amount in decimal digits, such as "12.30".' });
    return NEVER;
  }),
);

/** In minor units, from 0 up: a fee below nothing can outweigh the goods. null when it is too large. */
export function inMinorUnits(decimal: Decimal, currency: string): number | null {
  const units = toMinorUnits(decimal, currency);
  return units === null ? null : Math.max(0, units);
}

export const TOO_LARGE: InputError = { pointer: '', detail: 'An amount is too large.' };

/** Entries such as `{"key": …, "value": …}` that shoppers and plug-ins write; one that has no such form is passed over later. */
export function ownFields(list: unknown, name: string): [name: unknown, value: unknown][] {
  return Array.isArray(list) ? list.map((entry) => [entry?.[name], entry?.value]) : [];
}

/** Entries that have a `code` each. */
export function codesIn(list: unknown): Partial<Touches> {
  return { codes: ownFields(list, 'code').flatMap(([code]) => (typeof code === 'string' ? [code] : [])) };
}

/** null where nothing is delivered. */
export function deliveryTo(lines: (string | null)[], place: Omit<Address, 'lines'>): Address | null {
  const street = lines.filter((line) => line !== null);
  const { country } = place;
  if (street.length === 0) return null;
  return { ...place, lines: street, country: country !== null && /^[A-Z]{2}$/.test(country) ? country : null };
}

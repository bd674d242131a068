import type { Touches } from '../notice.ts';

const MOST = 20;
const LONGEST_TOKEN = 512;
const LONGEST = 128;

/** The names under which a store may hand on how the friend came, wherever its platform has room for fields of its own. */
const TOKEN = 'gw';
const CLICK_ID = 'gw_click';
const CODE = 'gw_code';

/** What strangers wrote is never an error: a touch that cannot be one is passed over, and so is what goes beyond 20 of a kind. */
export function touches(parts: Partial<Touches>[]): Touches {
  return {
    clickTokens: distinct(parts, 'clickTokens', LONGEST_TOKEN),
    clickIds: distinct(parts, 'clickIds', LONGEST),
    codes: distinct(parts, 'codes', LONGEST, (code) => code.toLowerCase()),
  };
}

/** Fields such as metadata and attributes, of whatever type their values are. */
export function touchesInFields(fields: Iterable<readonly [name: unknown, value: unknown]>): Partial<Touches> {
  const of = (wanted: string) =>
    Array.from(fields, ([name, value]) => (name === wanted && typeof value === 'string' ? value : '')).filter(Boolean);
  return { clickTokens: of(TOKEN), clickIds: of(CLICK_ID), codes: of(CODE) };
}

/** The page on which the friend landed: a URL or a path with its query. */
export function touchesInUrl(landing: string | null | undefined): Partial<Touches> {
  const query = landing?.split('#', 1)[0]?.split('?').slice(1).join('?');
  return query ? touchesInFields(new URLSearchParams(query)) : {};
}

/** A landing page may have `%00` in its query, and no text column can hold that. */
function distinct(
  parts: Partial<Touches>[],
  kind: keyof Touches,
  longest: number,
  normal: (text: string) => string = (text) => text,
): string[] {
  const all = parts.flatMap((part) => part[kind] ?? []).map((text) => normal(text.trim()));
  return [...new Set(all)]
    .filter((text) => text !== '' && text.length <= longest && !text.includes('\0'))
    .slice(0, MOST);
}

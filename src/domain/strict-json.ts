import { decodeUtf8 } from '../lib/encoding.ts';

type StrictJson = { ok: true; value: unknown } | { ok: false; detail: string };

interface Options {
  /** What to do with an integer beyond ±(2^53 - 1): refuse the text, or give the literal's own digits as a string. */
  longIntegers: 'refuse' | 'text';
}

/** JSON.parse as of ES2026: the reviver sees the literal that a number was read from. */
type ParseWithSource = (
  text: string,
  reviver: (name: string, value: unknown, context: { source?: string }) => unknown,
) => unknown;

const MAX_DEPTH = 32;
const INTEGER = /^-?\d+$/;
const INEXACT = 'The JSON has a number beyond ±9007199254740991, which is not exact; send it as a string.';
/** Strings (with the colon that makes one a name), numbers and brackets: all that a valid text needs to be looked at for. */
const TOKEN = /("[^"\\]*(?:\\.[^"\\]*)*")([ \t\n\r]*:)?|-?\d[\d.eE+-]*|[{}[\]]/g;

/**
 * The I-JSON of RFC 7493: no text that two parsers could read as two different values. JSON.parse checks the grammar
 * and builds the value; one linear pass over the text it accepted finds what it lets through.
 */
export function parseStrictJson(bytes: Uint8Array, { longIntegers }: Options = { longIntegers: 'refuse' }): StrictJson {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) {
    return { ok: false, detail: 'The body starts with a byte-order mark; JSON starts without one.' };
  }
  const text = decodeUtf8(bytes);
  if (text === null) return { ok: false, detail: 'The body is not valid UTF-8.' };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { ok: false, detail: 'The body is not valid JSON.' };
  }
  const { detail, hasLongInteger } = inspect(text);
  if (detail !== null) return { ok: false, detail };
  if (!hasLongInteger) return { ok: true, value };
  return longIntegers === 'text' ? { ok: true, value: parseKeepingDigits(text) } : { ok: false, detail: INEXACT };
}

/** Of a text that JSON.parse accepts. Reads it a second time, because a reviver costs several times the parsing. */
function parseKeepingDigits(text: string): unknown {
  return (JSON.parse as ParseWithSource)(text, (_name, value, { source = '' }) =>
    typeof value === 'number' && isUnsafe(value) && INTEGER.test(source) ? source : value,
  );
}

function isUnsafe(value: number): boolean {
  return Math.abs(value) > Number.MAX_SAFE_INTEGER;
}

/** What is ambiguous in a text that JSON.parse accepts, the long integers apart. */
function inspect(text: string): { detail: string | null; hasLongInteger: boolean } {
  let hasLongInteger = false;
  const refused = (detail: string) => ({ detail, hasLongInteger });
  /** Per open bracket the names seen so far; an array sees none. */
  const open: Set<string>[] = [];
  for (const [token, literal, colon] of text.matchAll(TOKEN)) {
    if (token === '{' || token === '[') {
      if (open.push(new Set()) > MAX_DEPTH) return refused(`The JSON is nested deeper than ${MAX_DEPTH} levels.`);
    } else if (token === '}' || token === ']') {
      open.pop();
    } else if (literal === undefined) {
      if (!isUnsafe(Number(token))) continue;
      // Also an integer written with a fraction or an exponent, and 1e400, which JSON.parse makes Infinity.
      if (!INTEGER.test(token)) return refused(INEXACT);
      hasLongInteger = true;
    } else {
      // UTF-8 holds no lone surrogate and a JSON text no bare U+0000: both come by an escape alone.
      const escaped = literal.includes('\\');
      if (!escaped && colon === undefined) continue;
      const string: string = escaped ? JSON.parse(literal) : literal.slice(1, -1);
      if (!string.isWellFormed()) return refused('The JSON has a string with a lone surrogate.');
      // No text column holds it whole: SQLite's own functions end a text there.
      if (string.includes('\0')) return refused('The JSON has a string with the character U+0000.');
      if (colon === undefined) continue;
      if (string === '__proto__') return refused('The JSON has a field named "__proto__".');
      const names = open.at(-1);
      if (names?.has(string)) return refused('The JSON has an object that names a field twice.');
      names?.add(string);
    }
  }
  return { detail: null, hasLongInteger };
}

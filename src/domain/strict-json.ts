import { decodeUtf8 } from '../lib/encoding.ts';

type StrictJson = { ok: true; value: unknown } | { ok: false; detail: string };

const MAX_DEPTH = 32;
/** Strings (with the colon that makes one a name), numbers and brackets: all that a valid text needs to be looked at for. */
const TOKEN = /("[^"\\]*(?:\\.[^"\\]*)*")([ \t\n\r]*:)?|-?\d[\d.eE+-]*|[{}[\]]/g;

/**
 * The I-JSON of RFC 7493: no text that two parsers could read as two different values. JSON.parse checks the grammar
 * and builds the value; one linear pass over the text it accepted finds what it lets through.
 */
export function parseStrictJson(bytes: Uint8Array): StrictJson {
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
  const detail = ambiguity(text);
  return detail === null ? { ok: true, value } : { ok: false, detail };
}

function ambiguity(text: string): string | null {
  /** Per open bracket the names seen so far; an array sees none. */
  const open: Set<string>[] = [];
  for (const [token, literal, colon] of text.matchAll(TOKEN)) {
    if (token === '{' || token === '[') {
      if (open.push(new Set()) > MAX_DEPTH) return `The JSON is nested deeper than ${MAX_DEPTH} levels.`;
    } else if (token === '}' || token === ']') {
      open.pop();
    } else if (literal === undefined) {
      // Also an integer written with a fraction or an exponent, and 1e400, which JSON.parse makes Infinity.
      if (Math.abs(Number(token)) > Number.MAX_SAFE_INTEGER) {
        return 'The JSON has a number beyond ±9007199254740991, which is not exact; send it as a string.';
      }
    } else {
      const string: string = JSON.parse(literal);
      if (!string.isWellFormed()) return 'The JSON has a string with a lone surrogate.';
      // No text column holds it whole: SQLite's own functions end a text there.
      if (string.includes('\0')) return 'The JSON has a string with the character U+0000.';
      if (colon === undefined) continue;
      if (string === '__proto__') return 'The JSON has a field named "__proto__".';
      const names = open.at(-1);
      if (names?.has(string)) return 'The JSON has an object that names a field twice.';
      names?.add(string);
    }
  }
  return null;
}

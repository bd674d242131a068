import { parseStrictJson } from '../strict-json.ts';

/** How programs lay JSON out. */
const LAYOUTS: { says: string; write: (value: unknown) => string }[] = [
  { says: 'without blanks', write: (value) => JSON.stringify(value) },
  { says: 'with a blank after each comma and colon', write: spaced },
  { says: 'indented by two blanks', write: (value) => JSON.stringify(value, null, 2) },
  { says: 'indented by four blanks', write: (value) => JSON.stringify(value, null, 4) },
  { says: 'indented by tabs', write: (value) => JSON.stringify(value, null, '\t') },
];

/** What they escape beyond what has to be, as Python, PHP and Go do unless they are told not to. */
const ESCAPES: { says: string; write: (text: string) => string }[] = [
  { says: 'with \\u escapes for all that is not ASCII', write: ascii },
  { says: 'with "/" written as "\\/"', write: (text) => text.replaceAll('/', '\\/') },
  {
    says: 'with "/" written as "\\/" and \\u escapes for all that is not ASCII',
    write: (text) => ascii(text.replaceAll('/', '\\/')),
  },
  { says: 'with \\u escapes for "<", ">" and "&"', write: (text) => escaped(text, /[<>&\u2028\u2029]/g) },
];

/** There are up to fifty forms, each hashed for every signature under every secret in force. */
const MOST_BYTES = 16 * 1024;
/** Deep in lists, two bytes can become a line of 128. */
const LONGEST_FORM = 4 * MOST_BYTES;

interface Form {
  says: string;
  text: string;
}

/** The same JSON as other programs write it, one form at a time; none where the bytes are not JSON, or are many. */
export function* jsonForms(bytes: Uint8Array): Generator<Form> {
  if (bytes.length > MOST_BYTES) return;
  const json = parseStrictJson(bytes);
  if (!json.ok) return;
  yield* formsOf(json.value, '');
  yield* formsOf(sorted(json.value), ', its names sorted');
}

function* formsOf(value: unknown, order: string): Generator<Form> {
  for (const layout of LAYOUTS) {
    const text = layout.write(value);
    if (text.length > LONGEST_FORM) continue;
    yield { says: layout.says + order, text };
    for (const { says, write } of ESCAPES) {
      const form = write(text);
      if (form !== text && form.length <= LONGEST_FORM) yield { says: `${layout.says}, ${says}${order}`, text: form };
    }
  }
}

/** Deep recursion is no danger: strict JSON has 32 levels at most. */
function spaced(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(spaced).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const fields = Object.entries(value).map(([name, field]) => `${JSON.stringify(name)}: ${spaced(field)}`);
  return `{${fields.join(', ')}}`;
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(fields.map(([name, field]) => [name, sorted(field)]));
}

function ascii(text: string): string {
  return escaped(text, /[\u0080-\uffff]/g);
}

function escaped(text: string, characters: RegExp): string {
  return text.replaceAll(characters, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

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
  { says: '', write: (text) => text },
  { says: ', with \\u escapes for all that is not ASCII', write: ascii },
  { says: ', with "/" written as "\\/"', write: (text) => text.replaceAll('/', '\\/') },
  {
    says: ', with "/" written as "\\/" and \\u escapes for all that is not ASCII',
    write: (text) => ascii(text.replaceAll('/', '\\/')),
  },
  { says: ', with \\u escapes for "<", ">" and "&"', write: (text) => escaped(text, /[<>&\u2028\u2029]/g) },
];

/** The same JSON as other programs write it; none where the bytes are not JSON. */
export function jsonForms(bytes: Uint8Array): { says: string; text: string }[] {
  const json = parseStrictJson(bytes);
  if (!json.ok) return [];
  const values = [
    { value: json.value, order: '' },
    { value: sorted(json.value), order: ', its names sorted' },
  ];
  const forms = values.flatMap(({ value, order }) =>
    LAYOUTS.flatMap((layout) => {
      const text = layout.write(value);
      return ESCAPES.map(({ says, write }) => ({ says: layout.says + says + order, text: write(text) }));
    }),
  );
  return forms.filter(({ text }, index) => forms.findIndex((form) => form.text === text) === index);
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

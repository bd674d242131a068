import * as v from 'valibot';
import { type InnerList, type Item, isInnerList, parseDictionary } from '../../lib/structured-fields.ts';
import { malformed } from './headers.ts';

const INPUT = 'signature-input';
const SIGNATURE = 'signature';
const MAX_LENGTH = 4096;

const Time = v.pipe(v.number(), v.minValue(1));
const Text = v.pipe(v.string(), v.minLength(1), v.maxLength(256));

/** RFC 9421 §2.3, and nothing else: an unknown parameter may say when not to trust the signature. Times are in seconds. */
const Parameters = v.strictObject({
  created: Time,
  keyid: Text,
  expires: v.optional(v.nullable(Time), null),
  alg: v.optional(v.nullable(Text), null),
  nonce: v.optional(v.nullable(v.pipe(Text, v.regex(/^[!-~]+$/))), null),
  tag: v.optional(v.nullable(Text), null),
});

/** Completes "a list whose parameter … is". */
const FORMS = new Map([
  ['created', 'the time of signing in whole seconds since 1970'],
  ['keyid', 'the name of the key in 1 to 256 characters'],
  ['expires', 'a time in whole seconds since 1970, or not there'],
  ['alg', 'the name of an algorithm, or not there'],
  ['nonce', '1 to 256 characters without spaces, or not there'],
  ['tag', '1 to 256 characters, or not there'],
]);

export interface SignatureInput {
  /** The names of the components, each once, in their order. */
  covered: string[];
  params: v.InferOutput<typeof Parameters>;
  /** The value of `@signature-params`. */
  text: string;
  signature: Uint8Array<ArrayBuffer>;
}

/** What the headers Signature-Input and Signature say together (RFC 9421 §4). Without a label there has to be one signature. */
export function readSignatureInput(headers: Headers, label: string | undefined) {
  const inputs = dictionaryIn(headers, INPUT);
  if (!(inputs instanceof Map)) return inputs;
  const signatures = dictionaryIn(headers, SIGNATURE);
  if (!(signatures instanceof Map)) return signatures;
  if (inputs.size !== signatures.size || ![...inputs.keys()].every((name) => signatures.has(name))) {
    return malformed(SIGNATURE, `a dictionary of the same labels as in the header ${INPUT}`);
  }
  if (label === undefined && inputs.size > 1) {
    return malformed(INPUT, 'a dictionary of one label, unless the source says which of several to check');
  }
  const [chosen = ''] = label === undefined ? inputs.keys() : [label];
  const input = inputs.get(chosen);
  const signature = signatures.get(chosen);
  if (input === undefined || signature === undefined) return malformed(INPUT, `a dictionary with the label "${label}"`);
  if (isInnerList(signature) || !(signature.value instanceof Uint8Array)) {
    return malformed(SIGNATURE, 'a dictionary of byte sequences such as sig=:c2ln:');
  }
  const read = isInnerList(input) ? readInput(input) : malformed(INPUT, 'a dictionary of lists');
  return 'outcome' in read ? read : { ...read, signature: signature.value };
}

function dictionaryIn(headers: Headers, name: string) {
  const text = headers.get(name);
  if (text === null) return { outcome: 'malformed', detail: `The header ${name} is missing.` } as const;
  const dictionary = text.length <= MAX_LENGTH ? parseDictionary(text) : null;
  return dictionary ?? malformed(name, 'a dictionary as RFC 9651 writes it, with each label once');
}

function readInput({ items, params, text }: InnerList) {
  const covered = items.map(nameOf);
  if (!covered.every((name) => name !== null)) {
    return malformed(
      INPUT,
      'a list of components as strings; the parameters sf, key, bs, tr, req and name are not known',
    );
  }
  if (new Set(covered).size !== covered.length) return malformed(INPUT, 'a list that covers each component once');
  const read = v.safeParse(Parameters, Object.fromEntries(params), { abortEarly: true });
  if (read.success) return { covered, params: read.output, text };
  const name = String(read.issues[0].path?.[0]?.key);
  const form = FORMS.get(name);
  return malformed(
    INPUT,
    form === undefined
      ? `a list with no other parameters than ${[...FORMS.keys()].join(', ')}`
      : `a list whose parameter "${name}" is ${form}`,
  );
}

/** null where a value other than the whole component is meant. */
function nameOf({ value, params }: Item): string | null {
  return typeof value === 'string' && params.size === 0 ? value : null;
}

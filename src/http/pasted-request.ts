import * as v from 'valibot';
import type { CallbackRequest } from '../domain/sources/contract.ts';
import { fromBase64, utf8 } from '../lib/encoding.ts';
import { TimeInput } from './schemas.ts';

const MOST_HEADERS = 100;
const NAME = /^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,128}$/;
/** Headers are bytes; RFC 9110 §5.5 forbids those that end a line or a text. */
const VALUE = /^[\t\u0020-\u007e\u0080-\u00ff]{0,8192}$/;

const HeaderValue = v.pipe(v.string(), v.regex(VALUE, 'Must be the value of a header.'));

/** A callback as somebody has it in a log. */
export const PastedRequest = v.pipe(
  v.strictObject({
    method: v.optional(v.pipe(v.string(), v.regex(/^[A-Z]{1,16}$/, 'Must be a method such as POST.')), 'POST'),
    url: v.exactOptional(
      v.pipe(
        v.string(),
        v.maxLength(2048),
        v.regex(/^https?:\/\//, 'Must begin with https:// or http://.'),
        v.check((url) => URL.canParse(url), 'Must be a URL.'),
        v.description('As it was sent to, for schemes that sign it. Left out: the callbackUrl of the source.'),
      ),
    ),
    headers: v.pipe(
      v.record(
        v.pipe(v.string(), v.regex(NAME, 'Must be the name of a header.')),
        v.union([HeaderValue, v.array(HeaderValue)], 'Must be a text, or a list of texts.'),
      ),
      v.check((headers) => Object.keys(headers).length <= MOST_HEADERS, `Must be at most ${MOST_HEADERS} headers.`),
      v.description('All that came, in any case; a list where one came several times.'),
    ),
    body: v.pipe(v.string(), v.description('Exactly as it came, to the last line feed.')),
    bodyEncoding: v.optional(
      v.pipe(v.picklist(['utf8', 'base64']), v.description('How `body` stands for the bytes that came.')),
      'utf8',
    ),
    at: v.exactOptional(v.pipe(TimeInput, v.description('When it came. Left out: now.'))),
  }),
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed || bytesOf(dataset.value) !== null) return;
    const input = dataset.value;
    const path = [{ type: 'object', origin: 'value', input, key: 'body', value: input.body }] as const;
    addIssue({ message: 'Must be base64 with padding, as `bodyEncoding` says.', path: [...path] });
  }),
);

type Pasted = v.InferOutput<typeof PastedRequest>;

/** As it would have come in. */
export function requestIn(pasted: Pasted, callbackUrl: string): CallbackRequest {
  const headers = new Headers();
  for (const [name, value] of Object.entries(pasted.headers)) {
    for (const each of [value].flat()) headers.append(name, each);
  }
  const { method, url = callbackUrl } = pasted;
  return { method, url, headers, body: bytesOf(pasted) ?? new Uint8Array() };
}

function bytesOf({ body, bodyEncoding }: Pick<Pasted, 'body' | 'bodyEncoding'>): Uint8Array<ArrayBuffer> | null {
  return bodyEncoding === 'utf8' ? utf8(body) : fromBase64(body);
}

import { decodeUtf8, fromBase64, toBase64, utf8 } from '../../lib/encoding.ts';
import { jsonForms } from './json-forms.ts';
import type { Suspicion } from './mistakes.ts';

type Bytes = Uint8Array<ArrayBuffer>;

const BOM = '\ufeff';
const AS_SENT = 'sign the bytes that are sent, and let nothing change them in between';

const lenient = new TextDecoder('utf-8', { fatal: false, ignoreBOM: true });

/** What else may have been signed than the bytes that came: one body at a time, because each is a copy of it. */
export function* misreadBodies(body: Bytes): Generator<Suspicion> {
  for (const suspicion of suspicionsOf(body)) {
    if (!isSame(suspicion.changes.body, body)) yield suspicion;
  }
}

function* suspicionsOf(body: Bytes) {
  yield suspect('empty_body', 'no body at all: read the body before signing it', new Uint8Array());
  yield suspect('base64_body', `the base64 of the body: ${AS_SENT}`, utf8(toBase64(body)));
  const replaced = utf8(lenient.decode(body));
  yield suspect('text_encoding', `the body with what is not UTF-8 in it replaced: ${AS_SENT}`, replaced);
  const twice = utf8(fromLatin1(body));
  yield suspect('text_encoding', `the body read as ISO 8859-1 and written as UTF-8: ${AS_SENT}`, twice);
  const text = decodeUtf8(body);
  if (text !== null) yield* misreadTexts(text);
  for (const form of jsonForms(body)) {
    yield suspect('json_rewritten', `the same JSON written ${form.says}: ${AS_SENT}`, utf8(form.text));
  }
}

function* misreadTexts(text: string) {
  yield suspect('byte_order_mark', `the body with a byte-order mark: ${AS_SENT}`, utf8(BOM + text));
  yield suspect('byte_order_mark', 'the body without its byte-order mark: send none', utf8(text.replace(BOM, '')));
  for (const end of ['\n', '\r\n']) {
    yield suspect('final_newline', `the body with a line feed after it: ${AS_SENT}`, utf8(text + end));
  }
  const unended = utf8(text.replace(/\r?\n$/, ''));
  yield suspect('final_newline', `the body without its last line feed: ${AS_SENT}`, unended);
  yield suspect('final_newline', `the body without the blanks around it: ${AS_SENT}`, utf8(text.trim()));
  yield suspect('line_endings', `the body with LF for CRLF: ${AS_SENT}`, utf8(text.replaceAll('\r\n', '\n')));
  yield suspect('line_endings', `the body with CRLF for LF: ${AS_SENT}`, utf8(text.replaceAll(/\r?\n/g, '\r\n')));
  const latin1 = toLatin1(text);
  if (latin1 !== null) yield suspect('text_encoding', 'the body in ISO 8859-1: sign and send it in UTF-8', latin1);
  const decoded = fromBase64(text);
  if (decoded !== null) {
    yield suspect('base64_body', 'what this body is the base64 of: give `bodyEncoding` as `base64`', decoded);
  }
}

function suspect(code: Suspicion['code'], signed: string, body: Bytes) {
  return { code, detail: `The signature is of ${signed}.`, changes: { body } };
}

/** Every byte a character. */
function fromLatin1(bytes: Bytes): string {
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
}

function toLatin1(text: string): Bytes | null {
  const codes = Array.from(text, (character) => character.codePointAt(0) ?? 0);
  return codes.every((code) => code < 256) ? new Uint8Array(codes) : null;
}

function isSame(a: Bytes, b: Bytes): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}

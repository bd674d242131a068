import { fromBase64 } from './encoding.ts';

/**
 * RFC 9651, as far as signatures and digests need it: dictionaries of items and inner lists, without decimals, dates,
 * display strings and members that are mere flags. All has to be written as §4.1 serialises it, so that the text of a
 * member is its only serialisation; and a name that comes twice is refused, where the RFC has the last one win.
 */

export type Value = number | string | boolean | Token | Uint8Array<ArrayBuffer>;

export interface Token {
  token: string;
}

export type Parameters = Map<string, Value>;

export interface Item {
  value: Value;
  params: Parameters;
  /** As it stands in the header. */
  text: string;
}

export interface InnerList {
  items: Item[];
  params: Parameters;
  text: string;
}

const KEY = '[a-z*][a-z0-9_.*-]*';
const VALUE = [
  '0|-?[1-9][0-9]{0,14}',
  '"(?:[ !#-\\[\\]-~]|\\\\["\\\\])*"',
  ':[A-Za-z0-9+/]*={0,2}:',
  "[A-Za-z*][A-Za-z0-9!#$%&'*+.^_`|~:/-]*",
].join('|');
const PARAMS = `(?:;${KEY}(?:=(?:${VALUE}))?)*`;
const ITEM = `(?:${VALUE})${PARAMS}`;
const LIST = `\\((?:${ITEM}(?: ${ITEM})*)?\\)`;

const MEMBER = new RegExp(`(${KEY})=(?:(${LIST})(${PARAMS})|(${ITEM}))`, 'y');
const COMMA = /[ \t]*,[ \t]*/y;
const ONE_ITEM = new RegExp(`^(${VALUE})(${PARAMS})$`);
const EACH_ITEM = new RegExp(ITEM, 'g');
const EACH_PARAM = new RegExp(`;(${KEY})(?:=(${VALUE}))?`, 'g');

/** null where the text is none, is not written in the one way to write it, or names anything twice. */
export function parseDictionary(text: string): Map<string, Item | InnerList> | null {
  const members = new Map<string, Item | InnerList>();
  for (let at = 0; ; ) {
    const [whole = '', name = '', list, listParams = '', item = ''] = matchAt(MEMBER, text, at) ?? [];
    const member = list === undefined ? readItem(item) : readList(list, listParams);
    if (member === null || members.has(name)) return null;
    members.set(name, member);
    at += whole.length;
    if (at === text.length) return members;
    const comma = matchAt(COMMA, text, at);
    if (comma === null) return null;
    at += comma[0].length;
  }
}

export function isInnerList(member: Item | InnerList): member is InnerList {
  return 'items' in member;
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

function readList(list: string, trailing: string): InnerList | null {
  const items = Array.from(list.matchAll(EACH_ITEM), ([text]) => readItem(text)).filter((item) => item !== null);
  const params = readParams(trailing);
  const whole = items.map(({ text }) => text).join(' ');
  return params === null || `(${whole})` !== list ? null : { items, params, text: list + trailing };
}

function readItem(text: string): Item | null {
  const [, bare = '', trailing = ''] = ONE_ITEM.exec(text) ?? [];
  const value = readValue(bare);
  const params = readParams(trailing);
  return value === null || params === null ? null : { value, params, text };
}

function readParams(text: string): Parameters | null {
  const params: Parameters = new Map();
  for (const [, name = '', written] of text.matchAll(EACH_PARAM)) {
    const value = written === undefined ? true : readValue(written);
    if (value === null || params.has(name)) return null;
    params.set(name, value);
  }
  return params;
}

function readValue(text: string): Value | null {
  if (text === '') return null;
  if (text.startsWith('"')) return text.slice(1, -1).replaceAll(/\\(.)/g, '$1');
  if (text.startsWith(':')) return fromBase64(text.slice(1, -1));
  return /^[-0-9]/.test(text) ? Number(text) : { token: text };
}

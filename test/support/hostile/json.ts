import { order, orderWith } from './bodies.ts';
import { type Case, type Expected, IGNORED, NO_JSON, UNUSABLE } from './case.ts';
import type { Body } from './senders.ts';

function nested(depth: number): string {
  const inner = depth - 1;
  return `{"type":"x","data":${'['.repeat(inner)}${']'.repeat(inner)}}`;
}

function bytes(...parts: (string | number[])[]): Buffer {
  return Buffer.concat(parts.map((part) => Buffer.from(part as string)));
}

const start = '{"type":"x","data":';

/** Each signed as it stands. */
const BODIES: [title: string, body: () => Body, expected: Expected][] = [
  ['nothing', () => '', NO_JSON],
  ['blanks alone', () => ' \n\t', NO_JSON],
  ['null', () => 'null', UNUSABLE],
  ['a number', () => '1', UNUSABLE],
  ['a text', () => '"order.paid"', UNUSABLE],
  ['an empty list', () => '[]', UNUSABLE],
  ['a list of an order', () => `[${order()}]`, UNUSABLE],
  ['two orders one after the other', () => order() + order(), NO_JSON],
  ['an order with a comma too many', () => order().replace(/}$/, ',}'), NO_JSON],
  ['an order with a comment', () => `/* */${order()}`, NO_JSON],
  ['an order in single quotes', () => order().replaceAll('"', "'"), NO_JSON],
  ['an order that is cut off', () => order().slice(0, -1), NO_JSON],
  ['an order as a form', () => `payload=${encodeURIComponent(order())}`, NO_JSON],
  ['an order after a byte-order mark', () => `\ufeff${order()}`, NO_JSON],
  ['an order in UTF-16', () => Buffer.from(order(), 'utf16le'), NO_JSON],
  ['an order in UTF-16 with its mark', () => Buffer.from(`\ufeff${order()}`, 'utf16le'), NO_JSON],
  ['bytes that are no UTF-8', () => bytes(start, '"', [0xff, 0xfe], '"}'), NO_JSON],
  ['UTF-8 that is cut off', () => bytes(start, '"', [0xe2, 0x82], '"}'), NO_JSON],
  ['UTF-8 that is longer than it has to be', () => bytes(start, '"', [0xc0, 0xaf], '"}'), NO_JSON],
  ['a surrogate in UTF-8', () => bytes(start, '"', [0xed, 0xa0, 0x80], '"}'), NO_JSON],
  ['a lone surrogate', () => `${start}"\\ud800"}`, NO_JSON],
  ['a lone surrogate of the second half', () => `${start}"\\udc00\\ud800"}`, NO_JSON],
  ['a lone surrogate in a name', () => `${start}{"\\ud800":1}}`, NO_JSON],
  ['the character U+0000', () => `${start}"\\u0000"}`, NO_JSON],
  ['the character U+0000 in a name', () => `${start}{"a\\u0000b":1}}`, NO_JSON],
  ['the byte 0', () => bytes(start, '"', [0], '"}'), NO_JSON],
  ['a control character', () => bytes(start, '"', [7], '"}'), NO_JSON],
  ['NaN', () => `${start}NaN}`, NO_JSON],
  ['Infinity', () => `${start}-Infinity}`, NO_JSON],
  ['a number with a leading zero', () => `${start}01}`, NO_JSON],
  ['a number with a plus', () => `${start}+1}`, NO_JSON],
  ['a number in hex', () => `${start}0x10}`, NO_JSON],
  ['the number 1e400', () => `${start}1e400}`, NO_JSON],
  ['the number 1e16', () => `${start}1e16}`, NO_JSON],
  ['the number 2^53', () => `${start}9007199254740992}`, NO_JSON],
  ['the number -2^53', () => `${start}-9007199254740992}`, NO_JSON],
  ['the number 2^53 with a fraction', () => `${start}9007199254740992.0}`, NO_JSON],
  ['a number of 100,000 digits', () => `${start}${'9'.repeat(100_000)}}`, NO_JSON],
  ['a number that is nearly nothing', () => `${start}1e-400}`, IGNORED],
  ['a __proto__', () => `{"__proto__":{"type":"order.paid"},${order().slice(1)}`, NO_JSON],
  ['a __proto__ in an escape', () => `{"__pro\\u0074o__":1,${order().slice(1)}`, NO_JSON],
  ['a __proto__ deep inside', () => `${start}[[{"__proto__":1}]]}`, NO_JSON],
  ['a constructor', () => `{"constructor":{"prototype":{"type":"order.paid"}},${order().slice(1)}`, UNUSABLE],
  ['a type that is told twice', () => `{"type":"newsletter.opened",${order().slice(1)}`, NO_JSON],
  [
    'a type that is told twice by way of an escape',
    () => `{"\\u0074ype":"newsletter.opened",${order().slice(1)}`,
    NO_JSON,
  ],
  ['an amount that is told twice', () => orderWith('subtotal', '1,"subtotal":5000'), NO_JSON],
  ['32 levels', () => nested(32), IGNORED],
  ['33 levels', () => nested(33), NO_JSON],
  ['1,000 levels', () => nested(1000), NO_JSON],
  ['500,000 levels', () => nested(500_000), NO_JSON],
  ['500,000 levels that are never closed', () => '['.repeat(500_000), NO_JSON],
  ['a million bytes of escapes', () => `${start}"${'\\n'.repeat(500_000)}"}`, IGNORED],
  ['a million bytes of brackets', () => `${start}[${'[],'.repeat(340_000)}[]]}`, IGNORED],
  [
    '100,000 names',
    () => `${start}{${Array.from({ length: 100_000 }, (_, index) => `"${index}":0`).join()}}}`,
    IGNORED,
  ],
  ['a name of 100,000 characters', () => `{"${'n'.repeat(100_000)}":1,${order().slice(1)}`, UNUSABLE],
  ['a line separator of JavaScript', () => `${start}"\u2028\u2029"}`, IGNORED],
];

export const json: Case[] = BODIES.map(([title, body, expected]) => [title, (t) => t.v1(body()), expected]);

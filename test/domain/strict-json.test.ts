import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseStrictJson } from '../../src/domain/strict-json.ts';

function parse(text: string) {
  return parseStrictJson(Buffer.from(text));
}

function isStorable(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0');
}

/** What JSON.parse takes and we do not, found on the value instead of the text. */
function isUnambiguous(value: unknown): boolean {
  if (typeof value === 'number') return Math.abs(value) <= Number.MAX_SAFE_INTEGER;
  if (typeof value === 'string') return isStorable(value);
  if (value === null || typeof value !== 'object') return true;
  return Object.entries(value).every(
    ([name, inner]) => name !== '__proto__' && isStorable(name) && isUnambiguous(inner),
  );
}

describe('parseStrictJson', () => {
  test('reads what JSON.parse reads, and refuses exactly what is ambiguous', () => {
    const json = fc.oneof(
      fc.jsonValue({ maxDepth: 8, stringUnit: 'binary' }),
      fc.jsonValue({
        maxDepth: 2,
        stringUnit: fc.constantFrom('"', '\\', '{', '}', '[', ':', ',', '\ud800', 'u', '\n', '\0'),
      }),
    );
    fc.assert(
      fc.property(json, fc.constantFrom(undefined, '\t', ' \n'), (value, space) => {
        const text = JSON.stringify(value, null, space);
        const expected = isUnambiguous(value) ? { ok: true, value: JSON.parse(text) } : { ok: false };
        expect(parse(text)).toMatchObject(expected);
      }),
      { numRuns: 1000 },
    );
  });

  test('any bytes at all are answered, never thrown at', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => typeof parseStrictJson(bytes).ok === 'boolean'),
      { numRuns: 1000 },
    );
  });

  test.each([
    ['nothing', '', 'not valid JSON'],
    ['blanks', ' \n', 'not valid JSON'],
    ['a comment', '{} // no', 'not valid JSON'],
    ['a trailing comma', '[1,]', 'not valid JSON'],
    ['two values', '{}{}', 'not valid JSON'],
    ['NaN', '[NaN]', 'not valid JSON'],
    ['a leading zero', '[01]', 'not valid JSON'],
    ['a raw control character', '["\u0000"]', 'not valid JSON'],
    ['a name twice', '{"a":1,"b":{"a":1},"a":2}', 'twice'],
    ['a name twice, once escaped', '{"a":1,"\\u0061":1}', 'twice'],
    ['a name twice, far apart', '{"a":[{"a":1},{"a":2}] , "b" :2, "a"\n:3}', 'twice'],
    ['an empty name twice', '[{"":1,"":1}]', 'twice'],
    ['__proto__', '{"__proto__":{"test":true}}', '__proto__'],
    ['__proto__, escaped and deep', '{"a":[{"\\u005f_proto__" : 1}]}', '__proto__'],
    ['an integer past 2^53', '[9007199254740993]', 'number'],
    ['2^53, which 2^53 + 1 is read as too', '{"a":9007199254740992}', 'number'],
    ['a negative one', '{"a":-9007199254740992}', 'number'],
    ['a large one in disguise', '[9007199254740993.0]', 'number'],
    ['a large one as a power', '[1E20]', 'number'],
    ['what becomes Infinity', '{"a":{"b":-1e400}}', 'number'],
    ['half a surrogate pair', '["\\ud83d"]', 'surrogate'],
    ['the other half', '{"a":"\\ude00\\ud83d"}', 'surrogate'],
    ['half a pair in a name', '{"\\uDFFF":1}', 'surrogate'],
  ])('refuses %s', (_, text, reason) => {
    expect(parse(text)).toEqual({ ok: false, detail: expect.stringContaining(reason) });
  });

  test.each([
    ['the same name in two objects', '[{"a":1},{"a":{"a":"a"}}]'],
    ['a value like a name', '{"a":"b","b":"a","c":["a","a","__proto__"]}'],
    ['text like JSON', '{"a":"\\"a\\":1,{[","b":"\\\\","c":"9007199254740993"}'],
    ['names of Object.prototype', '{"constructor":1,"toString":{"hasOwnProperty":2}}'],
    ['the largest safe integers', '[9007199254740991,-9007199254740991,0,-0]'],
    ['fractions and powers', '[0.1,-1.5e-7,1e15,2E+3]'],
    ['a whole surrogate pair, escaped or not', '["\\ud83d\\ude00","\u{1f600}"]'],
    ['a byte-order mark inside a string', '["\ufeff"]'],
    ['a bare value', '"text"'],
  ])('accepts %s', (_, text) => {
    expect(parse(text)).toEqual({ ok: true, value: JSON.parse(text) });
  });

  test('nesting 32 deep is read and 33 deep is not, whatever the mix and however wide', () => {
    const nested = (depth: number) => `${'{"a":'.repeat(depth - 1)}[]${'}'.repeat(depth - 1)}`;
    expect(parse(nested(32)).ok).toBe(true);
    expect(parse(nested(33))).toEqual({ ok: false, detail: expect.stringContaining('32') });
    expect(parse(`[${'[],{"a":{}},'.repeat(1000)}0]`).ok).toBe(true);
  });

  test.each([
    ['a byte-order mark', [0xef, 0xbb, 0xbf, 0x7b, 0x7d], 'byte-order mark'],
    ['UTF-16', [0xff, 0xfe, 0x7b, 0x00, 0x7d, 0x00], 'UTF-8'],
    ['Latin-1', [0x22, 0xe9, 0x22], 'UTF-8'],
    ['an overlong form', [0x22, 0xc0, 0xaf, 0x22], 'UTF-8'],
    ['an encoded surrogate', [0x22, 0xed, 0xa0, 0x80, 0x22], 'UTF-8'],
    ['a character cut off', [0x22, 0xe2, 0x82], 'UTF-8'],
  ])('refuses %s', (_, bytes, reason) => {
    expect(parseStrictJson(Uint8Array.from(bytes))).toEqual({ ok: false, detail: expect.stringContaining(reason) });
  });

  test('a hostile mebibyte costs little', () => {
    const mebi = 2 ** 20;
    const bodies = [
      '['.repeat(mebi),
      '['.repeat(mebi / 2) + ']'.repeat(mebi / 2),
      `${'{"a":'.repeat(mebi / 8)}0${'}'.repeat(mebi / 8)}`,
      `"${'\\"'.repeat(mebi / 2)}"`,
      `"${'\\\\'.repeat(mebi / 2)}`,
      `"${'a'.repeat(mebi)}`,
      `["a"${' '.repeat(mebi)}]`,
      `[${'"a"    ,'.repeat(mebi / 8)}0]`,
      `[${'0,'.repeat(mebi / 2)}0]`,
      `[${'"",'.repeat(mebi / 3)}0]`,
      '1'.repeat(mebi),
      `[0.${'1'.repeat(mebi)}]`,
      `{${Array.from({ length: mebi / 10 }, (_, i) => `"${i}":0`).join(',')}}`,
      `[${'{"a":0,"a":0},'.repeat(mebi / 14)}0]`,
    ];
    for (const body of bodies) {
      const start = performance.now();
      parse(body);
      expect.soft(performance.now() - start, body.slice(0, 20)).toBeLessThan(2000);
    }
  });
});

describe('long integers as text', () => {
  function parseLong(text: string) {
    return parseStrictJson(Buffer.from(text), { longIntegers: 'text' });
  }

  test.each([
    ['[9007199254740992]', ['9007199254740992']],
    ['[-9007199254740992]', ['-9007199254740992']],
    ['[9007199254740991,-9007199254740991]', [9007199254740991, -9007199254740991]],
    ['{"id":820982911946154508,"n":1}', { id: '820982911946154508', n: 1 }],
    ['{"a":[{"id" : 12345678901234567890 } ,0.5,null]}', { a: [{ id: '12345678901234567890' }, 0.5, null] }],
    ['12345678901234567890', '12345678901234567890'],
    ['{"1":11111111111111111111,"0":[]}', { 0: [], 1: '11111111111111111111' }],
    ['{"constructor":99999999999999999999,"toString":1}', { constructor: '99999999999999999999', toString: 1 }],
    ['{"a":"99999999999999999999","99999999999999999999":1}', { a: '99999999999999999999', '99999999999999999999': 1 }],
    ['[9007199254740993,0.1,1e15,1.5e-7,-0]', ['9007199254740993', 0.1, 1e15, 1.5e-7, -0]],
  ])('%s', (text, value) => {
    expect(parseLong(text)).toEqual({ ok: true, value });
  });

  test('every digit is kept, wherever the integer stands, and nothing else is changed', () => {
    const long = fc.bigInt({ min: -(10n ** 40n), max: 10n ** 40n });
    const { tree } = fc.letrec<{ tree: unknown; leaf: unknown }>((tie) => ({
      leaf: fc.oneof(long, fc.double({ min: -1e15, max: 1e15 }), fc.constantFrom(null, true, '1e400', '"1"')),
      tree: fc.oneof(
        { maxDepth: 4 },
        tie('leaf'),
        fc.array(tie('tree')),
        fc.dictionary(fc.constantFrom('', 'a', '0', '12345678901234567890', 'constructor', '"}'), tie('tree'), {
          noNullPrototype: true,
        }),
      ),
    }));
    fc.assert(
      fc.property(tree, (value) => {
        expect(parseLong(written(value))).toEqual({ ok: true, value: expected(value) });
      }),
      { numRuns: 500 },
    );
  });

  test('a text without them reads the same either way', () => {
    fc.assert(
      fc.property(fc.json({ stringUnit: 'binary' }), (text) => {
        const refusing = parse(text);
        if (refusing.ok) expect(parseLong(text)).toEqual(refusing);
      }),
    );
  });

  test.each([
    ['a long fraction', '[9007199254740993.0]', 'number'],
    ['a fraction after a long integer', '[9007199254740993,9007199254740993.5]', 'number'],
    ['a power', '[1E20]', 'number'],
    ['what becomes Infinity', '[-1e400]', 'number'],
    ['a name twice', '{"id":9007199254740993,"id":9007199254740993}', 'twice'],
    ['a name twice, once escaped', '{"id":9007199254740993,"\\u0069d":"9007199254740993"}', 'twice'],
    ['__proto__', '{"__proto__":9007199254740993}', '__proto__'],
    ['__proto__, escaped', '[{"\\u005f_proto__":9007199254740993}]', '__proto__'],
    ['a lone surrogate', '["\\ud83d",9007199254740993]', 'surrogate'],
    ['U+0000', '["\\u0000",9007199254740993]', 'U+0000'],
    ['depth 33', `${'['.repeat(33)}9007199254740993${']'.repeat(33)}`, '32'],
    ['a leading zero', '[09007199254740993]', 'not valid JSON'],
    ['a plus', '[+9007199254740993]', 'not valid JSON'],
    ['a BigInt literal', '[9007199254740993n]', 'not valid JSON'],
    ['a byte-order mark', '\ufeff[9007199254740993]', 'byte-order mark'],
  ])('still refuses %s', (_, text, reason) => {
    expect(parseLong(text)).toEqual({ ok: false, detail: expect.stringContaining(reason) });
  });

  test('are refused when it is said so, as by default', () => {
    expect(parseStrictJson(Buffer.from('[9007199254740993]'), { longIntegers: 'refuse' }).ok).toBe(false);
    expect(parse('[9007199254740993]').ok).toBe(false);
  });

  test('a hostile mebibyte costs little', () => {
    const mebi = 2 ** 20;
    const bodies = [
      '1'.repeat(mebi),
      `[${'9007199254740993,'.repeat(mebi / 17)}0]`,
      `[9007199254740993${',0'.repeat(mebi / 2)}]`,
      `[9007199254740993${',[]'.repeat(mebi / 3)}]`,
      `{"id":9007199254740993${Array.from({ length: mebi / 10 }, (_, i) => `,"${i}":0`).join('')}}`,
    ];
    for (const body of bodies) {
      const start = performance.now();
      expect(parseLong(body).ok).toBe(true);
      expect.soft(performance.now() - start, body.slice(0, 20)).toBeLessThan(3000);
    }
  });
});

/** The value as JSON, a BigInt by its digits. */
function written(value: unknown): string {
  if (typeof value === 'bigint') return String(value);
  if (Array.isArray(value)) return `[${value.map(written)}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  return `{${Object.entries(value).map(([name, inner]) => `${JSON.stringify(name)}:${written(inner)}`)}}`;
}

/** The same value with each BigInt as we promise to give it. */
function expected(value: unknown): unknown {
  if (typeof value === 'bigint')
    return BigInt(Number(value)) === value && Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  if (Array.isArray(value)) return value.map(expected);
  if (typeof value !== 'object' || value === null) return JSON.parse(JSON.stringify(value));
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, expected(inner)]));
}

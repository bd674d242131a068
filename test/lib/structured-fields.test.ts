import { describe, expect, test } from 'vitest';
import { isInnerList, parseDictionary } from '../../src/lib/structured-fields.ts';

/** In a form that is easy to compare. */
function plain(text: string) {
  const dictionary = parseDictionary(text);
  if (dictionary === null) return null;
  const params = (all: ReadonlyMap<string, unknown>) => Object.fromEntries(all);
  return Object.fromEntries(
    [...dictionary].map(([name, member]) => [
      name,
      isInnerList(member)
        ? { items: member.items.map((item) => [item.value, params(item.params)]), params: params(member.params) }
        : [member.value, params(member.params)],
    ]),
  );
}

describe('RFC 9651', () => {
  test.each([
    // §3.2
    [
      'en="Applepie", da=:w4ZibGV0w6ZydGU=:',
      { en: ['Applepie', {}], da: [Uint8Array.from(Buffer.from('Æbletærte')), {}] },
    ],
    ['rating=1', { rating: [1, {}] }],
    // §3.1.1 and §3.1.2
    ['a=("foo";a=1;b=2);lvl=5', { a: { items: [['foo', { a: 1, b: 2 }]], params: { lvl: 5 } } }],
    [
      'a=(), b=("x" "y")',
      {
        a: { items: [], params: {} },
        b: {
          items: [
            ['x', {}],
            ['y', {}],
          ],
          params: {},
        },
      },
    ],
    ['foo-bar=baz;q=9;flag', { 'foo-bar': [{ token: 'baz' }, { q: 9, flag: true }] }],
    ['*k.0_-*=a*b/c:d', { '*k.0_-*': [{ token: 'a*b/c:d' }, {}] }],
    [
      'a=999999999999999, b=-999999999999999, c=0',
      { a: [999_999_999_999_999, {}], b: [-999_999_999_999_999, {}], c: [0, {}] },
    ],
    ['a="\\"\\\\ ;b=(,)"', { a: ['"\\ ;b=(,)', {}] }],
    ['a=::', { a: [new Uint8Array(), {}] }],
    ['a=1,b=2\t , \t c=3', { a: [1, {}], b: [2, {}], c: [3, {}] }],
    ['a=();x="1;y=2"', { a: { items: [], params: { x: '1;y=2' } } }],
  ])('%s', (text, expected) => {
    expect(plain(text)).toEqual(expected);
  });

  test('the text of a member is its own serialisation', () => {
    const list = '("@method" "a";key="b c");created=1;keyid="\\"x\\"";f';
    expect(parseDictionary(`one=2, sig=${list}, three=:YQ==:`)?.get('sig')?.text).toBe(list);
  });
});

describe('refuses', () => {
  test.each([
    ...[
      '',
      ' ',
      ',',
      'a',
      'a;b',
      '=1',
      'a=',
      'A=1',
      '1a=1',
      'a b=1',
      'ä=1',
      '_a=1',
      '-a=1',
      'a=1;',
      'a=1 b=2',
      'a=1;B',
    ],
    ...['a=1,', ',a=1', 'a=1,,b=2', 'a=1\n, b=2', ' a=1', 'a=1 ', 'a = 1', 'a=1;b =1', 'a=1;b= 1'],
  ])('%j: no dictionary', (text) => expect(parseDictionary(text)).toBeNull());

  test.each(['a=1, a=1', 'a=1, b=2, a=()', 'a=1;x=1;x=1', 'a=("b";x;x)', 'a=();x=1;y=2;x=1'])(
    '%s: something named twice, of which two readers could take either',
    (text) => expect(parseDictionary(text)).toBeNull(),
  );

  test.each([
    ...['a=( "b")', 'a=("b" )', 'a=("b"  "c")', 'a=("b"\t"c")', 'a=("b", "c")', 'a=("b""c")', 'a=(("b"))', 'a=("b"'],
    ...['a=(;x)', 'a=() ;x', 'a=();x=?1', 'a=();x=()', 'a=(b=1)', 'a="b")', 'a=1; b=2'],
  ])('%s: not as RFC 9651 §4.1 writes it', (text) => expect(parseDictionary(text)).toBeNull());

  test.each([
    ...['01', '+1', '-0', '--1', '1e3', '1.0', '1.', '.5', '1000000000000000', '-1000000000000000', '0x1', '١'],
    ...['"', '"a', 'a"', '"a\\', '"\\a"', '"a"b', '"\u00e9"', '"\u007f"', '"\t"', '"a\nb"', "'a'"],
    ...[':', ':YQ:', ':YR==:', ':YQ===:', ':Y Q=:', ':YQ==', 'YQ==:', ':Y-Q=:', ':YQ==:a', '::a'],
    ...['?1', '?0', '?2', '@1', '@1659578233', '%"f%c3%bc"', '1;', 'ä', '{}', '[]', '#a', '!a', 'a,', '<a>'],
  ])('the value %j', (value) => {
    expect(parseDictionary(`a=${value}`)).toBeNull();
    expect(parseDictionary(`a=(${value})`)).toBeNull();
    expect(parseDictionary(`a=();p=${value}`)).toBeNull();
  });

  test('long and nested nonsense at once', () => {
    const long = [
      `a=${'('.repeat(20_000)}`,
      `a=(${'"b" '.repeat(5000)}`,
      `a=("${'\\"'.repeat(10_000)}`,
      `a=1${';b=1'.repeat(5000)}`,
      `a=:${'A'.repeat(20_000)}`,
      `a=${'"a" '.repeat(5000)}`,
      `${'a=(),'.repeat(5000)}`,
      `a=${'a:'.repeat(10_000)} `,
    ];
    for (const text of long) expect(parseDictionary(text)).toBeNull();
  });
});

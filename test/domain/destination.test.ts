import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deepen, destinationProblem, withDefaults, withToken } from '../../src/domain/destination.ts';

const SHOP = 'https://shop.example/welcome?utm_source=friend#top';

describe('deepen', () => {
  it.each([
    ['/products/tea', 'https://shop.example/products/tea'],
    ['/', 'https://shop.example/'],
    ['/products/tea?size=l&sort=a%26b#reviews', 'https://shop.example/products/tea?size=l&sort=a%26b#reviews'],
    ['/thé/ü', 'https://shop.example/th%C3%A9/%C3%BC'],
    ['/a%20b', 'https://shop.example/a%20b'],
    ['/a/../b', 'https://shop.example/b'],
    ['/@handle', 'https://shop.example/@handle'],
  ])('leads %j to a page of the same shop', (to, location) => {
    expect(deepen(SHOP, to)).toBe(location);
  });

  it.each([
    '//evil.example',
    '///evil.example',
    '/\\evil.example',
    '\\\\evil.example',
    '\\/evil.example',
    'https:evil.example',
    'https://evil.example',
    'https:/evil.example',
    'javascript:alert(1)',
    'data:text/html,hi',
    'evil.example',
    '@evil.example',
    ':8443/',
    '?next=1',
    '#fragment',
    '',
    ' /products',
    '/%5cevil.example',
    '/%5Cevil.example',
    '/%2fevil.example',
    '/%2Fevil.example',
    '/%252fevil.example',
    '/%25252fevil.example',
    '/%25%32%66evil.example',
    '/%255cevil.example',
    '/\tevil.example',
    '/\t/evil.example',
    '/\n/evil.example',
    '/%09/evil.example',
    '/%0d%0aLocation:https://evil.example',
    '/%2509/evil.example',
    '/\0',
    '/%00',
    '/a/..//evil.example',
    '/.//evil.example',
    '/%2e%2e//evil.example',
    '/%2e%2e/%2fevil.example',
    '/login?next=//evil.example',
    '/login?next=https:%2f%2fevil.example',
    `/%${'25'.repeat(40)}2fevil.example`,
  ])('stays at the destination for %j', (to) => {
    expect(deepen(SHOP, to)).toBe(SHOP);
  });

  it('does not follow a path of kilobytes', () => {
    expect(deepen(SHOP, `/${'a'.repeat(5000)}`)).toBe(SHOP);
  });

  it('never leaves scheme and host of the destination, whatever it is asked', () => {
    const pieces = fc.constantFrom(
      ...[
        '/',
        '//',
        '\\',
        '%2f',
        '%5C',
        '%252F',
        '%',
        '.',
        '..',
        '@',
        ':',
        '?',
        '#',
        '\t',
        '\n',
        '\r',
        ' ',
        '\0',
        '\u3002',
      ],
      ...['https:', 'javascript:', 'evil.example', 'user:pass@', '[::1]', '／', '＼', '%e3%80%82', 'a', '\ud800'],
    );
    const hostile = fc.array(fc.oneof(pieces, fc.string({ unit: 'binary', maxLength: 4 })), { maxLength: 12 });
    const bases = fc.constantFrom(
      SHOP,
      'http://localhost:3000',
      'https://xn--bcher-kva.example/',
      'https://shop.example:8443/a',
    );
    fc.assert(
      fc.property(bases, hostile, (base, parts) => {
        const { protocol, host, username, password } = new URL(deepen(base, parts.join('')));
        expect([protocol, host]).toEqual([new URL(base).protocol, new URL(base).host]);
        expect(username + password).toBe('');
      }),
      { numRuns: 1000 },
    );
  });
});

describe('withToken', () => {
  it.each([
    ['https://shop.example', 'https://shop.example?gw=T'],
    ['https://shop.example/', 'https://shop.example/?gw=T'],
    ['https://shop.example/a#top', 'https://shop.example/a?gw=T#top'],
    ['https://shop.example/a?b=1', 'https://shop.example/a?b=1&gw=T'],
    ['https://shop.example/a?b=1#/route?x=2', 'https://shop.example/a?b=1&gw=T#/route?x=2'],
    ['https://shop.example/a?', 'https://shop.example/a?gw=T'],
    ['https://shop.example/a#', 'https://shop.example/a?gw=T#'],
  ])('goes into the query of %s, before the fragment', (url, location) => {
    expect(withToken(url, 'T')).toBe(location);
  });

  it.each(['a=%7E+b&&c=%c3%a9&d', "q=it's*(fine)!~&flag", 'x=a%26b&x=a&y==', 'redirect=https://a.example/?b=c'])(
    'leaves every byte of the query %j as it was',
    (query) => {
      expect(withToken(`https://shop.example/?${query}#f%20g`, 'T')).toBe(`https://shop.example/?${query}&gw=T#f%20g`);
    },
  );

  it.each(['gw=forged&a=1', 'a=1&gw=forged', 'a=1&gw', 'gw=x&a=1&gw=y', 'a=1&%67w=forged', 'a=1&g%2577=forged'])(
    'takes the place of a token that %j brought along',
    (query) => {
      expect(withToken(`https://shop.example/?${query}`, 'T')).toBe('https://shop.example/?a=1&gw=T');
    },
  );

  it('keeps parameters whose names only resemble the token', () => {
    expect(withToken('https://shop.example/?gwx=1&xgw=2&GW=3', 'T')).toBe(
      'https://shop.example/?gwx=1&xgw=2&GW=3&gw=T',
    );
  });
});

describe('withDefaults', () => {
  const UTM = 'utm_source=goodword&utm_medium=a%26b';

  it.each([
    ['https://shop.example/', 'https://shop.example/?utm_source=goodword&utm_medium=a%26b'],
    ['https://shop.example/?', 'https://shop.example/?utm_source=goodword&utm_medium=a%26b'],
    [
      'https://shop.example/?a=%7E+b&&c#/x?y',
      'https://shop.example/?a=%7E+b&&c&utm_source=goodword&utm_medium=a%26b#/x?y',
    ],
    ['https://shop.example/?utm_medium=mail#top', 'https://shop.example/?utm_medium=mail&utm_source=goodword#top'],
    ['https://shop.example/?utm_source&utm%5Fmedium=x', 'https://shop.example/?utm_source&utm%5Fmedium=x'],
    ['https://shop.example/#utm_source=x', 'https://shop.example/?utm_source=goodword&utm_medium=a%26b#utm_source=x'],
  ])('adds to %s what it lacks', (url, location) => {
    expect(withDefaults(url, UTM)).toBe(location);
  });

  it('leaves a URL alone where there are none', () => {
    expect(withDefaults('https://shop.example/?#', undefined)).toBe('https://shop.example/?#');
  });

  it('changes no byte of what was there, and gives each parameter one value', () => {
    const query = fc.array(
      fc.constantFrom(
        'a=1',
        '&',
        '=',
        '%',
        '+',
        'é',
        'utm_source=own',
        'utm%5Fsource=own',
        'utm_term',
        '%25',
        '?',
        '/',
      ),
      { maxLength: 8 },
    );
    const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }).filter((value) => value.isWellFormed());
    const property = fc.property(query, query, text, text, (before, after, source, term) => {
      const whole = `https://shop.example/p?${before.join('')}`;
      const fragment = `#${after.join('')}`;
      const own = new URL(whole).searchParams;
      const utm = `utm_source=${encodeURIComponent(source)}&utm_term=${encodeURIComponent(term)}`;
      const location = withDefaults(whole + fragment, utm);
      expect(location.startsWith(whole)).toBe(true);
      expect(location.endsWith(fragment)).toBe(true);
      const { searchParams } = new URL(location);
      expect(searchParams.getAll('utm_source')).toEqual(own.has('utm_source') ? own.getAll('utm_source') : [source]);
      expect(searchParams.getAll('utm_term')).toEqual(own.has('utm_term') ? own.getAll('utm_term') : [term]);
    });
    fc.assert(property, { numRuns: 500 });
  });
});

describe('destinationProblem', () => {
  const hosts = ['shop.example', 'localhost:3000', '127.0.0.1', 'bücher.example'];

  it.each([
    'https://shop.example',
    'https://shop.example/a?b#c',
    'https://SHOP.example/',
    'http://localhost:3000/cart',
    'http://127.0.0.1/',
    'https://bücher.example/',
    'https://xn--bcher-kva.example/',
  ])('accepts %s', (url) => {
    expect(destinationProblem(url, hosts)).toBeNull();
  });

  it.each([
    ['http://shop.example/', /https/],
    ['ftp://shop.example/', /https/],
    ['javascript:alert(1)', /https/],
    ['//shop.example/', /whole URL/],
    ['shop.example', /whole URL/],
    ['https://user@shop.example/', /user name/],
    ['https://:secret@shop.example/', /user name/],
    ['https://shop.example\\@evil.example/', /backslash/],
    ['https://shop.example/\n', /control/],
    ['https://evil.example/', /evil\.example/],
    ['https://shop.example.evil.example/', /allowed/],
    ['https://shop.example:8443/', /allowed/],
    ['https://shop.example./', /allowed/],
    ['http://localhost:4000/', /allowed/],
  ])('says what is wrong with %s', (url, sentence) => {
    expect(destinationProblem(url, hosts)).toMatch(sentence);
  });

  it('limits the length', () => {
    expect(destinationProblem(`https://shop.example/${'a'.repeat(3000)}`, hosts)).toMatch(/characters/);
  });
});

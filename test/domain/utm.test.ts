import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { Utm, utmQuery } from '../../src/domain/utm.ts';

describe('Utm', () => {
  it.each([
    ['nothing', {}],
    [
      'all five',
      { source: 'goodword', medium: 'referral', campaign: 'spring sale', term: 'tea+mug', content: 'Größe 🍵' },
    ],
    ['a hundred characters', { source: 'a'.repeat(100) }],
  ])('takes %s', (_, utm) => {
    expect(v.parse(Utm, utm)).toEqual(utm);
  });

  it.each([
    ['more than a hundred characters', { source: 'a'.repeat(101) }],
    ['an empty text', { medium: '' }],
    ['nothing but spaces', { medium: '  ' }],
    ['a line break', { campaign: 'a\r\nLocation: https://evil.example' }],
    ['a NUL', { campaign: 'a\0b' }],
    ['a text that turns around', { term: 'a\u202Eb' }],
    ['characters of no width', { term: 'a\u200Bb' }],
    ['half a character', { content: 'a\uD83D' }],
    ['another parameter', { id: '1' }],
    ['a name as it stands in a query', { utm_source: 'a' }],
    ['a number', { source: 1 }],
    ['null', { source: null }],
  ])('refuses %s', (_, utm) => {
    expect(v.safeParse(Utm, utm).success).toBe(false);
  });
});

describe('utmQuery', () => {
  it('writes what a query can carry, whatever is in it', () => {
    const value = 'a&b=c#d?e%20+ü"<>';
    const query = utmQuery(null, { source: value });
    expect(query).toMatch(/^[\w.!~*'()%=-]+$/);
    expect(new URLSearchParams(query).get('utm_source')).toBe(value);
  });

  it('is empty for a link and a program that have none', () => {
    expect([utmQuery(null, null), utmQuery({}, {})]).toEqual(['', '']);
  });
});

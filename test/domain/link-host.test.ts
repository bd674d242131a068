import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { LinkHost } from '../../src/domain/link-host.ts';

function hostOf(text: string): string | null {
  const result = v.safeParse(LinkHost, text);
  return result.success ? result.output : null;
}

describe('a host for links', () => {
  it.each([
    ['go.shop.example', 'go.shop.example'],
    ['GO.Shop.Example', 'go.shop.example'],
    ['shop.example', 'shop.example'],
    ['a-b.1-2.co', 'a-b.1-2.co'],
    ['bücher.example', 'xn--bcher-kva.example'],
    ['BÜCHER。example', 'xn--bcher-kva.example'],
    ['xn--bcher-kva.example', 'xn--bcher-kva.example'],
    ['go.مثال.إختبار', 'go.xn--mgbh0fb.xn--kgbechtv'],
    [`${'a'.repeat(63)}.example`, `${'a'.repeat(63)}.example`],
    ['localhost', 'localhost'],
    ['localhost:8787', 'localhost:8787'],
    ['go.localhost:8787', 'go.localhost:8787'],
  ])('is kept as URLs spell it: %s', (text, host) => {
    expect(hostOf(text)).toBe(host);
  });

  it.each([
    '',
    ' ',
    'shop',
    'https://go.shop.example',
    'go.shop.example/',
    'go.shop.example/path',
    'go.shop.example:443',
    'go.shop.example:8443',
    'go.shop.example.',
    '.shop.example',
    'go..shop.example',
    '*.shop.example',
    'go_shop.example',
    '-go.shop.example',
    'go-.shop.example',
    'user@shop.example',
    'shop.example?x',
    'shop.example#x',
    'shop.exa\tmple',
    'shop.exa\nmple',
    'shop.example%00',
    'shop.example\\evil',
    '192.0.2.1',
    '0x7f.1',
    '2130706433',
    'shop.123',
    '[2001:db8::1]',
    '2001:db8::1',
    'localhost.evil.example:8787',
    `${'a'.repeat(64)}.example`,
    Array(50).fill('label').join('.'),
    'ü'.repeat(200),
  ])('is not %j', (text) => {
    expect(hostOf(text)).toBeNull();
  });
});

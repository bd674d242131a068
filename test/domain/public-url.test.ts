import * as v from 'valibot';
import { expect, test } from 'vitest';
import { PublicUrl, publicUrlOf } from '../../src/domain/public-url.ts';

test.each([
  ['https://shop.example.com/.well-known/jwks.json', 'https://shop.example.com/.well-known/jwks.json'],
  ['HTTPS://Shop.Example.COM', 'https://shop.example.com/'],
  ['https://shop.example.com:443/keys?store=1', 'https://shop.example.com/keys?store=1'],
  ['https://xn--bcher-kva.example.com/', 'https://xn--bcher-kva.example.com/'],
  ['https://a.co/%20', 'https://a.co/%20'],
  ['https://localhost.example.com/', 'https://localhost.example.com/'],
  ['https://10.example.com/', 'https://10.example.com/'],
])('%s leads to a public name', (text, url) => {
  expect(publicUrlOf(text)).toBe(url);
});

test.each([
  ...['', 'shop.example.com', '//shop.example.com/', '/keys', 'https://', 'https:///', 'https:shop', 'https://.'],
  ...['http://shop.example.com/', 'ftp://shop.example.com/', 'file:///etc/passwd', 'data:application/json,{}'],
  ...['javascript:alert(1)', 'blob:https://shop.example.com/x', 'wss://shop.example.com/'],
])('%j is no https URL', (text) => {
  expect(publicUrlOf(text)).toBeNull();
});

test.each([
  ...['127.0.0.1', '127.1', '127.0.1', '2130706433', '0x7f000001', '0x7f.0.0.1', '0177.0.0.1', '017700000001'],
  ...['0', '0.0.0.0', '10.0.0.1', '10.1', '172.16.0.1', '192.168.1.1', '192.168.257', '169.254.169.254'],
  ...['0xa9fea9fe', '2852039166', '100.64.0.1', '224.0.0.1', '255.255.255.255', '127.0.0.1.', '0x7f.1.'],
  ...['%31%32%37.0.0.1', '127%2e0%2e0%2e1', '\uff11\uff12\uff17.0.0.1', '127\u30020\u30020\u30021', '\u2460.0.0.1'],
  ...['[::1]', '[::]', '[::ffff:127.0.0.1]', '[::ffff:7f00:1]', '[fd00::1]', '[fe80::1]', '[fd00:ec2::254]'],
  ...['[64:ff9b::7f00:1]', '[2002:7f00:1::]', '8.8.8.8', '[2606:4700:4700::1111]'],
])('%s is an address and no name', (host) => {
  expect(publicUrlOf(`https://${host}/keys`)).toBeNull();
});

test.each([
  ...['localhost', 'LOCALHOST', 'localhost.', 'shop.localhost', 'localhost.localdomain', 'printer.local', 'local'],
  ...['metadata', 'metadata.google.internal', 'METADATA.Google.Internal.', 'instance-data'],
  ...['db.internal', 'router.lan', 'nas.home', 'nas.home.arpa', 'mail.corp', 'x.intranet', 'x.private', 'x.onion'],
  ...['1.0.0.127.in-addr.arpa', 'shop.example', 'shop.test', 'shop.invalid', 'wiki', 'svc.cluster.local', 'x.alt'],
  ...['%6cocalhost', 'loc\u00adalhost', '\u24dbocalhost', 'printer.\uff4cocal'],
])('%s names something in a private network, or nothing', (host) => {
  expect(publicUrlOf(`https://${host}/keys`)).toBeNull();
});

test.each([
  'https://user@shop.example.com/',
  'https://user:pass@shop.example.com/',
  'https://:pass@shop.example.com/',
  'https://shop.example.com@127.0.0.1/',
  'https://shop.example.com:80/',
  'https://shop.example.com:8443/',
  'https://shop.example.com:22/',
  'https://shop.example.com/keys#one',
  'https://shop.example.com/#',
  'https://shop.example.com\\@127.0.0.1/',
  'https:\\\\shop.example.com/',
  'https://shop.example.com/a b',
  ' https://shop.example.com/',
  'https://shop.example.com/\n',
  'ht\ntps://shop.example.com/',
  'https://sh\top.example.com/',
  'https://b\u00fccher.example.com/',
  'https://shop.example.com/\u00fc',
  'https://shop..example.com/',
  'https://-shop.example.com/',
  'https://shop-.example.com/',
  'https://shop_1.example.com/',
  'https://*.example.com/',
  `https://${'a'.repeat(64)}.example.com/`,
  `https://${'a.'.repeat(130)}com/`,
])('%j is refused', (text) => {
  expect(publicUrlOf(text)).toBeNull();
});

test('is kept as URLs are spelt, so that one address has one name', () => {
  expect(v.parse(PublicUrl, 'https://SHOP.example.com:443/a/../keys')).toBe('https://shop.example.com/keys');
  const { issues = [] } = v.safeParse(PublicUrl, 'https://10.0.0.1/secret-path');
  expect(issues.map(({ message }) => message)).toEqual([expect.stringContaining('public host name')]);
  expect(v.is(PublicUrl, `https://shop.example.com/${'x'.repeat(2048)}`)).toBe(false);
});

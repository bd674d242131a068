import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { channelOf, countryOf, referrerHostOf } from '../../src/domain/click.ts';

describe('channelOf', () => {
  it('keeps the channels that we know and takes any other name for some other channel', () => {
    expect(channelOf('whatsapp')).toBe('whatsapp');
    expect(channelOf('carrier-pigeon')).toBe('other');
    expect(channelOf('constructor')).toBe('other');
  });
});

describe('countryOf', () => {
  it.each(['XX', 'T1', 'de', 'DEU', 'D', '', 'ÄÖ', 'DE\n', null])('knows no country of the name %j', (text) => {
    expect(countryOf(text)).toBeNull();
  });

  it('is the code that the edge gives', () => {
    expect(countryOf('DE')).toBe('DE');
  });
});

describe('referrerHostOf', () => {
  it('keeps the host and nothing that could name a person', () => {
    expect(referrerHostOf('https://ann:secret@mail.example:8443/inbox/ann@example.com?token=1#x')).toBe('mail.example');
  });

  it('knows apps by their names', () => {
    expect(referrerHostOf('android-app://com.google.android.gm/')).toBe('com.google.android.gm');
  });

  it('is the host that browsers read, however the address is written', () => {
    const label = fc.oneof(
      fc.stringMatching(/^[a-z0-9-]{1,6}$/),
      fc.constantFrom('0x7f', '1', 'xn--', 'xn--a', 'Ä', 'ß', 'UP', ''),
    );
    const scheme = fc.constantFrom('http:', 'https:', 'HTTPS:', 'android-app:', 'ftp:');
    const slashes = fc.constantFrom('//', '//a@', '//a:b@', '/', '\\\\');
    const rest = fc.constantFrom('', '/', ':8443/', '/a@b.example/', '?q=/', '#/', '\\@b.example/', '/ b', '/\tb');
    const address = fc.tuple(scheme, slashes, fc.array(label, { minLength: 1, maxLength: 4 }), rest);
    fc.assert(
      fc.property(address, ([scheme, slashes, labels, rest]) => {
        const referrer = `${scheme}${slashes}${labels.join('.')}${rest}`;
        expect(referrerHostOf(referrer)).toBe(URL.parse(referrer)?.hostname || null);
      }),
      { numRuns: 2000 },
    );
  });

  it.each([null, '', 'about:blank', 'mail.example/inbox', 'https://', '%%%', `https://${'a.'.repeat(200)}example/`])(
    'finds none in %j',
    (text) => {
      expect(referrerHostOf(text)).toBeNull();
    },
  );
});

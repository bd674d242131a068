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

  it.each([null, '', 'about:blank', 'mail.example/inbox', 'https://', '%%%', `https://${'a.'.repeat(200)}example/`])(
    'finds none in %j',
    (text) => {
      expect(referrerHostOf(text)).toBeNull();
    },
  );
});

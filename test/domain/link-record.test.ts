import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countryOf } from '../../src/domain/click.ts';
import { type LinkFacts, linkRecord, locationFor, readLinkRecord, standing } from '../../src/domain/link-record.ts';

const facts: LinkFacts = {
  link: {
    id: 'lnk_01k3x0000000000000000000aa',
    version: 3,
    enabled: true,
    destination: null,
    countries: null,
    utm: null,
    startsAt: null,
    endsAt: null,
    maxClicks: null,
    clicks: null,
    title: null,
    description: null,
    image: null,
  },
  program: {
    id: 'prg_01k3x0000000000000000000aa',
    version: 4,
    status: 'active',
    destination: 'https://shop.example/welcome',
    allowedHosts: ['shop.example', 'www.shop.example'],
    fallbackUrl: 'https://shop.example/over',
    utm: null,
    clickDurability: 'fast',
    timeZone: 'UTC',
    name: 'Give 5',
  },
  preview: { title: null, description: null, image: null, language: 'en' },
  advocate: { id: 'adv_01k3x0000000000000000000aa', archivedAt: null },
  store: { id: 'sto_01k3x0000000000000000000aa', archivedAt: null },
};

function recordWith(change: { [Part in keyof LinkFacts]?: Partial<LinkFacts[Part]> }) {
  return linkRecord({
    link: { ...facts.link, ...change.link },
    program: { ...facts.program, ...change.program },
    preview: { ...facts.preview, ...change.preview },
    advocate: { ...facts.advocate, ...change.advocate },
    store: { ...facts.store, ...change.store },
  });
}

describe('linkRecord', () => {
  it('is newer after a change of the link as well as of its program', () => {
    const { version } = recordWith({});
    expect(recordWith({ link: { version: 4 } }).version).toBeGreaterThan(version);
    expect(recordWith({ program: { version: 5 } }).version).toBeGreaterThan(version);
  });

  it('prefers the destination of the link, as long as the program allows its host', () => {
    const own = { destination: 'https://www.shop.example/tea' };
    expect(recordWith({ link: own }).destination).toBe('https://www.shop.example/tea');
    expect(recordWith({ link: own, program: { allowedHosts: ['shop.example'] } }).destination).toBe(
      'https://shop.example/welcome',
    );
  });

  it('holds international destinations as a header can carry them', () => {
    const program = { destination: 'https://bücher.example/größe?q=ü#é', allowedHosts: ['bücher.example'] };
    expect(recordWith({ program }).destination).toBe('https://xn--bcher-kva.example/gr%C3%B6%C3%9Fe?q=%C3%BC#%C3%A9');
  });

  it('stays below 400 bytes at the edge', () => {
    const everything = recordWith({
      link: {
        startsAt: 1_790_000_000_000,
        endsAt: 1_790_000_000_000,
        destination: 'https://www.shop.example/tea/green',
      },
    });
    expect(JSON.stringify(everything).length).toBeLessThan(400);
  });

  it('leaves out the countries whose host the program does not allow any more', () => {
    const countries = { DE: 'https://www.shop.example/de', FR: 'https://shop.example/fr' };
    expect(recordWith({ link: { countries } }).countries).toEqual(countries);
    const { countries: left } = recordWith({ link: { countries }, program: { allowedHosts: ['shop.example'] } });
    expect(left).toEqual({ FR: 'https://shop.example/fr' });
  });

  it('comes back from its text, and from no other', () => {
    const record = recordWith({
      link: {
        endsAt: 5,
        countries: { DE: 'https://shop.example/de' },
        utm: { source: 'ann' },
        maxClicks: 9,
        clicks: 4,
      },
      program: { clickDurability: 'strict' },
    });
    expect(readLinkRecord(JSON.stringify(record))).toEqual(record);
    for (const text of ['', '{', 'null', '[]', '{"version":1}', JSON.stringify({ ...record, state: 'ajar' })]) {
      expect(readLinkRecord(text)).toBeNull();
    }
  });
});

describe('standing', () => {
  it('is open also while the program is paused', () => {
    expect(standing(recordWith({ program: { status: 'paused' } }), 0)).toBe('open');
  });

  it.each([
    ['the link is disabled', { link: { enabled: false } }],
    ['the program is archived', { program: { status: 'archived' } }],
    ['the advocate is archived', { advocate: { archivedAt: 1 } }],
  ] as const)('is over when %s', (_, change) => {
    expect(standing(recordWith(change), 0)).toBe('over');
  });

  it('begins with the start and is over at the end', () => {
    const record = recordWith({ link: { startsAt: 1000, endsAt: 2000 } });
    expect([999, 1000, 1999, 2000].map((at) => standing(record, at))).toEqual(['early', 'open', 'open', 'over']);
  });

  it('is over for a disabled link that has not begun', () => {
    expect(standing(recordWith({ link: { enabled: false, startsAt: 1000 } }), 0)).toBe('over');
  });
});

describe('locationFor', () => {
  const record = recordWith({
    link: { countries: { DE: 'https://www.shop.example/de?a=1#top', FR: 'https://shop.example/größe' } },
    program: { utm: { source: 'goodword', medium: 'referral' } },
  });

  it.each([
    ['DE', null, 'https://www.shop.example/de?a=1&utm_source=goodword&utm_medium=referral#top'],
    ['FR', null, 'https://shop.example/gr%C3%B6%C3%9Fe?utm_source=goodword&utm_medium=referral'],
    ['US', null, 'https://shop.example/welcome?utm_source=goodword&utm_medium=referral'],
    [null, null, 'https://shop.example/welcome?utm_source=goodword&utm_medium=referral'],
    ['DE', '/tea?utm_source=ann#x', 'https://www.shop.example/tea?utm_source=ann&utm_medium=referral#x'],
    ['DE', '//evil.example', 'https://www.shop.example/de?a=1&utm_source=goodword&utm_medium=referral#top'],
  ])('sends a friend in %s who asks for %j to %s', (country, to, location) => {
    expect(locationFor(record, country, to)).toBe(location);
  });

  it('lets a link say otherwise than its program, one parameter at a time', () => {
    const own = recordWith({ link: { utm: { source: 'ann' } }, program: { utm: { source: 'x', term: 'tea & mugs' } } });
    expect(locationFor(own, null, null)).toBe('https://shop.example/welcome?utm_source=ann&utm_term=tea%20%26%20mugs');
  });

  it('leads to the stored host of the country, or else of the link, whatever is asked for', () => {
    const hosts = ['shop.example', 'www.shop.example'];
    const country = fc.constantFrom('DE', 'FR', 'US', 'XX', '__proto__', 'constructor');
    const page = fc.tuple(fc.constantFrom(...hosts), fc.webPath()).map(([host, path]) => `https://${host}${path}`);
    const to = fc.option(
      fc.array(fc.constantFrom('/', '\\', '//', '%2f', '@', '?', '#', '&', 'utm_source=', 'evil.example', '\t'), {
        maxLength: 8,
      }),
    );
    const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }).filter((value) => value.isWellFormed());
    const property = fc.property(
      fc.dictionary(fc.constantFrom('DE', 'FR', 'GB'), page),
      fc.record({ source: text, content: text }, { requiredKeys: [] }),
      country,
      to,
      (countries, utm, from, parts) => {
        const link = { countries, utm, destination: 'https://shop.example/own' };
        const stored = (Object.hasOwn(countries, from) ? countries[from] : undefined) ?? link.destination;
        const url = new URL(locationFor(recordWith({ link }), countryOf(from), parts?.join('') ?? null));
        expect([url.origin, url.username, url.password]).toEqual([new URL(stored).origin, '', '']);
      },
    );
    fc.assert(property, { numRuns: 500 });
  });
});

import { describe, expect, it } from 'vitest';
import { type LinkFacts, linkRecord, readLinkRecord, standing } from '../../src/domain/link-record.ts';

const facts: LinkFacts = {
  link: {
    id: 'lnk_01k3x0000000000000000000aa',
    version: 3,
    enabled: true,
    destination: null,
    startsAt: null,
    endsAt: null,
  },
  program: {
    id: 'prg_01k3x0000000000000000000aa',
    version: 4,
    status: 'active',
    destination: 'https://shop.example/welcome',
    allowedHosts: ['shop.example', 'www.shop.example'],
    fallbackUrl: 'https://shop.example/over',
  },
  advocate: { id: 'adv_01k3x0000000000000000000aa', archivedAt: null },
  store: { id: 'sto_01k3x0000000000000000000aa', archivedAt: null },
};

function recordWith(change: { [Part in keyof LinkFacts]?: Partial<LinkFacts[Part]> }) {
  return linkRecord({
    link: { ...facts.link, ...change.link },
    program: { ...facts.program, ...change.program },
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

  it('comes back from its text, and from no other', () => {
    const record = recordWith({ link: { endsAt: 5 } });
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

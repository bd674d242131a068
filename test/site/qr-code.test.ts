import { encode } from 'uqr';
import { describe, expect, it } from 'vitest';
import { qrCode } from '../../src/site/qr-code.ts';

const LINK = 'https://go.example.com/ann/qr';
const LOOK = { ecc: 'M', border: 4, fg: '#000000', bg: '#ffffff' } as const;

/** The modules that the picture paints over its ground, as rows of a bitmap. */
function painted(svg: string): string[] {
  const size = Number(/viewBox="0 0 (\d+) /.exec(svg)?.[1]);
  const rows = Array.from({ length: size }, () => Array<string>(size).fill('.'));
  const [, ground, ink = ''] = svg.split('<path ');
  expect(ground).toContain(`d="M0 0h${size}v${size}H0z"`);
  for (const [, x, y, width] of ink.matchAll(/M(\d+) (\d+)h(\d+)v1h-\3z/g)) {
    for (let i = 0; i < Number(width); i += 1) {
      const row = rows[Number(y)];
      if (row !== undefined) row[Number(x) + i] = '#';
    }
  }
  return rows.map((row) => row.join(''));
}

describe('a QR code', () => {
  it.each(['L', 'M', 'Q', 'H'] as const)('paints each dark module once, at correction %s', async (ecc) => {
    const { data } = encode(LINK, { ecc, border: 0 });
    const modules = data.map((row) => row.map((dark) => (dark ? '#' : '.')).join(''));
    expect(painted(await qrCode(LINK, { ...LOOK, ecc, border: 0 }))).toEqual(modules);
  });

  it('is larger the more of it may be hidden', async () => {
    const [low, high] = await Promise.all((['L', 'H'] as const).map((ecc) => qrCode(LINK, { ...LOOK, ecc })));
    expect(painted(high ?? '').length).toBeGreaterThan(painted(low ?? '').length);
  });

  it('keeps a quiet zone around it', async () => {
    const bare = painted(await qrCode(LINK, { ...LOOK, border: 0 }));
    const framed = painted(await qrCode(LINK, { ...LOOK, border: 3 }));
    const empty = '.'.repeat(bare.length + 6);
    const sides = bare.map((row) => `...${row}...`);
    expect(framed).toEqual([empty, empty, empty, ...sides, empty, empty, empty]);
  });

  it('has the colours it is given', async () => {
    const svg = await qrCode(LINK, { ...LOOK, fg: '#123456', bg: '#fedcba' });
    expect(svg.match(/fill="[^"]*"/g)).toEqual(['fill="#fedcba"', 'fill="#123456"']);
  });

  it('stays small', async () => {
    const svg = await qrCode(`https://go.shop.example/${'a'.repeat(32)}/qr`, { ...LOOK, ecc: 'H' });
    expect(svg.length).toBeLessThan(12_000);
  });
});

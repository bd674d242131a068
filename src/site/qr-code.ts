export const CORRECTIONS = ['L', 'M', 'Q', 'H'] as const;

export interface QrLook {
  /** How much of it may be hidden and it is still read: 7, 15, 25 or 30 percent (ISO/IEC 18004). */
  ecc: (typeof CORRECTIONS)[number];
  /** Modules of quiet zone; the standard asks for four. */
  border: number;
  /** CSS colours. */
  fg: string;
  bg: string;
}

/** An SVG of one unit a module, to be scaled at will. */
export async function qrCode(text: string, { ecc, border, fg, bg }: QrLook): Promise<string> {
  // A module of its own: few isolates ever draw.
  const { encode } = await import('uqr');
  const { size, data } = encode(text, { ecc, border });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size} ${size}" shape-rendering="crispEdges"><path fill="${bg}" d="M0 0h${size}v${size}H0z"/><path fill="${fg}" d="${data.map(bars).join('')}"/></svg>\n`;
}

/** The dark modules of one row, neighbours in one stroke: a third of the bytes. */
function bars(row: readonly boolean[], y: number): string {
  const runs = row
    .map((dark) => (dark ? '#' : ' '))
    .join('')
    .matchAll(/#+/g);
  return Array.from(runs, ({ index, 0: run }) => `M${index} ${y}h${run.length}v1h-${run.length}z`).join('');
}

import { V7Generator } from 'uuidv7';

const PREFIXES = [
  'sto',
  'prg',
  'adv',
  'lnk',
  'shr',
  'clk',
  'src',
  'sec',
  'cbk',
  'ord',
  'cnv',
  'rul',
  'rwd',
  'led',
  'evt',
  'end',
  'dlv',
  'key',
  'mov',
  'dom',
  'prq',
] as const;

export type IdPrefix = (typeof PREFIXES)[number];
export type NewId = (prefix: IdPrefix) => string;

/** Crockford's base32 in ASCII order, so that texts sort as their bytes do. */
const DIGITS = '0123456789abcdefghjkmnpqrstvwxyz';
/** By the digit's character code. */
const VALUES = Uint8Array.from({ length: 128 }, (_, code) => Math.max(0, DIGITS.indexOf(String.fromCharCode(code))));
/** Behind the prefix and `_`. */
const START = 4;
/** 26 digits hold 130 bits: the first stands for three only. */
const ID = new RegExp(`^(${PREFIXES.join('|')})_[0-7][${DIGITS}]{25}$`);

/** IDs sort by the time of `now`, and within a millisecond, or while the clock is up to 10 s back, by their making. */
export function createNewId(now: () => number): NewId {
  const generator = new V7Generator();
  return (prefix) => idFromBytes(prefix, generator.generateOrResetWithTs(now()).bytes);
}

export function isId(prefix: IdPrefix, text: string): boolean {
  return ID.exec(text)?.[1] === prefix;
}

/** The milliseconds in the UUIDv7 (RFC 9562 §5.7); null when the text is no id. */
export function idTime(id: string): number | null {
  if (!ID.test(id)) return null;
  let time = 0;
  // Its 48 bits are the first ten digits.
  for (let i = START; i < START + 10; i++) time = time * 32 + valueAt(id, i);
  return time;
}

/** The least id of this time: those made before sort before it, and those made from then on do not. */
export function firstIdAt(prefix: IdPrefix, time: number): string {
  const bytes = new DataView(new ArrayBuffer(16));
  bytes.setUint32(0, Math.floor(time / 2 ** 16));
  bytes.setUint16(4, time % 2 ** 16);
  return idFromBytes(prefix, new Uint8Array(bytes.buffer));
}

/** The UUID's 16 bytes; null when the text is no id. */
export function idBytes(id: string): Uint8Array<ArrayBuffer> | null {
  if (!ID.test(id)) return null;
  const bytes = new Uint8Array(16);
  let length = 0;
  let bits = -2;
  let rest = 0;
  for (let i = START; i < id.length; i++) {
    rest = ((rest << 5) | valueAt(id, i)) & 0xfff;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes[length++] = rest >>> bits;
    }
  }
  return bytes;
}

export function idFromBytes(prefix: IdPrefix, bytes16: Readonly<Uint8Array>): string {
  if (bytes16.length !== 16) throw new RangeError('An id has 16 bytes');
  let id = `${prefix}_`;
  let bits = 2;
  let rest = 0;
  for (const byte of bytes16) {
    rest = ((rest << 8) | byte) & 0xfff;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      id += DIGITS.charAt((rest >>> bits) & 31);
    }
  }
  return id;
}

function valueAt(id: string, index: number): number {
  return VALUES[id.charCodeAt(index)] ?? 0;
}

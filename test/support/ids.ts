import { idFromBytes, type NewId } from '../../src/lib/ids.ts';

/** Ids with the clock's time that count up instead of being random, so that a failing test fails alike every time. */
export function createCountingId(now: () => number): NewId {
  let count = 0;
  return (prefix) => {
    count += 1;
    const bytes = new DataView(new ArrayBuffer(16));
    bytes.setUint16(0, Math.floor(now() / 2 ** 32));
    bytes.setUint32(2, now() % 2 ** 32);
    bytes.setUint16(6, 0x7000);
    bytes.setUint32(12, count);
    bytes.setUint8(8, 0x80);
    return idFromBytes(prefix, new Uint8Array(bytes.buffer));
  };
}

import { afterEach, describe, expect, it, vi } from 'vitest';
import { misreadBodies } from '../../../src/domain/diagnosis/misread-bodies.ts';

const KIB = 1024;

afterEach(() => {
  vi.restoreAllMocks();
});

function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(Buffer.from(text));
}

/** Strict JSON of so many bytes. */
function objectOf(bytes: number): string {
  return `{"b":"${'x'.repeat(bytes - 14)}","a":1}`;
}

/** The most that a layout can make of a byte: 31 levels, each line indented by all of them. */
function deepNumbers(bytes: number): string {
  const [open, close] = ['['.repeat(31), ']'.repeat(31)];
  return `${open}${'1,'.repeat((bytes - 64) / 2)}1${close}`;
}

describe('what else may have been signed than the bytes that came', () => {
  it('is made one body at a time, when it is asked for', () => {
    const write = vi.spyOn(JSON, 'stringify');
    const suspicions = misreadBodies(bytesOf('{"b":1,"a":[2]}'))[Symbol.iterator]();
    expect(suspicions.next().value?.code).toBe('empty_body');
    expect(write).not.toHaveBeenCalled();
  });

  it.each([
    ['deeply indented', deepNumbers],
    ['escaped all over', (bytes: number) => `["${'/<&é'.repeat(bytes / 5 - 1)}"]`],
    ['all of control characters', (bytes: number) => `["${'\\u0001'.repeat(bytes / 6 - 1)}"]`],
  ])('is never much larger than a body that is %s', (_, make) => {
    for (const size of [16 * KIB, 60 * KIB]) {
      const body = bytesOf(make(size));
      expect(body.length).toBeLessThanOrEqual(size);
      const sizes = Array.from(misreadBodies(body), ({ changes }) => changes.body?.length ?? 0);
      expect(Math.max(...sizes)).toBeLessThanOrEqual(Math.max(64 * KIB, 2 * size));
      expect(sizes.reduce((sum, length) => sum + length, 0)).toBeLessThan(3 * KIB * KIB);
    }
  });

  it('may be other JSON where the body has 16 KiB, and not where it has a byte more', () => {
    const codes = (bytes: number) => Array.from(misreadBodies(bytesOf(objectOf(bytes))), ({ code }) => code);
    expect(codes(16 * KIB)).toContain('json_rewritten');
    expect(codes(16 * KIB + 1)).not.toContain('json_rewritten');
    expect(codes(16 * KIB + 1)).toContain('final_newline');
  });

  it.each(['{"a":1}', '{"b":[1,"/é"],"a":{"<":null}}', '\ufeff{"a":1}\r\n', 'x', ''])('is never %j itself', (text) => {
    const body = bytesOf(text);
    for (const { changes } of misreadBodies(body)) expect(changes.body).not.toEqual(body);
  });
});

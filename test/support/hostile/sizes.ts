import { gzipSync } from 'node:zlib';
import { order } from './bodies.ts';
import { BROKEN_OFF, type Case, IGNORED, NO_ENCODING, NO_HTTP, REFUSED, TOO_LARGE } from './case.ts';
import { add, type Post } from './post.ts';
import type { Target } from './target.ts';

const MIB = 1024 * 1024;
const ENCODINGS = [
  'gzip',
  'deflate',
  'br',
  'zstd',
  'compress',
  'x-gzip',
  'gzip, gzip',
  'identity, gzip',
  'identity,identity',
  ',',
  '*',
  'none',
];

export const sizes: Case[] = [
  ['1 MiB', (t) => ofSize(t, MIB), IGNORED],
  ['1 MiB in pieces', (t) => ({ ...ofSize(t, MIB), framing: 'chunked' }), IGNORED],
  ['a byte more than 1 MiB', (t) => ofSize(t, MIB + 1), TOO_LARGE],
  ['a byte more than 1 MiB in pieces', (t) => ({ ...ofSize(t, MIB + 1), framing: 'chunked' }), TOO_LARGE],
  ['8 MiB in pieces', (t) => ({ ...ofSize(t, 8 * MIB), framing: 'chunked' }), TOO_LARGE],
  ['a promise of 10 GB', (t) => sized(t.v1(), '10000000000'), TOO_LARGE],
  ['a promise of 10 GB that is broken off', (t) => ({ ...sized(t.v1(), '10000000000'), breaksOff: true }), TOO_LARGE],
  ['a promise of a byte less than there is', (t) => sized(t.v1(), `${order().length - 1}`), REFUSED],
  ['a promise of nothing', (t) => sized(t.v1(), '0'), REFUSED],
  ['a length below nothing', (t) => sized(t.v1(), '-1'), NO_HTTP],
  ['a length that is no number', (t) => sized(t.v1(), 'NaN'), NO_HTTP],
  ['a length in hex', (t) => sized(t.v1(), '0x10'), NO_HTTP],
  ['a length with an exponent', (t) => sized(t.v1(), '1e2'), NO_HTTP],
  ['two lengths that differ', (t) => add(sized(t.v1(), '10'), 'Content-Length', '20'), NO_HTTP],
  [
    'pieces after a length that would cut them short',
    (t) => add({ ...ofSize(t, 1000), framing: 'chunked' }, 'Content-Length', '5'),
    IGNORED,
  ],
  ['pieces that are none', (t) => add({ ...t.v1(), framing: 'own' }, 'Transfer-Encoding', 'chunked'), BROKEN_OFF],
  [
    'pieces in an encoding',
    (t) => add({ ...t.v1(), framing: 'own' }, 'Transfer-Encoding', 'gzip, chunked'),
    BROKEN_OFF,
  ],
  [
    'a promise of a byte more than there is, broken off',
    (t) => ({ ...t.v1(), ...sizedMore(t.v1()), breaksOff: true }),
    BROKEN_OFF,
  ],
  [
    'pieces that break off',
    (t) => ({
      ...add({ ...t.v1(), framing: 'own' }, 'Transfer-Encoding', 'chunked'),
      body: Buffer.from('5\r\n{"typ'),
      breaksOff: true,
    }),
    BROKEN_OFF,
  ],
  ...ENCODINGS.map(
    (encoding): Case => [`the encoding "${encoding}"`, (t) => add(t.v1(), 'Content-Encoding', encoding), NO_ENCODING],
  ),
  ['two encodings', (t) => add(add(t.v1(), 'Content-Encoding', 'identity'), 'Content-Encoding', 'gzip'), NO_ENCODING],
  [
    'a bomb that is signed as it is packed',
    (t) => add(t.v1(gzipSync(Buffer.alloc(8 * MIB))), 'Content-Encoding', 'gzip'),
    NO_ENCODING,
  ],
];

/** Signed, and not our business. */
function ofSize(t: Target, size: number): Post {
  const head = '{"type":"x","data":"';
  return t.v1(`${head}${'x'.repeat(size - head.length - 2)}"}`);
}

function sized(post: Post, length: string): Post {
  return add({ ...post, framing: 'own' }, 'Content-Length', length);
}

function sizedMore(post: Post): Post {
  return sized(post, `${post.body.length + 1}`);
}

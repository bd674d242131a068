import { generateKeyPairSync, sign } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { ed25519Matches, importEd25519PublicKey, isEd25519PublicKey } from '../../src/lib/ed25519.ts';
import { fromHex, toHex, utf8 } from '../../src/lib/encoding.ts';

function bytes(hex: string): Uint8Array<ArrayBuffer> {
  const read = fromHex(hex.replace(/\s/g, ''));
  if (read === null) throw new Error('Not hex');
  return read;
}

async function imported(raw: Uint8Array): Promise<CryptoKey> {
  const key = await importEd25519PublicKey(raw);
  if (key === null) throw new Error('Not a key');
  return key;
}

const P = 2n ** 255n - 19n;
const D = mod(-121665n * power(121666n, P - 2n));
/** The order of the base point, RFC 8032 §5.1. */
const L = 2n ** 252n + 27742317777372353535851937790883648493n;

function mod(n: bigint): bigint {
  return ((n % P) + P) % P;
}

function power(base: bigint, exponent: bigint): bigint {
  if (exponent === 0n) return 1n;
  const half = power((base * base) % P, exponent / 2n);
  return exponent % 2n === 1n ? (half * base) % P : half;
}

/** A square root as RFC 8032 §5.1.3 takes it; none of a number that is no square. */
function roots(n: bigint): bigint[] {
  const guess = power(mod(n), (P + 3n) / 8n);
  const root = [guess, mod(guess * power(2n, (P - 1n) / 4n))].find((x) => mod(x * x) === mod(n));
  return root === undefined ? [] : [root, mod(-root)];
}

function encoded(y: bigint, negative = false): Uint8Array<ArrayBuffer> {
  const little = Uint8Array.from({ length: 32 }, (_, i) => Number((y >> BigInt(8 * i)) & 255n));
  little[31] = (little[31] ?? 0) | (negative ? 128 : 0);
  return little;
}

/** The y of 2Q from the y of Q: the addition law of RFC 8032 §5.1.4 with both points the same, and x² from the curve. */
function doubled(y: bigint): bigint {
  const yy = mod(y * y);
  const xx = mod((yy - 1n) * power(mod(D * yy + 1n), P - 2n));
  return mod((yy + xx) * power(mod(1n - D * xx * yy), P - 2n));
}

/** -1 doubles to 1, 0 to -1, and what doubles to 0 solves d·y⁴ + 2·y² - 1 = 0. */
const smallOrder = [1n, mod(-1n), 0n, ...roots(1n + D).flatMap((root) => roots((root - 1n) * power(D, P - 2n)))];

/** Each with both signs of x, and as y + p where that still fits in 255 bits. */
const smallOrderKeys = smallOrder
  .flatMap((y) => (y + P < 2n ** 255n ? [y, y + P] : [y]))
  .flatMap((y) => [encoded(y), encoded(y, true)]);

// RFC 8032 §7.1.
const vectors = [
  {
    name: 'TEST 1',
    key: 'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
    message: '',
    signature: `e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155
      5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b`,
  },
  {
    name: 'TEST 2',
    key: '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c',
    message: '72',
    signature: `92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da
      085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00`,
  },
  {
    name: 'TEST 3',
    key: 'fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025',
    message: 'af82',
    signature: `6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac
      18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a`,
  },
  {
    name: 'TEST SHA(abc)',
    key: 'ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf',
    message: `ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a
      2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f`,
    signature: `dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b589
      09351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704`,
  },
];

describe('the vectors of RFC 8032', () => {
  test.each(vectors)('$name holds, and fails with any part changed', async ({ key, message, signature }) => {
    const [publicKey, signed, proof] = [await imported(bytes(key)), bytes(message), bytes(signature)];
    expect(await ed25519Matches(publicKey, proof, signed)).toBe(true);
    expect(await ed25519Matches(publicKey, proof, Uint8Array.of(...signed, 0))).toBe(false);
    for (const i of [0, 31, 32, 63]) {
      const changed = proof.map((byte, at) => (at === i ? byte ^ 1 : byte));
      expect(await ed25519Matches(publicKey, changed, signed)).toBe(false);
    }
  });

  test('a signature has one form only: S + L is refused', async () => {
    const [{ key, message, signature }] = vectors as [(typeof vectors)[0]];
    const proof = bytes(signature);
    const s = proof.subarray(32).reduceRight((sum, byte) => sum * 256n + BigInt(byte), 0n);
    const malleated = Uint8Array.of(...proof.subarray(0, 32), ...encoded(s + L));
    expect(await ed25519Matches(await imported(bytes(key)), malleated, bytes(message))).toBe(false);
  });

  test.each([0, 1, 32, 63, 65, 128])('a signature of %i bytes matches nothing', async (length) => {
    const [{ key, signature }] = vectors as [(typeof vectors)[0]];
    const proof = new Uint8Array(length);
    proof.set(bytes(signature).subarray(0, length));
    expect(await ed25519Matches(await imported(bytes(key)), proof, new Uint8Array())).toBe(false);
  });
});

test('keys of node:crypto are taken, and their signatures hold', async () => {
  for (let i = 0; i < 20; i++) {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    const raw = Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url');
    const message = utf8(`message ${i}`);
    expect(await ed25519Matches(await imported(raw), sign(null, message, privateKey), message)).toBe(true);
  }
});

describe('keys that stand for nobody', () => {
  test('the points of small order are all there are: as many as the cofactor', () => {
    for (const y of smallOrder) expect(doubled(doubled(doubled(y)))).toBe(1n);
    // Two for each y, but one where x is 0 and has no sign.
    const points = new Set(smallOrder).size * 2 - smallOrder.filter((y) => mod(y * y) === 1n).length;
    expect(points).toBe(8);
    expect(smallOrderKeys).toHaveLength(14);
  });

  test.each(smallOrderKeys.map((raw) => [toHex(raw), raw] as const))('%s is refused', async (_, raw) => {
    expect(isEd25519PublicKey(raw)).toBe(false);
    expect(await importEd25519PublicKey(raw)).toBeNull();
  });

  test('a y from p up is refused, and one just below is read', () => {
    for (let k = 0n; k < 19n; k++) {
      expect(isEd25519PublicKey(encoded(P + k))).toBe(false);
      expect(isEd25519PublicKey(encoded(P + k, true))).toBe(false);
    }
    expect(isEd25519PublicKey(encoded(P - 2n))).toBe(true);
    expect(isEd25519PublicKey(encoded(P - 2n, true))).toBe(true);
    // As many ones as p has, but for one bit in the middle.
    expect(isEd25519PublicKey(encoded(2n ** 255n - 1n - 2n ** 100n))).toBe(true);
  });

  test.each([0, 31, 33, 64])('%i bytes are refused', async (length) => {
    expect(await importEd25519PublicKey(new Uint8Array(length).fill(9))).toBeNull();
  });
});

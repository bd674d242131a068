import { createHmac, hkdfSync } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toBase64, toHex, utf8 } from '../../src/lib/encoding.ts';
import { hmac } from '../../src/lib/hmac.ts';
import { createKeyring, type Master, parseMasters } from '../../src/lib/keyring.ts';

const one: Master = { version: 1, key: new Uint8Array(32).fill(1) };
const two: Master = { version: 2, key: new Uint8Array(32).fill(2) };
const row = 'advocates/adv_1/email';
const anyText = fc.string({ unit: 'binary', maxLength: 60 });

async function macOf(key: CryptoKey | null) {
  return key === null ? null : toHex(await hmac(key, utf8('bytes')));
}

describe('parseMasters', () => {
  test('reads each version with its key, the current one first', () => {
    expect(parseMasters(`2:${toBase64(two.key)},1:${toBase64(one.key)}`)).toEqual([two, one]);
  });

  test('overlooks the blanks and line ends that secrets pick up on their way', () => {
    expect(parseMasters(` 2:${toBase64(two.key)},\n1:${toBase64(one.key)}\n`)).toEqual([two, one]);
  });

  test.each([
    ['nothing', '', /at least one key/],
    ['blanks', ' \n', /at least one key/],
    ['no version', toBase64(one.key), /entry 1/],
    ['version 0', `0:${toBase64(one.key)}`, /entry 1/],
    ['a fraction', `1.5:${toBase64(one.key)}`, /entry 1/],
    ['a trailing comma', `1:${toBase64(one.key)},`, /entry 2/],
    ['a version twice', `1:${toBase64(one.key)},1:${toBase64(two.key)}`, /version 1 twice/],
    ['31 bytes', `3:${toBase64(new Uint8Array(31))}`, /32 bytes; that of version 3 has 31/],
    ['33 bytes', `3:${toBase64(new Uint8Array(33))}`, /32 bytes; that of version 3 has 33/],
    ['no key', '3:', /32 bytes; that of version 3 has 0/],
    ['hexadecimal', `3:${'z!'.repeat(32)}`, /base64 with padding; that of version 3/],
    ['missing padding', `3:${toBase64(one.key).replace('=', '')}`, /base64 with padding; that of version 3/],
  ])('refuses %s, and says why', (_, text, reason) => {
    expect(() => parseMasters(text)).toThrow(reason);
  });

  test.each([
    ['too long', `1:${toBase64(new Uint8Array(60).fill(2))}`],
    ['not base64', `1:${toBase64(two.key)}!`],
    ['without a version', toBase64(two.key)],
  ])('an error tells nothing of a key that is %s', (_, text) => {
    expect(() => parseMasters(text)).toThrow(/^must (?!.*AgIC)/);
  });
});

describe('sealing', () => {
  const keyring = createKeyring([two, one]);

  test('a value opens in its own row', async () => {
    await fc.assert(
      fc.asyncProperty(anyText, fc.string({ unit: 'binary', minLength: 1 }), async (plain, ownRow) => {
        expect(await keyring.open(await keyring.seal(plain, ownRow), ownRow)).toBe(plain);
      }),
    );
  });

  test('a byte-order mark survives', async () => {
    expect(await keyring.open(await keyring.seal('\uFEFFa', row), row)).toBe('\uFEFFa');
  });

  test('a value opens in no other row', async () => {
    await fc.assert(
      fc.asyncProperty(anyText, anyText, async (plain, otherRow) => {
        fc.pre(otherRow !== row);
        await expect(keyring.open(await keyring.seal(plain, row), otherRow)).rejects.toThrow('does not open');
      }),
    );
  });

  test('no character of a value can be changed, dropped or added', async () => {
    await fc.assert(
      fc.asyncProperty(anyText, fc.nat(), fc.constantFrom(...'012.AQgw-_=+ \n', ''), async (plain, at, other) => {
        const sealed = await keyring.seal(plain, row);
        const i = at % sealed.length;
        const changed = sealed.slice(0, i) + other + sealed.slice(i + 1);
        const longer = sealed.slice(0, i) + other + sealed.slice(i);
        for (const text of [changed, longer]) {
          if (text !== sealed) await expect(keyring.open(text, row)).rejects.toThrow(Error);
        }
      }),
    );
  });

  test('the last character of each part has one spelling', async () => {
    const sealed = await keyring.seal('ab', row);
    const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    for (const end of [...sealed.matchAll(/.(?=\.|$)/g)].map((match) => match.index)) {
      const spellings = Array.from(digits, (digit) => sealed.slice(0, end) + digit + sealed.slice(end + 1));
      const opened = await Promise.allSettled(spellings.map((text) => keyring.open(text, row)));
      expect(opened.filter((result) => result.status === 'fulfilled')).toHaveLength(1);
    }
  });

  test('one text is never sealed the same way twice', async () => {
    expect(await keyring.seal('same', row)).not.toBe(await keyring.seal('same', row));
  });

  test('after a rotation old values open, and new ones name the new version', async () => {
    const old = await createKeyring([one]).seal('old', row);
    expect(await keyring.open(old, row)).toBe('old');
    expect(keyring.versionOf(old)).toBe(1);
    expect(keyring.current).toBe(2);
    expect(keyring.versionOf(await keyring.seal('new', row))).toBe(2);
  });

  test('a value under a master that is gone does not open, and the error says which', async () => {
    const sealed = await keyring.seal('new', row);
    await expect(createKeyring([one]).open(sealed, row)).rejects.toThrow('version 2 is missing');
  });

  test('a value does not open under another key of the same version', async () => {
    const sealed = await keyring.seal('new', row);
    await expect(createKeyring([{ version: 2, key: one.key }]).open(sealed, row)).rejects.toThrow('does not open');
  });

  test('an error tells nothing of the value', async () => {
    const sealed = await keyring.seal('ada@example.com', row);
    const error = await keyring.open(`${sealed.slice(0, -2)}AA`, row).catch((reason: Error) => reason);
    expect(error).toBeInstanceOf(Error);
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toMatch(/ada@|example/);
    expect(String(error)).not.toContain(sealed.slice(20, 40));
  });

  test('a value needs a row', async () => {
    await expect(keyring.seal('lost', '')).rejects.toThrow(RangeError);
  });

  test.each(['', 'ada@example.com', '2', '2...', '02.AAAAAAAAAAAAAAAA.AA.AAAAAAAAAAAAAAAAAAAAAA', '1.2.3.4.5'])(
    '%j is no sealed value',
    async (text) => {
      expect(keyring.versionOf(text)).toBeNull();
      await expect(keyring.open(text, row)).rejects.toThrow('not a sealed value');
    },
  );
});

describe('derived keys', () => {
  const keyring = createKeyring([two, one]);

  test('are HKDF-SHA-256 of the master under the purpose', async () => {
    const bits = hkdfSync('sha256', one.key, new Uint8Array(), 'goodword/clicks/sto_1', 32);
    const expected = createHmac('sha256', Buffer.from(bits)).update('bytes').digest('hex');
    expect(await macOf(await keyring.deriveKey('clicks/sto_1', 1))).toBe(expected);
  });

  test('differ by purpose and by version, and are of the current version when none is named', async () => {
    const macs = await Promise.all([
      keyring.deriveKey('clicks').then(macOf),
      keyring.deriveKey('emails').then(macOf),
      keyring.deriveKey('clicks', 1).then(macOf),
    ]);
    expect(new Set(macs).size).toBe(3);
    expect(await macOf(await keyring.deriveKey('clicks', 2))).toBe(macs[0]);
  });

  test('of an unknown version are null', async () => {
    expect(await keyring.deriveKey('clicks', 3)).toBeNull();
  });

  test('cannot be had for the purpose of sealing', async () => {
    await expect(keyring.deriveKey('seal')).rejects.toThrow(RangeError);
  });

  test('cannot be exported', async () => {
    const key = await keyring.deriveKey('clicks');
    expect(key?.extractable).toBe(false);
  });

  test('are remembered, but only the last thousand', async () => {
    const first = await keyring.deriveKey('first');
    expect(await keyring.deriveKey('first')).toBe(first);
    for (let i = 0; i < 999; i++) await keyring.deriveKey(`other/${i}`);
    expect(await keyring.deriveKey('first')).toBe(first);
    await keyring.deriveKey('one more');
    const again = await keyring.deriveKey('first');
    expect(again).not.toBe(first);
    expect(await macOf(again)).toBe(await macOf(first));
  });
});

test('a keyring without masters cannot be made', () => {
  expect(() => createKeyring([])).toThrow(RangeError);
});

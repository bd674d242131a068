import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { describe, expect, test } from 'vitest';
import { toBase64, utf8 } from '../../src/lib/encoding.ts';
import { decodeSecret, sign, verify } from '../../src/lib/standard-webhooks.ts';

const key = Uint8Array.from({ length: 32 }, (_, i) => i * 7);
const otherKey = key.map((byte) => byte ^ 255);
const secret = `whsec_${toBase64(key)}`;
const seconds = 1_790_000_000;
const message = { id: 'msg_1', timestamp: String(seconds), body: utf8('{"type":"order.paid"}') };

async function signed() {
  const signature = await sign({ ...message, timestamp: seconds, secret: key });
  return { ...message, signature, secrets: [key], now: seconds * 1000 };
}

describe('secrets', () => {
  test.each([24, 32, 64])('%i bytes are read', (length) => {
    expect(decodeSecret(`whsec_${toBase64(new Uint8Array(length).fill(9))}`)).toEqual(new Uint8Array(length).fill(9));
  });

  test.each([
    ['too short', `whsec_${toBase64(new Uint8Array(23))}`],
    ['too long', `whsec_${toBase64(new Uint8Array(65))}`],
    ['without the prefix', toBase64(key)],
    ['with an asymmetric prefix', `whpk_${toBase64(key)}`],
    ['with the prefix in capitals', `WHSEC_${toBase64(key)}`],
    ['without padding', secret.replace('=', '')],
    ['with a blank', `${secret} `],
    ['in base64url', `whsec_${toBase64(new Uint8Array(24).fill(255)).replaceAll('/', '_')}`],
    ['empty', 'whsec_'],
  ])('a secret %s is refused', (_, text) => {
    expect(decodeSecret(text)).toBeNull();
  });
});

describe('together with the reference library', () => {
  const anyBody = fc.string({ unit: 'binary', minLength: 1 });

  test('what it signs, we accept', async () => {
    await fc.assert(
      fc.asyncProperty(anyBody, async (text) => {
        const signature = new Webhook(secret).sign(message.id, new Date(seconds * 1000), text);
        expect(await verify({ ...(await signed()), body: utf8(text), signature })).toBe(true);
      }),
    );
  });

  test('what we sign, it accepts', async () => {
    const timestamp = Math.floor(Date.now() / 1000);
    await fc.assert(
      fc.asyncProperty(anyBody, async (text) => {
        const signature = await sign({ id: message.id, timestamp, body: utf8(text), secret: key });
        const headers = {
          'webhook-id': message.id,
          'webhook-timestamp': String(timestamp),
          'webhook-signature': signature,
        };
        expect(() => new Webhook(secret).verify(text, headers, { jsonParse: false })).not.toThrow();
      }),
    );
  });
});

describe('verification', () => {
  test('holds for bytes that are no UTF-8', async () => {
    const body = Uint8Array.of(0xef, 0xbb, 0xbf, 0xff, 0x00, 0x80);
    const signature = await sign({ id: message.id, timestamp: seconds, body, secret: key });
    expect(await verify({ ...(await signed()), body, signature })).toBe(true);
    expect(await verify({ ...(await signed()), body: body.subarray(3), signature })).toBe(false);
  });

  test('fails when anything signed is changed', async () => {
    const good = await signed();
    expect(await verify(good)).toBe(true);
    expect(await verify({ ...good, body: utf8('{"type":"order.Paid"}') })).toBe(false);
    expect(await verify({ ...good, id: 'msg_2' })).toBe(false);
    expect(await verify({ ...good, timestamp: String(seconds + 1) })).toBe(false);
    expect(await verify({ ...good, secrets: [otherKey] })).toBe(false);
    expect(await verify({ ...good, secrets: [] })).toBe(false);
  });

  test('tries every secret of a rotation', async () => {
    const good = await signed();
    expect(await verify({ ...good, secrets: [otherKey, key] })).toBe(true);
    expect(await verify({ ...good, secrets: [key, otherKey] })).toBe(true);
  });

  test('finds the signature in a list, but looks at ten only', async () => {
    const good = await signed();
    const wrong = `v1,${toBase64(new Uint8Array(32))}`;
    const after = (count: number) => [...Array.from({ length: count }, () => wrong), good.signature].join(' ');
    expect(await verify({ ...good, signature: after(9) })).toBe(true);
    expect(await verify({ ...good, signature: after(10) })).toBe(false);
    expect(await verify({ ...good, signature: `v1a,${toBase64(new Uint8Array(64))} ${good.signature}` })).toBe(true);
  });

  test('reads signatures strictly', async () => {
    const good = await signed();
    const mac = good.signature.slice(3);
    const wrong = [
      '',
      mac,
      'v1',
      'v1,',
      `v1,${mac.replace('=', '')}`,
      `v1,${mac}=`,
      `v1a,${mac}`,
      `v2,${mac}`,
      `V1,${mac}`,
      `v1, ${mac}`,
      `v1,${mac},`,
      `v1=${mac}`,
      `v1,${toBase64(new Uint8Array(31))}`,
    ];
    for (const signature of wrong) expect(await verify({ ...good, signature })).toBe(false);
  });

  test.each(['', 'a.b', 'a b', 'a\n', 'é', 'x'.repeat(257)])('refuses the id %j, however well signed', async (id) => {
    const signature = await sign({ ...message, id, timestamp: seconds, secret: key });
    expect(await verify({ ...(await signed()), id, signature })).toBe(false);
  });

  test('takes an id of 256 characters', async () => {
    const id = 'x-_9'.repeat(64);
    const signature = await sign({ ...message, id, timestamp: seconds, secret: key });
    expect(await verify({ ...(await signed()), id, signature })).toBe(true);
  });

  test.each([
    `+${seconds}`,
    `0${seconds}`,
    `${seconds}.0`,
    ` ${seconds}`,
    `${seconds}\n`,
    '1.79e9',
    '0x6ab13b80',
    '',
    '-1',
    '0',
  ])('refuses the timestamp %j', async (timestamp) => {
    expect(await verify({ ...(await signed()), timestamp })).toBe(false);
  });

  test.each([
    [300_000, true],
    [300_999, true],
    [301_000, false],
    [-300_000, true],
    [-300_999, true],
    [-301_000, false],
  ])('%i ms after the timestamp: %s', async (late, accepted) => {
    expect(await verify({ ...(await signed()), now: seconds * 1000 + late })).toBe(accepted);
  });

  test('a source may be given another tolerance', async () => {
    const good = await signed();
    expect(await verify({ ...good, now: good.now + 10_000, toleranceSeconds: 10 })).toBe(true);
    expect(await verify({ ...good, now: good.now + 11_000, toleranceSeconds: 10 })).toBe(false);
  });
});

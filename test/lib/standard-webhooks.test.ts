import { generateKeyPairSync, sign as signWith } from 'node:crypto';
import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { describe, expect, expectTypeOf, test } from 'vitest';
import { toBase64, utf8 } from '../../src/lib/encoding.ts';
import { decodePublicKey, decodeSecret, sign, verify } from '../../src/lib/standard-webhooks.ts';

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

describe('public keys', () => {
  test('are read from whpk_ and base64', () => {
    const { publicKey, raw } = newPair();
    expect(decodePublicKey(publicKey)).toEqual(raw);
  });

  test.each([
    ['without the prefix', (text: string) => text.slice(5)],
    ['with the prefix of a secret', (text: string) => text.replace('whpk_', 'whsec_')],
    ['with the prefix of a private key', (text: string) => text.replace('whpk_', 'whsk_')],
    ['with the prefix in capitals', (text: string) => text.replace('whpk_', 'WHPK_')],
    ['without padding', (text: string) => text.replace('=', '')],
    ['with a blank', (text: string) => `${text} `],
    ['empty', () => 'whpk_'],
    ['too short', () => `whpk_${toBase64(new Uint8Array(31).fill(9))}`],
    ['too long', () => `whpk_${toBase64(new Uint8Array(33).fill(9))}`],
    ['that is 0', () => `whpk_${toBase64(new Uint8Array(32))}`],
    ['that is the identity', () => `whpk_${toBase64(Uint8Array.of(1, ...new Uint8Array(31)))}`],
    ['past the prime', () => `whpk_${toBase64(new Uint8Array(32).fill(255))}`],
  ])('a key %s is refused', (_, changed) => {
    expect(decodePublicKey(changed(newPair().publicKey))).toBeNull();
  });
});

describe('asymmetric verification', () => {
  test("holds for the vector of Svix's own server", async () => {
    // https://github.com/svix/svix-webhooks, test_asymmetric_key_signing.
    const publicKey = decodePublicKey('whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=');
    const vector = {
      id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      timestamp: '1614265330',
      body: utf8('{"test": 2432232314}'),
      signature: 'v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg==',
      publicKeys: [publicKey ?? new Uint8Array()],
      now: 1_614_265_330_000,
    };
    expect(await verify(vector)).toBe(true);
    expect(await verify({ ...vector, body: utf8('{"test": 2432232315}') })).toBe(false);
  });

  test('fails when anything signed is changed', async () => {
    const good = signedByPair();
    expect(await verify(good)).toBe(true);
    expect(await verify({ ...good, body: utf8('{"type":"order.Paid"}') })).toBe(false);
    expect(await verify({ ...good, id: 'msg_2' })).toBe(false);
    expect(await verify({ ...good, timestamp: String(seconds + 1) })).toBe(false);
    expect(await verify({ ...good, publicKeys: [newPair().raw] })).toBe(false);
    expect(await verify({ ...good, publicKeys: [] })).toBe(false);
  });

  test('tries every key of a rotation', async () => {
    const good = signedByPair();
    expect(await verify({ ...good, publicKeys: [newPair().raw, ...good.publicKeys] })).toBe(true);
    expect(await verify({ ...good, publicKeys: [...good.publicKeys, newPair().raw] })).toBe(true);
  });

  test('refuses a stale message and a malformed id, as the symmetric one does', async () => {
    const good = signedByPair();
    expect(await verify({ ...good, now: good.now + 301_000 })).toBe(false);
    expect(await verify({ ...good, now: good.now - 301_000 })).toBe(false);
    expect(await verify(signedByPair('a.b'))).toBe(false);
  });

  test('finds the signature in a list, but looks at ten only', async () => {
    const good = signedByPair();
    const wrong = `v1a,${toBase64(new Uint8Array(64))}`;
    const after = (count: number) => [...Array.from({ length: count }, () => wrong), good.signature].join(' ');
    expect(await verify({ ...good, signature: after(9) })).toBe(true);
    expect(await verify({ ...good, signature: after(10) })).toBe(false);
    expect(await verify({ ...good, signature: `v1,${toBase64(key)} ${good.signature}` })).toBe(true);
  });

  test('reads signatures strictly', async () => {
    const good = signedByPair();
    const text = good.signature.slice('v1a,'.length);
    const wrong = [
      '',
      text,
      'v1a',
      'v1a,',
      `v1a,${text.replaceAll('=', '')}`,
      `v1a,${text}=`,
      `v1,${text}`,
      `v1b,${text}`,
      `V1A,${text}`,
      `v1a, ${text}`,
      `v1a=${text}`,
      `v1a,${toBase64(new Uint8Array(63))}`,
    ];
    for (const signature of wrong) expect(await verify({ ...good, signature })).toBe(false);
  });

  test('a public key is no secret: a MAC made with it proves nothing', async () => {
    const good = signedByPair();
    const [publicKey = new Uint8Array()] = good.publicKeys;
    const mac = await sign({ ...message, timestamp: seconds, secret: publicKey });
    expect(await verify({ ...good, signature: mac })).toBe(false);
    expect(await verify({ ...good, signature: mac.replace('v1,', 'v1a,') })).toBe(false);
  });

  test('a signature under a key of small order proves nothing, even if such a key was once kept', async () => {
    const identity = Uint8Array.of(1, ...new Uint8Array(31));
    const forged = `v1a,${toBase64(Uint8Array.of(...identity, ...new Uint8Array(32)))}`;
    const good = signedByPair();
    expect(await verify({ ...good, signature: forged, publicKeys: [identity] })).toBe(false);
    expect(await verify({ ...good, publicKeys: [identity, ...good.publicKeys] })).toBe(true);
  });

  test('the type takes secrets or public keys, and neither both nor none', () => {
    type Input = Parameters<typeof verify>[0];
    const { publicKeys, ...rest } = signedByPair();
    expectTypeOf({ ...rest, publicKeys }).toExtend<Input>();
    expectTypeOf({ ...rest, publicKeys, secrets: [key] }).not.toExtend<Input>();
    expectTypeOf(rest).not.toExtend<Input>();
  });
});

function newPair() {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const raw = Uint8Array.from(Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url'));
  return { privateKey, raw, publicKey: `whpk_${toBase64(raw)}` };
}

function signedByPair(id = message.id) {
  const { privateKey, raw } = newPair();
  const signature = signWith(null, Buffer.from(`${id}.${seconds}.{"type":"order.paid"}`), privateKey);
  return { ...message, id, signature: `v1a,${toBase64(signature)}`, publicKeys: [raw], now: seconds * 1000 };
}

import { createHmac, generateKeyPairSync } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { Webhook as SvixWebhook } from 'svix';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { standardWebhooks } from '../../../src/domain/sources/standard-webhooks.ts';
import { publicKeyText, signStandardWebhooksV1a } from '../../support/signers.ts';
import { ADDRESS, random } from './row.ts';

const V1 = v.parse(standardWebhooks.config, {});
const V1A = v.parse(standardWebhooks.config, { version: 'v1a' });

interface Signed {
  secret: string;
  headers: Record<string, string>;
  body: string;
}

/** From the specification's own test suites (the libraries' "sign function works"). */
const PUBLISHED = {
  secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  headers: {
    'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    'webhook-timestamp': '1614265330',
    'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  },
  body: '{"test": 2432232314}',
};

/** The same message by the key pair of Svix's manual, from the tests of Svix's server ("test_asymmetric_key_signing"). */
const PUBLISHED_V1A = {
  secret: 'whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=',
  headers: {
    ...PUBLISHED.headers,
    'webhook-signature': 'v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg==',
  },
  body: PUBLISHED.body,
};

const SVIX_PRIVATE_KEY =
  'whsk_6Xb/dCcHpPea21PS1N9VY/NZW723CEc77N4rJCubMbfVKIDij2HKpMKkioLlX0dRqSKJp4AJ6p9lMicMFs6Kvg==';

function verify({ secret, headers, body }: Signed, config = V1, now = 1_614_265_330_000) {
  return standardWebhooks.verify({
    request: { method: 'POST', url: ADDRESS, headers: new Headers(headers), body: Uint8Array.from(Buffer.from(body)) },
    secrets: [secret],
    config,
    now,
    publishedKeys: async () => null,
  });
}

function withSignatures(signed: Signed, list: string[]): Signed {
  return { ...signed, headers: { ...signed.headers, 'webhook-signature': list.join(' ') } };
}

describe('Standard Webhooks v1', () => {
  test('verifies the published vector', async () => {
    expect(await verify(PUBLISHED)).toEqual({ outcome: 'verified', messageId: 'msg_p5jXN8AQM9LWM0D4loKWxJek' });
  });

  test('finds its signature among nine of other keys and versions', async () => {
    const good = PUBLISHED.headers['webhook-signature'];
    // The example of the specification, one signature for each of its versions.
    const example =
      'v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4= v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg==';
    const others = [example, example, example, example, 'v2,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc='];
    const seen = (list: string[]) => verify(withSignatures(PUBLISHED, list));
    expect(await seen([...others, good])).toMatchObject({ outcome: 'verified' });
    expect(await seen([good, ...others])).toMatchObject({ outcome: 'verified' });
    expect(await seen(others)).toMatchObject({ outcome: 'refused', step: 'signature' });
    expect(await seen([example, good, ...others])).toMatchObject({ outcome: 'malformed' });
  });

  test('a right MAC under another version, or in another spelling of base64, is not a v1 signature', async () => {
    const mac = PUBLISHED.headers['webhook-signature'].slice('v1,'.length);
    const outcomes = async (signatures: string[]) => {
      const seen = await Promise.all(signatures.map((signature) => verify(withSignatures(PUBLISHED, [signature]))));
      return new Set(seen.map(({ outcome }) => outcome));
    };
    expect(await outcomes([`v1a,${mac}`, `v2,${mac}`, `v01,${mac}`])).toEqual(new Set(['refused']));
    const misspelt = [`V1,${mac}`, `v1.${mac}`, mac, `v1,${mac.slice(0, -2)}F=`, `v1,${mac.slice(0, -1)}`];
    misspelt.push(`v1,${mac}=`, `v1,${mac.replace('+', '-')}`);
    expect(await outcomes(misspelt)).toEqual(new Set(['malformed']));
  });

  test.each([
    ['no prefix', 'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
    ['23 bytes', `whsec_${Buffer.alloc(23, 1).toString('base64')}`],
    ['65 bytes', `whsec_${Buffer.alloc(65, 1).toString('base64')}`],
    ['missing padding', `whsec_${Buffer.alloc(32, 1).toString('base64').slice(0, -1)}`],
    ['a blank at the end', 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw '],
    ['base64url', `whsec_${'-_'.repeat(16)}`],
  ])('cannot use a secret with %s, and does not repeat it', (_, secret) => {
    const problem = standardWebhooks.secretProblem(secret, V1);
    expect(problem).toMatch(/"whsec_" .* 24 to 64 random bytes\.$/);
    expect(problem).not.toContain(secret.slice(6));
  });

  test('makes its own secret', () => {
    expect(standardWebhooks.secretOrigin(V1)).toBe('made');
    expect(standardWebhooks.newSecret(random)).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
  });
});

describe('Standard Webhooks v1a', () => {
  test('verifies the vector of Svix', async () => {
    expect(await verify(PUBLISHED_V1A, V1A)).toEqual({
      outcome: 'verified',
      messageId: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    });
    expect(await verify({ ...PUBLISHED_V1A, body: '{"test": 2432232315}' }, V1A)).toMatchObject({ step: 'signature' });
  });

  test('finds its signature among others, as a sender writes them while it rotates', async () => {
    const good = PUBLISHED_V1A.headers['webhook-signature'];
    const others = [PUBLISHED.headers['webhook-signature'], `v1a,${Buffer.alloc(64, 7).toString('base64')}`];
    const seen = (list: string[]) => verify(withSignatures(PUBLISHED_V1A, list), V1A);
    expect(await seen([...others, good])).toMatchObject({ outcome: 'verified' });
    expect(await seen([good, ...others])).toMatchObject({ outcome: 'verified' });
    expect(await seen([...Array(9).fill(others[1]), good])).toMatchObject({ outcome: 'verified' });
    expect(await seen([...Array(10).fill(others[1]), good])).toMatchObject({ outcome: 'malformed' });
  });

  test('a right signature in another spelling of base64 is malformed', async () => {
    const good = PUBLISHED_V1A.headers['webhook-signature'];
    const misspelt = [good.slice(0, -2), good.slice(0, -1), `${good}=`, good.replaceAll('+', '-'), good.slice(4)];
    // The last four bits of the last character belong to no byte; "g" has none of them set, and "h" has one.
    misspelt.push(good.replace(/g==$/, 'h=='), good.replace('v1a', 'V1a'));
    for (const signature of misspelt) {
      expect(await verify(withSignatures(PUBLISHED_V1A, [signature]), V1A)).toMatchObject({ outcome: 'malformed' });
    }
  });

  test('is given its key by the sender', () => {
    expect(standardWebhooks.secretOrigin(V1A)).toBe('given');
    expect(standardWebhooks.secretProblem(PUBLISHED_V1A.secret, V1A)).toBeNull();
  });

  test.each([
    ['no prefix', PUBLISHED_V1A.secret.slice(5)],
    ['31 bytes', `whpk_${Buffer.alloc(31, 9).toString('base64')}`],
    ['33 bytes', `whpk_${Buffer.alloc(33, 9).toString('base64')}`],
    ['the 64 bytes of a private key', SVIX_PRIVATE_KEY.replace('whsk_', 'whpk_')],
    ['missing padding', PUBLISHED_V1A.secret.slice(0, -1)],
    ['a line feed at the end', `${PUBLISHED_V1A.secret}\n`],
    ['PEM', '-----BEGIN PUBLIC KEY-----'],
  ])('cannot use a key with %s, and does not repeat it', (_, key) => {
    const problem = standardWebhooks.secretProblem(key, V1A);
    expect(problem).toMatch(/"whpk_" .* 32 bytes of an Ed25519 public key\.$/);
    expect(problem).not.toContain(key.slice(5));
  });

  // The identity, the point of order 2, and y = p + 1 for the identity again, past what is canonical.
  test.each([`01${'00'.repeat(31)}`, `ec${'ff'.repeat(30)}7f`, `ee${'ff'.repeat(30)}7f`, `01${'00'.repeat(30)}80`])(
    'cannot use the key %s, for which anybody could sign',
    async (hex) => {
      const secret = `whpk_${Buffer.from(hex, 'hex').toString('base64')}`;
      expect(standardWebhooks.secretProblem(secret, V1A)).toMatch(/^Anybody could sign .* Make a new pair of keys\.$/);
      // R = the identity and S = 0 hold under a key of small order for any message.
      const forged = Buffer.concat([Buffer.from(`01${'00'.repeat(31)}`, 'hex'), Buffer.alloc(32)]).toString('base64');
      const seen = await verify({ ...withSignatures(PUBLISHED_V1A, [`v1a,${forged}`]), secret }, V1A);
      expect(seen).toMatchObject({ outcome: 'refused', step: 'signature' });
    },
  );
});

describe('a source of one version', () => {
  test('takes no signature of the other, and tells the operator which is missing', async () => {
    const missing = (version: string) => ({
      outcome: 'refused',
      step: 'signature',
      hint: expect.stringContaining(`No signature of the list is of version ${version}:`),
    });
    expect(await verify({ ...PUBLISHED, secret: PUBLISHED_V1A.secret }, V1A)).toEqual(missing('v1a'));
    expect(await verify({ ...PUBLISHED_V1A, secret: PUBLISHED.secret })).toEqual(missing('v1'));
  });

  test('does not take a public key for a secret, by which anybody could sign', async () => {
    const { publicKey } = generateKeyPairSync('ed25519');
    const secret = publicKeyText(publicKey);
    const { 'webhook-id': id, 'webhook-timestamp': timestamp } = PUBLISHED.headers;
    const key = Buffer.from(secret.slice('whpk_'.length), 'base64');
    const mac = createHmac('sha256', key).update(`${id}.${timestamp}.${PUBLISHED.body}`).digest('base64');
    const forged = { ...withSignatures(PUBLISHED, [`v1,${mac}`]), secret };
    expect(await verify(forged)).toMatchObject({ outcome: 'refused' });
    expect(await verify(forged, V1A)).toMatchObject({ outcome: 'refused' });
  });

  test('says what to do with a key of the other version, or with one that nobody must see', () => {
    expect(standardWebhooks.secretProblem(PUBLISHED_V1A.secret, V1)).toMatch(/public key.*version "v1a".*"whsec_"/);
    expect(standardWebhooks.secretProblem(PUBLISHED.secret, V1A)).toMatch(/version "v1".*"whpk_"/);
    for (const config of [V1, V1A]) {
      const problem = standardWebhooks.secretProblem(SVIX_PRIVATE_KEY, config);
      expect(problem).toMatch(/private key.*never.*"whpk_/);
      expect(problem).not.toContain(SVIX_PRIVATE_KEY.slice(5));
    }
  });

  test('has its version to set, and nothing else', () => {
    expect(v.parse(standardWebhooks.config, {})).toEqual({ version: 'v1' });
    for (const other of [{ version: 'v2' }, { version: null }, { version: 'V1A' }, { tolerance: 3600 }, null]) {
      expect(v.is(standardWebhooks.config, other), JSON.stringify(other)).toBe(false);
    }
  });
});

describe('the headers of Svix', () => {
  const named = (headers: Record<string, string>) =>
    Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.replace('webhook-', 'svix-'), value]));

  test('are as good as the standard ones', async () => {
    expect(await verify({ ...PUBLISHED, headers: named(PUBLISHED.headers) })).toMatchObject({ outcome: 'verified' });
    const asymmetric = { ...PUBLISHED_V1A, headers: named(PUBLISHED_V1A.headers) };
    expect(await verify(asymmetric, V1A)).toMatchObject({ outcome: 'verified' });
  });

  test('must not be mixed with the standard ones, be they alike or not, few or all', async () => {
    const svix = named(PUBLISHED.headers);
    const mixtures = [
      { ...PUBLISHED.headers, ...svix },
      ...Object.entries(svix).map(([name, value]) => ({ ...PUBLISHED.headers, [name]: value })),
      ...Object.entries(PUBLISHED.headers).map(([name, value]) => ({ ...svix, [name]: value })),
      { ...PUBLISHED.headers, 'svix-id': '' },
    ];
    for (const headers of mixtures) {
      const seen = await verify({ ...PUBLISHED, headers });
      expect(seen, Object.keys(headers).join()).toEqual({
        outcome: 'malformed',
        detail: expect.stringContaining('svix-'),
      });
    }
  });

  test('of which one is missing, it is that one that is named; of no family at all, the standard one', async () => {
    const { 'svix-timestamp': _, ...rest } = named(PUBLISHED.headers);
    expect(await verify({ ...PUBLISHED, headers: rest })).toMatchObject({
      detail: expect.stringContaining('svix-timestamp'),
    });
    expect(await verify({ ...PUBLISHED, headers: {} })).toMatchObject({
      detail: expect.stringContaining('webhook-id'),
    });
  });
});

describe('beside the libraries', () => {
  const secret = standardWebhooks.newSecret(random);
  const now = Date.now();
  const seconds = Math.floor(now / 1000);
  const body = '{"type":"order.cancelled","data":{"orderId":"o-\u00e9\u{1f600}"}}';

  /** Signed by hand, because no library signs these: what stands in the headers need not be what is signed. */
  function signed({ id = 'msg_1', timestamp = String(seconds), signedTime = '', key = secret } = {}): Signed {
    const bytes = Buffer.from(key.replace('whsec_', ''), 'base64');
    const mac = createHmac('sha256', bytes)
      .update(`${id}.${signedTime || timestamp}.${body}`)
      .digest('base64');
    const headers = { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${mac}` };
    return { secret: key, headers, body };
  }

  function accepted({ secret, headers, body }: Signed): boolean {
    try {
      new Webhook(secret).verify(body, headers);
      new SvixWebhook(secret).verify(body, headers);
      return true;
    } catch {
      return false;
    }
  }

  test.each([
    ['standardwebhooks', new Webhook(secret)],
    ['svix', new SvixWebhook(secret)],
  ])('what %s signs is verified', async (_, library) => {
    const headers = {
      'webhook-id': 'msg_1',
      'webhook-timestamp': String(seconds),
      'webhook-signature': library.sign('msg_1', new Date(now), body),
    };
    expect(await verify({ secret, headers, body }, V1, now)).toMatchObject({ outcome: 'verified' });
  });

  const lax: [string, string, Signed][] = [
    ['a full stop in the id, which could move the border of the body', 'malformed', signed({ id: 'a.1' })],
    ['an id without end', 'malformed', signed({ id: 'a'.repeat(257) })],
    ['letters after the time', 'malformed', signed({ timestamp: `${seconds}s`, signedTime: String(seconds) })],
    ['a fraction of a second', 'malformed', signed({ timestamp: `${seconds}.9`, signedTime: String(seconds) })],
    ['a plus before the time', 'malformed', signed({ timestamp: `+${seconds}`, signedTime: String(seconds) })],
    ['a zero before the time', 'malformed', signed({ timestamp: `0${seconds}`, signedTime: String(seconds) })],
    ['a key of 18 bytes, as in the manual of Svix', 'refused', signed({ key: 'whsec_plJ3nmyCDGBKInavdOK15jsl' })],
    ['a secret without its prefix', 'refused', signed({ key: secret.slice('whsec_'.length) })],
    ['more than ten signatures', 'malformed', listOf((good) => [...Array(10).fill('v1,AAAA'), good])],
    ['what is no signature in the list', 'malformed', listOf((good) => ['?', good])],
    ['an appendix to the signature', 'malformed', listOf((good) => [`${good},v1`])],
  ];

  function listOf(list: (good: string) => string[]): Signed {
    const one = signed();
    return withSignatures(one, list(one.headers['webhook-signature'] ?? ''));
  }

  test.each(lax)('they let through %s; here it is %s', async (_, outcome, message) => {
    expect(accepted(signed())).toBe(true);
    expect(accepted(message)).toBe(true);
    expect(await verify(message, V1, now)).toMatchObject({ outcome });
  });

  test('Svix picks its own headers of two families; here that is malformed', async () => {
    const headers = { ...signed().headers, 'svix-id': 'msg_1' };
    expect(() => new SvixWebhook(secret).verify(body, headers)).not.toThrow();
    expect(await verify({ secret, headers, body }, V1, now)).toMatchObject({ outcome: 'malformed' });
  });

  test('all agree on how old is too old, and how new', async () => {
    for (const [age, good] of [
      [295, true],
      [-295, true],
      [305, false],
      [-305, false],
    ] as const) {
      const message = signed({ timestamp: String(seconds - age) });
      expect(accepted(message), `${age} s`).toBe(good);
      expect((await verify(message, V1, now)).outcome === 'verified', `${age} s`).toBe(good);
    }
  });

  test('v1a has no library for JavaScript: what the keys of Node sign is verified', async () => {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    const headers = signStandardWebhooksV1a({ privateKey, id: 'msg_1', timestamp: seconds, body });
    const message = { secret: publicKeyText(publicKey), headers, body };
    expect(await verify(message, V1A, now)).toEqual({ outcome: 'verified', messageId: 'msg_1' });
  });
});

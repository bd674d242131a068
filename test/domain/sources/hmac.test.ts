import { sign as signAsGitHub } from '@octokit/webhooks-methods';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { hmac } from '../../../src/domain/sources/hmac.ts';
import { hmacConfig } from '../../../src/domain/sources/hmac-config.ts';
import { ADDRESS, random } from './row.ts';

type Settings = v.InferInput<typeof hmacConfig>;

const AT = 1_772_366_400;

function verify(settings: Settings, secret: string, headers: Record<string, string>, body: Uint8Array, now = 0) {
  const request = { method: 'POST', url: ADDRESS, headers: new Headers(headers), body: Uint8Array.from(body) };
  const publishedKeys = async () => null;
  return hmac.verify({ request, secrets: [secret], config: v.parse(hmacConfig, settings), now, publishedKeys });
}

/** The errors of a configuration, by field. */
function problems(settings: unknown): Record<string, string> {
  const { issues = [] } = v.safeParse(hmacConfig, settings);
  return Object.fromEntries(issues.map((issue) => [v.getDotPath(issue) ?? '', issue.message]));
}

describe('generic HMAC', () => {
  describe('RFC 4231', () => {
    // The cases whose keys have the 24 bytes that we ask for: §4.5 and §4.7.
    const cases = [
      {
        key: '0102030405060708090a0b0c0d0e0f10111213141516171819',
        body: Buffer.alloc(50, 0xcd),
        sha256: '82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b',
        sha384: '3e8a69b7783c25851933ab6290af6ca77a9981480850009cc5577c6e1f573b4e6801dd23c4a7d679ccf8a386c674cffb',
        sha512:
          'b0ba465637458c6990e5a8c5f61d4af7e576d97ff94b872de76f8050361ee3dba91ca5c11aa25eb4d679275cc5788063a5f19741120c4f2de2adebeb10a298dd',
      },
      {
        key: 'aa'.repeat(131),
        body: Buffer.from('Test Using Larger Than Block-Size Key - Hash Key First'),
        sha256: '60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54',
        sha384: '4ece084485813e9088d2c63a041bc5b44f9ef1012a2b588f3cd11f05033ac4c60c2ef6ab4030fe8296248df163f44952',
        sha512:
          '80b24263c7c1a3ebb71493c1dd7be8b49b46d1f41b4aeec1121b013783f8f3526b56d037e05f2598bd0fd2215d6a1e5295e64f73f63f0aec8b915a985d786598',
      },
    ];
    test.each(['sha256', 'sha384', 'sha512'] as const)('%s', async (hash) => {
      for (const { key, body, [hash]: mac } of cases) {
        const seen = await verify({ hash, secretEncoding: 'hex' }, key, { 'x-signature': mac }, body);
        expect(seen).toEqual({ outcome: 'verified', messageId: null });
      }
    });
  });

  test('a signature as long as that of another hash is malformed', async () => {
    const secret = hmac.newSecret(random);
    for (const length of [1, 20, 31, 33, 48, 64]) {
      const headers = { 'x-signature': Buffer.alloc(length).toString('hex') };
      expect(await verify({ encoding: 'hex' }, secret, headers, Buffer.from('{}'))).toEqual({
        outcome: 'malformed',
        detail: expect.stringMatching(/^The header x-signature .* as the HMAC in lower-case hex\.$/),
      });
    }
  });

  test('a time that is only fresh in the other unit is refused, with a hint at the unit', async () => {
    const secret = hmac.newSecret(random);
    const counted = async (timestampUnit: 's' | 'ms', timestamp: number) => {
      const settings: Settings = { content: 'timestamp.body', timestampHeader: 'x-time', timestampUnit };
      const headers = { 'x-signature': '0'.repeat(64), 'x-time': String(timestamp) };
      return verify(settings, secret, headers, Buffer.from('{}'), AT * 1000);
    };
    const unit = { outcome: 'refused', step: 'freshness', hint: expect.stringContaining('timestampUnit') };
    const clock = { outcome: 'refused', step: 'freshness', hint: expect.stringContaining('clock') };
    expect(await counted('s', AT * 1000)).toEqual(unit);
    expect(await counted('ms', AT)).toEqual(unit);
    expect(await counted('s', AT + 500)).toEqual(clock);
    expect(await counted('ms', (AT - 500) * 1000)).toEqual(clock);
  });

  test.each([
    ['text', 'a'.repeat(23), 'a'.repeat(24)],
    ['text', '\u00e9'.repeat(11), '\u00e9'.repeat(12)],
    ['hex', 'ab'.repeat(23), 'ab'.repeat(24)],
    ['hex', 'AB'.repeat(24), 'ab'.repeat(24)],
    ['hex', `${'ab'.repeat(24)}a`, 'ab'.repeat(25)],
    ['base64', Buffer.alloc(23).toString('base64'), Buffer.alloc(24).toString('base64')],
    ['base64', Buffer.alloc(25).toString('base64url'), Buffer.alloc(25).toString('base64')],
  ] as const)('as %s, %j is no secret and %j is one', (secretEncoding, bad, good) => {
    const config = v.parse(hmacConfig, { secretEncoding });
    expect(hmac.secretProblem(good, config)).toBeNull();
    expect(hmac.secretProblem(bad, config)).toMatch(/at least 24 random bytes/);
    expect(hmac.secretProblem(bad, config)).not.toContain(bad);
  });
});

describe('the preset of GitHub', () => {
  const github: Settings = { preset: 'github' };

  test("verifies the example of GitHub's documentation", async () => {
    const signature = 'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17';
    const body = Buffer.from('Hello, World!');
    const secret = "It's a Secret to Everybody";
    const headers = (value: string) => ({ 'X-Hub-Signature-256': value });
    expect(await verify(github, secret, headers(signature), body)).toEqual({ outcome: 'verified', messageId: null });
    for (const other of [signature.slice(7), signature.toUpperCase(), signature.replace('=', ':'), `=${signature}`]) {
      expect(await verify(github, secret, headers(other), body)).toEqual({
        outcome: 'malformed',
        detail: 'The header x-hub-signature-256 must appear exactly once, as "sha256=" and the HMAC in lower-case hex.',
      });
    }
  });

  test("verifies what GitHub's own library signs, and believes no id of a delivery, for that is not signed", async () => {
    const secret = hmac.newSecret(random);
    const body = '{"type":"order.cancelled","data":{"orderId":"o-\u00e9\u{1f600}"}}';
    const headers = {
      'X-Hub-Signature-256': await signAsGitHub(secret, body),
      'X-GitHub-Delivery': '72d3162e-cc78-11e3-81ab-4c9367dc0958',
    };
    expect(await verify(github, secret, headers, Buffer.from(body))).toEqual({ outcome: 'verified', messageId: null });
    expect(await verify(github, `${secret}0`, headers, Buffer.from(body))).toMatchObject({ step: 'signature' });
  });

  test('does not take the SHA-1 that GitHub sends beside it', async () => {
    const seen = await verify(github, 'a'.repeat(24), { 'X-Hub-Signature': `sha1=${'0'.repeat(40)}` }, Buffer.from(''));
    expect(seen).toMatchObject({ outcome: 'malformed' });
  });

  test('is kept as the settings that it stands for', () => {
    const settings: Settings = {
      signatureHeader: 'X-Hub-Signature-256',
      hash: 'sha256',
      encoding: 'hex',
      prefix: 'sha256=',
      content: 'body',
      secretEncoding: 'text',
    };
    expect(v.parse(hmacConfig, github)).toEqual(v.parse(hmacConfig, settings));
  });

  test('stands alone, and no other is known', () => {
    expect(problems({ preset: 'github', hash: 'sha256' })).toEqual({ hash: expect.stringContaining('stands alone') });
    expect(problems({ preset: 'github', prefix: '', timestampHeader: 'x-time' })).toHaveProperty('prefix');
    for (const preset of ['gitlab', 'GitHub', '', null, 7, ['github'], 'toString', '__proto__']) {
      expect(problems({ preset })).toEqual({ preset: expect.stringContaining('"github"') });
    }
  });
});

describe('the settings of generic HMAC', () => {
  const whole: Settings = {
    content: 'id.timestamp.body',
    timestampHeader: 'X-Time',
    timestampUnit: 's',
    idHeader: 'X-Id',
  };

  test('header names are compared in lower case', () => {
    expect(v.parse(hmacConfig, whole)).toMatchObject({ timestampHeader: 'x-time', idHeader: 'x-id' });
  });

  test.each(['', 'x y', 'x:y', 'x\u00e9', 'x\r\nhost', '(x)', 'x'.repeat(65), 'x,y', '"x"'])(
    '%j is no name of a header',
    (signatureHeader) => {
      expect(problems({ signatureHeader })).toHaveProperty('signatureHeader');
    },
  );

  test.each([
    ...['Authorization', 'content-length', 'Content-Type', 'HOST', 'connection', 'Transfer-Encoding', 'Cookie', 'TE'],
    ...['User-Agent', 'Accept-Encoding', 'CF-Ray', 'X-Forwarded-For', 'Sec-Purpose', 'Proxy-Connection', 'X-Real-IP'],
  ])('the header %s is not to be had', (name) => {
    expect(problems({ signatureHeader: name })).toEqual({ signatureHeader: expect.stringContaining('HTTP itself') });
    expect(problems({ ...whole, timestampHeader: name })).toHaveProperty('timestampHeader');
    expect(problems({ ...whole, idHeader: name })).toEqual({ idHeader: expect.stringContaining('HTTP itself') });
  });

  test.each([
    ['timestamp.body', ['timestampHeader', 'timestampUnit']],
    ['timestamp:body', ['timestampHeader', 'timestampUnit']],
    ['id.timestamp.body', ['timestampHeader', 'timestampUnit', 'idHeader']],
  ])('the content %s asks for what it names', (content, fields) => {
    const found = problems({ content });
    expect(Object.keys(found)).toEqual(fields);
    for (const sentence of Object.values(found)) expect(sentence).toMatch(/^Required, because .* signs the /);
  });

  test('an unsigned timestamp or id cannot be set, for it would be believed', () => {
    expect(problems({ timestampHeader: 'x-time', timestampUnit: 's', idHeader: 'x-id' })).toEqual({
      timestampHeader: expect.stringContaining('does not sign the timestamp'),
      timestampUnit: expect.stringContaining('does not sign the timestamp'),
      idHeader: expect.stringContaining('does not sign the id'),
    });
    expect(problems({ ...whole, content: 'timestamp.body' })).toEqual({
      idHeader: expect.stringContaining('unsigned id'),
    });
  });

  test('one header cannot carry two parts', () => {
    expect(problems({ ...whole, idHeader: 'x-time' })).toEqual({ idHeader: expect.stringContaining('"x-time"') });
    expect(problems({ ...whole, timestampHeader: 'X-Signature' })).toHaveProperty('timestampHeader');
    expect(problems({ ...whole, signatureHeader: 'X-ID' })).toHaveProperty('idHeader');
  });

  // Where nothing divides the parts, or the body is none of them, two messages could have one signature.
  test.each(['none', 'timestamp', 'timestampbody', 'id.timestamp', 'id.body', 'body.timestamp', 'url.body', '', null])(
    'no signature stands for the content %j',
    (content) => {
      expect(problems({ content })).toHaveProperty('content');
    },
  );

  test.each([
    { hash: 'sha1' },
    { hash: 'md5' },
    { encoding: 'HEX' },
    { timestampUnit: 'minutes' },
    { secretEncoding: 'latin1' },
    { prefix: ' sha256=' },
    { prefix: 'sha256\u00a0' },
    { prefix: 'a\nb' },
    { prefix: 'x'.repeat(33) },
    { tolerance: 3600 },
    { signatureHeader: null },
    { secret: 'x' },
  ])('%j is refused', (settings) => {
    expect(Object.keys(problems(settings))).toEqual(Object.keys(settings));
  });
});

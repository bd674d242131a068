import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { standardWebhooks } from '../../../src/domain/sources/standard-webhooks.ts';

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

function verify({ secret, headers, body }: typeof PUBLISHED) {
  const request = { headers: new Headers(headers), body: Uint8Array.from(Buffer.from(body)) };
  const now = Number(headers['webhook-timestamp']) * 1000;
  return standardWebhooks.verify({ request, secrets: [secret], config: {}, now });
}

describe('Standard Webhooks', () => {
  test('verifies the published vector', async () => {
    expect(await verify(PUBLISHED)).toEqual({ outcome: 'verified', messageId: 'msg_p5jXN8AQM9LWM0D4loKWxJek' });
  });

  test('does not verify by a key under 24 bytes, even where the signature is right', async () => {
    // The vector of Svix's manual: right, and too short a key for the specification.
    const short = {
      secret: 'whsec_plJ3nmyCDGBKInavdOK15jsl',
      headers: {
        'webhook-id': 'msg_loFOjxBNrRLzqYUf',
        'webhook-timestamp': '1731705121',
        'webhook-signature': 'v1,rAvfW3dJ/X/qxhsaXPOyyCGmRKsaKWcsNccKXlIktD0=',
      },
      body: '{"event_type":"ping","data":{"success":true}}',
    };
    expect(await verify(short)).toEqual({ outcome: 'refused' });
    expect(standardWebhooks.secretProblem(short.secret, {})).toContain('24 to 64');
  });

  test('finds its signature among nine of other keys and versions', async () => {
    const good = PUBLISHED.headers['webhook-signature'];
    // The example of the specification, one signature for each of its versions.
    const example =
      'v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4= v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg==';
    const others = [example, example, example, example, 'v2,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc='];
    const withSignatures = (list: string[]) =>
      verify({ ...PUBLISHED, headers: { ...PUBLISHED.headers, 'webhook-signature': list.join(' ') } });
    expect(await withSignatures([...others, good])).toMatchObject({ outcome: 'verified' });
    expect(await withSignatures([good, ...others])).toMatchObject({ outcome: 'verified' });
    expect(await withSignatures(others)).toEqual({ outcome: 'refused' });
    expect(await withSignatures([example, good, ...others])).toMatchObject({ outcome: 'malformed' });
  });

  test('a right MAC under another version, or in another spelling of base64, is not a v1 signature', async () => {
    const mac = PUBLISHED.headers['webhook-signature'].slice('v1,'.length);
    const outcomes = async (signatures: string[]) => {
      const request = (signature: string) => ({ ...PUBLISHED.headers, 'webhook-signature': signature });
      const seen = signatures.map((signature) => verify({ ...PUBLISHED, headers: request(signature) }));
      return new Set((await Promise.all(seen)).map(({ outcome }) => outcome));
    };
    expect(await outcomes([`v1a,${mac}`, `v2,${mac}`, `v01,${mac}`])).toEqual(new Set(['refused']));
    const misspelt = [`V1,${mac}`, `v1.${mac}`, mac, `v1,${mac.slice(0, -2)}F=`, `v1,${mac.slice(0, -1)}`];
    misspelt.push(`v1,${mac}=`, `v1,${mac.replace('+', '-')}`);
    expect(await outcomes(misspelt)).toEqual(new Set(['malformed']));
  });

  test.each([
    ['no prefix', 'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
    ['a public key', `whpk_${Buffer.alloc(32, 1).toString('base64')}`],
    ['23 bytes', `whsec_${Buffer.alloc(23, 1).toString('base64')}`],
    ['65 bytes', `whsec_${Buffer.alloc(65, 1).toString('base64')}`],
    ['missing padding', `whsec_${Buffer.alloc(32, 1).toString('base64').slice(0, -1)}`],
    ['a blank at the end', 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw '],
    ['base64url', `whsec_${'-_'.repeat(16)}`],
  ])('cannot use a secret with %s, and does not repeat it', (_, secret) => {
    const problem = standardWebhooks.secretProblem(secret, {});
    expect(problem).toContain('whsec_');
    expect(problem).not.toContain(secret.slice(6));
  });

  test('has nothing to set', () => {
    expect(v.is(standardWebhooks.config, {})).toBe(true);
    expect(v.is(standardWebhooks.config, { tolerance: 3600 })).toBe(false);
  });
});

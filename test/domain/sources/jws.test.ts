import { createHmac } from 'node:crypto';
import { flattenedVerify } from 'jose';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { jws } from '../../../src/domain/sources/jws.ts';
import { makeSenderKey } from '../../support/sender-keys.ts';
import { signJws, signJwsByHand } from '../../support/sign-jws.ts';
import { ADDRESS, AT } from './row.ts';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const BODY = '{"type":"newsletter.opened","data":{}}';
const key = makeSenderKey('P-256', 'shop-1');
const rsa = makeSenderKey('RSA', 'shop-rsa');
const good = { alg: 'ES256', kid: 'shop-1', iat: AT, jti: 'm-1' };

function verify(
  token: string,
  {
    config = { keys: [key.publicJwk, rsa.publicJwk] } as unknown,
    body = BODY,
    now = AT * 1000,
    publishedKeys = async () => null as JsonWebKey | null | 'unavailable',
  } = {},
) {
  const settings = v.parse(jws.config, config);
  const headers = new Headers({ 'x-jws-signature': token });
  const request = { method: 'POST', url: ADDRESS, headers, body: Uint8Array.from(Buffer.from(body)) };
  return jws.verify({ request, secrets: [], config: settings, now, publishedKeys });
}

/** Signed by the source's own key, whatever the header says. */
function signed(header: unknown, more: { body?: string; encoded?: boolean } = {}): string {
  const text = typeof header === 'string' ? header : JSON.stringify(header);
  return signJwsByHand({ key, header: text, body: BODY, ...more });
}

const verified = { outcome: 'verified', messageId: 'm-1' };
const refused = (step: string, hint: string) => ({ outcome: 'refused', step, hint: expect.stringContaining(hint) });
const malformed = (detail: string) => ({ outcome: 'malformed', detail: expect.stringContaining(detail) });

describe('the payload', () => {
  test('is signed in base64url, or as it is where b64 says so', async () => {
    expect(await verify(signed(good))).toEqual(verified);
    expect(await verify(signed({ ...good, b64: true, crit: ['b64'] }))).toEqual(verified);
    expect(await verify(signed({ ...good, b64: false, crit: ['b64'] }, { encoded: false }))).toEqual(verified);
  });

  test('is not taken in one form when it was signed in the other', async () => {
    const wrong = refused('signature', 'No key in force');
    expect(await verify(signed(good, { encoded: false }))).toEqual(wrong);
    expect(await verify(signed({ ...good, b64: true, crit: ['b64'] }, { encoded: false }))).toEqual(wrong);
    expect(await verify(signed({ ...good, b64: false, crit: ['b64'] }))).toEqual(wrong);
  });

  test('may hold any bytes, full stops and line feeds too, in both forms', async () => {
    for (const body of [
      'a.b.c',
      '..',
      '\n',
      '',
      '\u00fc\u{1f600}',
      '{"a":"\\u0000"}',
      Buffer.from(BODY).toString('base64url'),
    ]) {
      expect(await verify(signed(good, { body }), { body })).toEqual(verified);
      const plain = signed({ ...good, b64: false, crit: ['b64'] }, { body, encoded: false });
      expect(await verify(plain, { body })).toEqual(verified);
    }
  });

  test('in base64url is not the payload that it encodes', async () => {
    const encoded = Buffer.from(BODY).toString('base64url');
    const plain = signed({ ...good, b64: false, crit: ['b64'] }, { body: encoded, encoded: false });
    expect(await verify(plain, { body: encoded })).toEqual(verified);
    expect(await verify(plain)).toMatchObject({ outcome: 'refused', step: 'signature' });
    expect(await verify(signed(good), { body: encoded })).toMatchObject({ outcome: 'refused', step: 'signature' });
  });

  test('does not stand in the token', async () => {
    const [header, signature] = signed(good).split('..');
    for (const payload of [Buffer.from(BODY).toString('base64url'), 'e30', '']) {
      const seen = await verify(`${header}.${payload}.${signature}`);
      expect(seen).toEqual(payload === '' ? verified : malformed('a detached JWS (header..signature'));
    }
  });
});

describe('algorithms', () => {
  const hs256 = (header: object, secret: string | Buffer) => {
    const head = Buffer.from(JSON.stringify(header)).toString('base64url');
    const mac = createHmac('sha256', secret).update(`${head}.${Buffer.from(BODY).toString('base64url')}`);
    return `${head}..${mac.digest('base64url')}`;
  };

  test('a public key does not serve as the secret of an HMAC', async () => {
    const pem = key.privateKey.export({ type: 'pkcs8', format: 'pem' });
    const { x = '' } = key.publicJwk;
    for (const secret of [JSON.stringify(key.publicJwk), pem, Buffer.from(x, 'base64url'), '']) {
      expect(await verify(hs256({ ...good, alg: 'HS256' }, secret))).toEqual(refused('signature', 'sign by one of'));
      expect(await verify(hs256(good, secret))).toEqual(refused('signature', 'No key in force'));
    }
  });

  test.each([
    'none',
    'None',
    'HS256',
    'HS512',
    'ES384',
    'ES512',
    'RS384',
    'PS512',
    'EdDSA ',
    'es256',
    '',
    'ML-DSA-44',
    '__proto__',
  ])('alg %j is not taken', async (alg) => {
    expect(await verify(signed({ ...good, alg }))).toEqual(
      refused('signature', 'sign by one of ES256, EdDSA, RS256, PS256'),
    );
  });

  test('one signature has one text: its last bits are none to play with', async () => {
    const token = signed(good);
    for (const other of ALPHABET.replace(token.slice(-1), ''))
      expect((await verify(token.slice(0, -1) + other)).outcome).not.toBe('verified');
  });

  test('no signature at all is malformed', async () => {
    const [header] = signed({ ...good, alg: 'none' }).split('..');
    expect(await verify(`${header}..`)).toEqual(malformed('a detached JWS'));
  });

  test('a key signs by its own algorithms alone', async () => {
    const wrong = refused('key', 'not for the algorithm');
    for (const alg of ['RS256', 'PS256', 'EdDSA']) expect(await verify(signed({ ...good, alg }))).toEqual(wrong);
    const pinned = { keys: [{ ...rsa.publicJwk, alg: 'RS256' }] };
    const claims = { iat: AT, jti: 'm-1' };
    const rs256 = await signJws({ key: rsa, alg: 'RS256', body: BODY, header: claims });
    const ps256 = await signJws({ key: rsa, alg: 'PS256', body: BODY, header: claims });
    expect([await verify(rs256), await verify(ps256)]).toEqual([verified, verified]);
    expect([await verify(rs256, { config: pinned }), await verify(ps256, { config: pinned })]).toEqual([
      verified,
      wrong,
    ]);
  });

  test('a source may take fewer of them', async () => {
    const config = { keys: [rsa.publicJwk], algorithms: ['PS256'] };
    const header = { iat: AT, jti: 'm-1' };
    const rs256 = await signJws({ key: rsa, alg: 'RS256', body: BODY, header });
    expect(await verify(rs256, { config })).toEqual(refused('signature', 'sign by one of PS256'));
    expect(await verify(await signJws({ key: rsa, alg: 'PS256', body: BODY, header }), { config })).toEqual(verified);
  });

  test('a signature by one algorithm does not pass as that of another', async () => {
    const header = JSON.stringify({ ...good, alg: 'PS256', kid: 'shop-rsa' });
    expect(await verify(signJwsByHand({ key: rsa, header, body: BODY }))).toEqual(
      refused('signature', 'No key in force'),
    );
    expect(await verify(signJwsByHand({ key: rsa, header, body: BODY, pss: true }))).toEqual(verified);
  });

  test('a point that is not on its curve is no key, and nothing throws', async () => {
    const config = { keys: [{ ...key.publicJwk, y: key.publicJwk.x }] };
    expect(await verify(signed(good), { config })).toEqual(refused('key', 'not for the algorithm'));
  });
});

describe('the protected header', () => {
  test.each([
    [{ jwk: key.publicJwk }, 'jwk'],
    [{ jku: 'https://attacker.example/jwks' }, 'jku'],
    [{ x5u: 'https://attacker.example/cert' }, 'x5u'],
    [{ x5c: ['MIIB'] }, 'x5c'],
    [{ jwk: null }, 'jwk'],
    [{ jku: '', crit: ['jku'] }, 'jku'],
  ])('%j brings a key, and is refused although the signature is good', async (more, name) => {
    expect(await verify(signed({ ...good, ...more }))).toEqual(refused('key', `"${name}"`));
  });

  test.each([
    [{ crit: [] }],
    [{ crit: ['exp'], exp: AT + 60 }],
    [{ crit: ['b64'] }],
    [{ crit: ['iat', 'iat'] }],
    [{ crit: ['iat', 'http://openbanking.org.uk/iat'], 'http://openbanking.org.uk/iat': AT }],
    [{ crit: ['alg'] }],
    [{ crit: ['kid'] }],
    [{ crit: ['constructor'] }],
    [{ crit: ['toString'], toString: 1 }],
    [{ crit: ['__proto__'] }],
    [{ crit: ['b64', 'b64'], b64: true }],
    [{ crit: ['iat', 'sigT'], sigT: '2026-03-01T12:00:00Z' }],
  ])('%j asks for what is not understood', async (more) => {
    expect(await verify(signed({ ...good, ...more }))).toEqual(refused('signature', '"crit" must list'));
  });

  test('our own members may be called critical', async () => {
    for (const crit of [['iat'], ['jti', 'iat']]) expect(await verify(signed({ ...good, crit }))).toEqual(verified);
    const all = { ...good, b64: false, crit: ['b64', 'iat', 'jti'] };
    expect(await verify(signed(all, { encoded: false }))).toEqual(verified);
  });

  test.each([{ b64: false }, { b64: true }, { b64: false, crit: ['iat'] }])(
    '%j says how the payload is signed without making sure that it is understood',
    async (more) => {
      for (const encoded of [true, false]) {
        expect(await verify(signed({ ...good, ...more }, { encoded }))).toEqual(
          refused('signature', '"b64" must list it'),
        );
      }
    },
  );

  test('members that mean nothing here are passed over', async () => {
    expect(
      await verify(signed({ ...good, typ: 'JOSE', cty: 'json', x5t: 'abc', 'http://shop.example/iss': 1 })),
    ).toEqual(verified);
  });

  test.each([
    [{ alg: undefined }, 'alg'],
    [{ alg: null }, 'alg'],
    [{ alg: ['ES256'] }, 'alg'],
    [{ kid: undefined }, 'kid'],
    [{ kid: '' }, 'kid'],
    [{ kid: 1 }, 'kid'],
    [{ kid: 'k'.repeat(257) }, 'kid'],
    [{ kid: 'shop\t1' }, 'kid'],
    [{ iat: undefined }, 'iat'],
    [{ iat: String(AT) }, 'iat'],
    [{ iat: AT * 1000 }, 'iat'],
    [{ iat: AT + 0.5 }, 'iat'],
    [{ iat: -AT }, 'iat'],
    [{ iat: 0 }, 'iat'],
    [{ iat: null }, 'iat'],
    [{ iat: '2026-03-01T12:00:00Z' }, 'iat'],
    [{ jti: undefined }, 'jti'],
    [{ jti: '' }, 'jti'],
    [{ jti: 7 }, 'jti'],
    [{ jti: 'a b' }, 'jti'],
    [{ jti: 'j'.repeat(257) }, 'jti'],
    [{ jti: '\u00fc' }, 'jti'],
    [{ b64: 'false', crit: ['b64'] }, 'b64'],
    [{ b64: 0, crit: ['b64'] }, 'b64'],
    [{ b64: null, crit: ['b64'] }, 'b64'],
    [{ crit: 'b64' }, 'crit'],
    [{ crit: {} }, 'crit'],
    [{ crit: [1] }, 'crit'],
    [{ crit: null }, 'crit'],
  ])('with %j it is malformed even when it was signed, and the detail says what is wanted', async (more, name) => {
    expect(await verify(signed({ ...good, ...more }))).toEqual(malformed(`its protected header must have "${name}"`));
  });

  test.each([
    'null',
    '1',
    '"text"',
    '{',
    '[]',
    '{}',
    `\ufeff${JSON.stringify(good)}`,
    JSON.stringify(good).replace('{', '{"kid":"shop-2",'),
    JSON.stringify(good).replace('{', '{"__proto__":{"alg":"ES256"},'),
    `{"alg":"ES256","a":${'['.repeat(40)}${']'.repeat(40)}}`,
  ])('%j is no header', async (text) => {
    expect(await verify(signed(text))).toEqual(malformed('its protected header must'));
  });

  test('in any other encoding than canonical base64url it is malformed', async () => {
    const [header = '', signature = ''] = signed({ ...good, typ: 'J' }).split('..');
    const bytes = Buffer.from(header, 'base64url');
    for (const other of [
      `${header}=`,
      bytes.toString('base64'),
      bytes.toString('hex'),
      `${header}A`,
      JSON.stringify(good),
    ]) {
      if (other === header) continue;
      expect((await verify(`${other}..${signature}`)).outcome).toBe('malformed');
    }
    expect((await verify(signJwsByHand({ key, header: Uint8Array.of(0xff, 0xfe), body: BODY }))).outcome).toBe(
      'malformed',
    );
  });

  test('is refused as a whole where it is long enough to keep us busy', async () => {
    expect(await verify(signed({ ...good, pad: 'x'.repeat(2000) }))).toEqual(verified);
    expect(await verify(signed({ ...good, pad: 'x'.repeat(3000) }))).toEqual(malformed('a detached JWS'));
  });
});

describe('keys', () => {
  test('no key by another name, however alike', async () => {
    for (const kid of ['shop-2', 'Shop-1', 'shop-1 ', ' ', '__proto__', 'constructor', 'k'.repeat(256)]) {
      expect(await verify(signed({ ...good, kid }))).toEqual(refused('key', 'not among those'));
    }
  });

  test('a key that the source has does not vouch for one that it names', async () => {
    const other = makeSenderKey('P-256', 'shop-2');
    const config = { keys: [key.publicJwk, other.publicJwk] };
    expect(await verify(signed({ ...good, kid: 'shop-2' }), { config })).toEqual(
      refused('signature', 'No key in force'),
    );
  });

  test('published keys are asked for by URL and name, once the rest is in order, and may be out of reach', async () => {
    const config = { jwksUrl: 'https://shop.example.com/jwks' };
    const asked: string[] = [];
    const publish = (answer: JsonWebKey | null | 'unavailable') => async (url?: string, kid?: string) => {
      asked.push(`${url} ${kid}`);
      return answer;
    };
    const token = signed(good);
    expect(await verify(token, { config, publishedKeys: publish(key.publicJwk) })).toEqual(verified);
    expect(await verify(token, { config, publishedKeys: publish(null) })).toEqual(refused('key', 'not among those'));
    expect(await verify(token, { config, publishedKeys: publish('unavailable') })).toEqual({ outcome: 'unavailable' });
    expect(asked).toEqual(Array(3).fill('https://shop.example.com/jwks shop-1'));
    for (const header of [
      { ...good, iat: AT - 301 },
      { ...good, alg: 'HS256' },
      { ...good, kid: 'k'.repeat(257) },
      { ...good, jku: '' },
    ]) {
      await verify(signed(header), { config, publishedKeys: publish(key.publicJwk) });
    }
    expect(asked).toHaveLength(3);
  });
});

describe('settings', () => {
  const issuesOf = (config: unknown) => v.safeParse(jws.config, config).issues?.map(({ message }) => message) ?? [];
  const keys = [key.publicJwk];
  const jwksUrl = 'https://shop.example.com/jwks';

  test('keys and their address exclude each other, and one of them is needed', () => {
    for (const config of [{}, { keys, jwksUrl }])
      expect(issuesOf(config)).toEqual([expect.stringContaining('Give either')]);
    for (const config of [{ keys }, { jwksUrl }]) expect(issuesOf(config)).toEqual([]);
  });

  test.each([
    { algorithms: [] },
    { algorithms: ['HS256'] },
    { algorithms: ['none'] },
    { algorithms: ['ES256', 'ES512'] },
    { header: 'Authorization' },
    { header: 'cookie' },
    { header: 'x y' },
    { header: '' },
    { secret: 'x' },
  ])('%j is refused', (more) => {
    expect(issuesOf({ jwksUrl, ...more }).length).toBeGreaterThan(0);
  });

  test('the algorithms must leave every key of use', () => {
    expect(issuesOf({ keys, algorithms: ['ES256', 'RS256'] })).toEqual([]);
    expect(issuesOf({ keys, algorithms: ['RS256'] })).toEqual(['The algorithms leave one of the keys without use.']);
    const p384 = makeSenderKey('P-384', 'a').publicJwk;
    expect(issuesOf({ keys: [p384] })).toEqual([expect.stringContaining('ES256, EdDSA, RS256, PS256')]);
  });

  test('there is no secret to have', () => {
    const config = v.parse(jws.config, { keys });
    expect(jws.secretOrigin(config)).toBe('none');
    expect(jws.secretProblem('whsec_x', config)).toMatch(/no secret/);
    expect(() => jws.newSecret((bytes) => bytes)).toThrow('Nobody but the sender');
  });
});

describe('jose', () => {
  const payload = Buffer.from(BODY).toString('base64url');
  const verifyByJose = (token: string) => {
    const [head = '', sig = ''] = token.split('..');
    return flattenedVerify({ protected: head, payload, signature: sig }, key.publicJwk as JsonWebKey & { kty: string });
  };

  test('signs what is accepted here', async () => {
    const token = await signJws({ key, alg: 'ES256', body: BODY, header: { iat: AT, jti: 'm-1' } });
    expect(await verify(token)).toEqual(verified);
  });

  test('accepts more: a key in the header, a member named twice, b64 or crit in disorder, other last bits', async () => {
    const token = signed(good);
    const last = ALPHABET.indexOf(token.slice(-1)) ^ 1;
    const tokens = [
      signed({ ...good, jwk: key.publicJwk }),
      signed(JSON.stringify(good).replace('{', '{"kid":"shop-2",')),
      signed({ ...good, b64: false }),
      signed({ ...good, crit: ['b64', 'b64'], b64: true }),
      token.slice(0, -1) + ALPHABET[last],
    ];
    for (const each of tokens) {
      await expect(verifyByJose(each)).resolves.toBeDefined();
      expect(['malformed', 'refused']).toContain((await verify(each)).outcome);
    }
  });
});

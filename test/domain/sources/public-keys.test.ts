import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { fits, Jwk } from '../../../src/domain/sources/jwk.ts';
import { keyPlace, readKeySet } from '../../../src/domain/sources/public-keys.ts';
import { utf8 } from '../../../src/lib/encoding.ts';
import { makeSenderKey } from '../../support/sender-keys.ts';

const ec = makeSenderKey('P-256', 'ec').publicJwk;
const ed = makeSenderKey('Ed25519', 'ed').publicJwk;
const rsa = makeSenderKey('RSA', 'rsa').publicJwk;

/** The errors of a key, by member. */
function problems(jwk: unknown): Record<string, string> {
  const { issues = [] } = v.safeParse(Jwk, jwk);
  return Object.fromEntries(issues.map((issue) => [v.getDotPath(issue) ?? '', issue.message]));
}

function base64url(hexOrLength: string | number): string {
  return (typeof hexOrLength === 'string' ? Buffer.from(hexOrLength, 'hex') : Buffer.alloc(hexOrLength, 0xab)).toString(
    'base64url',
  );
}

describe('a public key', () => {
  test('is kept with what it needs, and without what only its owner does', () => {
    const more = { use: 'sig', key_ops: ['verify'], x5c: ['MIIB'], ext: true, 'x-note': 'ours' };
    for (const key of [ec, ed, rsa]) {
      expect(v.parse(Jwk, { ...key, ...more })).toEqual({ ...key, use: 'sig', key_ops: ['verify'] });
    }
  });

  test.each(['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'])(
    'with %s is a private one, and we do not want it',
    (member) => {
      for (const key of [ec, ed, rsa]) {
        for (const value of ['AQAB', '', null, []]) {
          expect(problems({ ...key, [member]: value })).toEqual({
            [member]: expect.stringMatching(/private key.*never be given away/),
          });
        }
      }
    },
  );

  test('whose private half comes with it is not repeated in the error', () => {
    const { privateKey } = makeSenderKey('Ed25519', 'ed');
    const whole = { ...privateKey.export({ format: 'jwk' }), kid: 'ed' };
    expect(JSON.stringify(problems(whole))).not.toContain(whole.d);
  });

  test('is no shared secret', () => {
    expect(problems({ kty: 'oct', kid: 'a', k: 'c2VjcmV0' })).toEqual({
      kty: expect.stringContaining('shared secret'),
    });
  });

  test.each([
    [{ kty: 'EC', crv: 'P-521' }, 'crv'],
    [{ kty: 'EC', crv: 'secp256k1' }, 'crv'],
    [{ kty: 'OKP', crv: 'X25519' }, 'crv'],
    [{ kty: 'OKP', crv: 'Ed448' }, 'crv'],
    [{ kty: 'OKP', crv: 'P-256' }, 'crv'],
    [{ kty: 'EC', crv: 'Ed25519' }, 'crv'],
    [{ kty: 'AKP' }, 'kty'],
    [{ kty: 'ec' }, 'kty'],
    [{ kty: null }, 'kty'],
    [{}, 'kty'],
  ])('of another kind is refused: %j', (kind, member) => {
    expect(Object.keys(problems({ kid: 'a', x: base64url(32), y: base64url(32), ...kind }))).toEqual([member]);
  });

  test.each([
    [{ x: base64url(31) }, 'x'],
    [{ y: base64url(33) }, 'y'],
    [{ x: `${base64url(32)}=` }, 'x'],
    [{ y: Buffer.alloc(32, 0xfb).toString('base64') }, 'y'],
    [{ x: 7 }, 'x'],
  ])('on a curve has coordinates of its size: %j', (change, member) => {
    expect(Object.keys(problems({ ...ec, ...change }))).toEqual([member]);
  });

  test.each([
    ['of order 1', `01${'00'.repeat(31)}`],
    ['of order 2', `ec${'ff'.repeat(30)}7f`],
    ['of order 4', '00'.repeat(32)],
    ['of order 8', '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05'],
    ['in another form', `ee${'ff'.repeat(30)}7f`],
  ])('by Ed25519 is not %s: anybody could sign for it', (_, hex) => {
    expect(problems({ ...ed, x: base64url(hex) })).toEqual({ x: expect.stringContaining('small order') });
  });

  test('by RSA has 2048 to 4096 bits', () => {
    const modulus = (bits: number) => {
      const hex = (1n << BigInt(bits - 1)).toString(16);
      return base64url(hex.length % 2 === 0 ? hex : `0${hex}`);
    };
    for (const bits of [2048, 2049, 3072, 4095, 4096]) expect(problems({ ...rsa, n: modulus(bits) })).toEqual({});
    for (const bits of [8, 512, 1024, 2047, 4097, 8192]) {
      expect(problems({ ...rsa, n: modulus(bits) })).toEqual({ n: expect.stringContaining('2048 to 4096 bits') });
    }
    const padded = base64url(`00${Buffer.from(rsa.n ?? '', 'base64url').toString('hex')}`);
    for (const n of ['', padded, `${rsa.n}=`, 3]) expect(Object.keys(problems({ ...rsa, n }))).toEqual(['n']);
  });

  test.each(['AQ', 'Aw', 'Ag', '', 'AAEAAQ', 65537])('by RSA has no exponent %j', (e) => {
    expect(Object.keys(problems({ ...rsa, e }))).toEqual(['e']);
  });

  test.each([
    [ec, 'ES384'],
    [ec, 'EdDSA'],
    [ec, 'ECDH-ES'],
    [ed, 'ES256'],
    [rsa, 'RS512'],
    [rsa, 'RSA-OAEP'],
    [rsa, 'HS256'],
    [rsa, 'none'],
    [rsa, ''],
  ])('is not for an algorithm that contradicts it (%#)', (key, alg) => {
    expect(Object.keys(problems({ ...key, alg }))).toEqual(['alg']);
  });

  test.each([{ use: 'enc' }, { use: '' }, { key_ops: ['sign'] }, { key_ops: [] }, { key_ops: 'verify' }])(
    'that is for something else is refused: %j',
    (change) => {
      expect(Object.keys(problems({ ...ec, ...change }))).toEqual(Object.keys(change));
    },
  );

  test('must have a name', () => {
    for (const kid of [undefined, '', 7, 'a\nb', 'ü', 'k'.repeat(257)]) {
      expect(Object.keys(problems({ ...ec, kid }))).toEqual(['kid']);
    }
    expect(problems({ ...ec, kid: 'https://shop.example.com/keys/1 (2026)' })).toEqual({});
  });

  test('fits the algorithms of its kind, or the one that it names', () => {
    const all = ['ES256', 'ES384', 'EdDSA', 'RS256', 'PS256', 'PS512'] as const;
    const fitting = (key: JsonWebKey) => all.filter((algorithm) => fits(key, algorithm));
    expect([fitting(ec), fitting(ed), fitting(rsa)]).toEqual([['ES256'], ['EdDSA'], ['RS256', 'PS256', 'PS512']]);
    expect([fitting({ ...ed, alg: 'Ed25519' }), fitting({ ...ed, alg: 'EdDSA' })]).toEqual([['EdDSA'], ['EdDSA']]);
    expect([fitting({ ...rsa, alg: 'PS256' }), fitting({ ...rsa, alg: 'ES256' })]).toEqual([['PS256'], []]);
    expect(fitting({ kty: 'constructor' })).toEqual([]);
  });
});

describe('inline keys', () => {
  const place = v.object(keyPlace(['ES256', 'EdDSA']));
  const issuesOf = (keys: unknown) => v.safeParse(place, { keys }).issues?.map(({ message }) => message) ?? [];

  test('are one to eight, each with a name of its own', () => {
    const named = (count: number) => Array.from({ length: count }, (_, i) => ({ ...ec, kid: `key-${i}` }));
    for (const count of [1, 2, 8]) expect(issuesOf(named(count))).toEqual([]);
    for (const count of [0, 9]) expect(issuesOf(named(count)).length).toBe(1);
    expect(issuesOf([ec, { ...ed, kid: 'ec' }])).toEqual(['Each key must have its own kid.']);
  });

  test('are of use for the scheme', () => {
    expect(issuesOf([ec, rsa])).toEqual([expect.stringContaining('ES256, EdDSA')]);
  });
});

describe('a published set', () => {
  const kidsOf = (json: unknown) => [
    ...(readKeySet(utf8(typeof json === 'string' ? json : JSON.stringify(json)))?.keys() ?? ['none']),
  ];

  test('has the keys that are fit to trust, whatever else is in it', () => {
    const other = [
      { ...rsa, kid: 'enc', use: 'enc' },
      { kty: 'oct', kid: 'oct', k: 'c2VjcmV0' },
      { ...ec, kid: 'private', d: 'AQAB' },
      { ...ec, kid: undefined },
      { kty: 'OKP', crv: 'X25519', kid: 'x', x: base64url(32) },
      null,
      'key',
    ];
    expect(kidsOf({ keys: [...other, ec, ed, rsa], issuer: 'shop' })).toEqual(['ec', 'ed', 'rsa']);
  });

  test('has no key under a name that two of them share, for which of them would it be?', () => {
    expect(kidsOf({ keys: [ec, { ...ed, kid: 'ec' }, rsa] })).toEqual(['rsa']);
    expect(kidsOf({ keys: [ec, ec] })).toEqual([]);
    expect(kidsOf({ keys: [ec, { ...rsa, kid: 'ec', use: 'enc' }] })).toEqual(['ec']);
  });

  test('may be empty, or name its keys as it likes', () => {
    expect(kidsOf({ keys: [] })).toEqual([]);
    expect(kidsOf({ keys: [{ ...ec, kid: 'constructor' }] })).toEqual(['constructor']);
  });

  test.each(['', '{', 'null', '[]', '{}', '{"keys":{}}', '{"keys":null}', '"keys"', '<html>', '{"keys":[],"keys":[]}'])(
    '%j is none',
    (text) => expect(kidsOf(text)).toEqual(['none']),
  );

  test('of more than 64 keys is none', () => {
    const many = (count: number) => ({ keys: Array.from({ length: count }, (_, i) => ({ ...ec, kid: `key-${i}` })) });
    expect(kidsOf(many(64))).toHaveLength(64);
    expect(kidsOf(many(65))).toEqual(['none']);
  });
});

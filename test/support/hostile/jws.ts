import { createHmac } from 'node:crypto';
import type { SenderKey } from '../sender-keys.ts';
import { event, order } from './bodies.ts';
import { type Case, IGNORED, MALFORMED, REFUSED, REPEATED } from './case.ts';
import { withTrailingBits } from './encodings.ts';
import { edit, headerOf, join, type Post, set } from './post.ts';
import { now } from './senders.ts';
import type { Target } from './target.ts';

const HEADER = 'x-jws-signature';
const ZEROS = 'A'.repeat(86);

type Members = Record<string, unknown>;

/** Signed by the right key as they stand. */
const MEMBERS: [title: string, header: Members, expected: Case[2]][] = [
  ['no algorithm', { alg: undefined }, MALFORMED],
  ['an algorithm that is a number', { alg: 256 }, MALFORMED],
  ['an algorithm in a list', { alg: ['ES256'] }, MALFORMED],
  ['an algorithm of 1,000 characters', { alg: 'ES256'.repeat(200) }, MALFORMED],
  ['the algorithm none', { alg: 'none' }, REFUSED],
  ['the algorithm None', { alg: 'nOnE' }, REFUSED],
  ['an algorithm in small letters', { alg: 'es256' }, REFUSED],
  ['an algorithm with a blank', { alg: 'ES256 ' }, REFUSED],
  ['an algorithm of JavaScript', { alg: 'constructor' }, REFUSED],
  ['the algorithm of another curve', { alg: 'ES384' }, REFUSED],
  ['the algorithm of another kind of key', { alg: 'RS256' }, REFUSED],
  ['the algorithm of Edwards curves', { alg: 'EdDSA' }, REFUSED],
  ['no kid', { kid: undefined }, MALFORMED],
  ['an empty kid', { kid: '' }, MALFORMED],
  ['a kid that is a number', { kid: 1 }, MALFORMED],
  ['a kid of 2,000 characters', { kid: 'k'.repeat(2000) }, MALFORMED],
  ['a kid that nobody knows', { kid: 'unknown' }, REFUSED],
  ['the kid of another key', { kid: 'ed' }, REFUSED],
  ['a kid of SQL', { kid: "' or 1=1 --" }, REFUSED],
  ['a kid that is a path', { kid: '../../../../dev/null' }, REFUSED],
  ['a kid of JavaScript', { kid: '__proto__' }, REFUSED],
  ['no iat', { iat: undefined }, MALFORMED],
  ['an iat as text', { iat: '1795291200' }, MALFORMED],
  ['a negative iat', { iat: -1795291200 }, MALFORMED],
  ['an iat of zero', { iat: 0 }, MALFORMED],
  ['an iat beyond all times', { iat: 9e15 }, MALFORMED],
  ['an iat of null, as NaN is written', { iat: Number.NaN }, MALFORMED],
  ['no jti', { jti: undefined }, MALFORMED],
  ['an empty jti', { jti: '' }, MALFORMED],
  ['a jti with a blank', { jti: 'a b' }, MALFORMED],
  ['a jti of 257 characters', { jti: 'j'.repeat(257) }, MALFORMED],
  ['a jti that is a number', { jti: 1 }, MALFORMED],
  ['a jwk', { jwk: { kty: 'EC' } }, REFUSED],
  ['an empty jwk', { jwk: null }, REFUSED],
  ['a jku', { jku: 'https://attacker.example.com/jwks.json' }, REFUSED],
  ['an x5u', { x5u: 'https://attacker.example.com/cert.pem' }, REFUSED],
  ['an x5c', { x5c: ['MIIB'] }, REFUSED],
  ['a crit that nobody knows', { crit: ['exp'], exp: 1 }, REFUSED],
  ['a crit of a registered member', { crit: ['alg'] }, REFUSED],
  ['a crit of what is not there', { crit: ['b64'] }, REFUSED],
  ['an empty crit', { crit: [] }, REFUSED],
  ['a crit that names one twice', { crit: ['iat', 'iat'] }, REFUSED],
  ['a crit that is a text', { crit: 'b64' }, MALFORMED],
  ['a crit of numbers', { crit: [1] }, MALFORMED],
  ['a crit of JavaScript', { crit: ['constructor'] }, REFUSED],
  ['b64 false without crit', { b64: false }, REFUSED],
  ['b64 true without crit', { b64: true }, REFUSED],
  ['b64 as text', { b64: 'false', crit: ['b64'] }, MALFORMED],
  ['b64 null', { b64: null, crit: ['b64'] }, MALFORMED],
  ['b64 false over an encoded payload', { b64: false, crit: ['b64'] }, REFUSED],
];

/** Protected headers as texts, signed by the right key. */
const TEXTS: [title: string, text: () => string][] = [
  ['that names its algorithm twice', () => `{"alg":"none",${members().slice(1)}`],
  ['that names its algorithm twice by way of an escape', () => `{"\\u0061lg":"none",${members().slice(1)}`],
  ['that has a __proto__', () => `{"__proto__":{"alg":"none"},${members().slice(1)}`],
  ['that starts with a byte-order mark', () => `\ufeff${members()}`],
  ['that is a list', () => `[${members()}]`],
  ['that is no JSON', () => `${members()}}`],
  ['that is 33 levels deep', () => `{"x":${'['.repeat(32)}${']'.repeat(32)},${members().slice(1)}`],
  ['that has an iat of 1e400', () => members().replace(/"iat":\d+/, '"iat":1e400')],
  ['that is longer than 3,000 characters', () => `{"x":"${'x'.repeat(3000)}",${members().slice(1)}`],
];

/** How the token is written. */
const TOKENS: [title: string, change: (token: string) => string, expected: Case[2]][] = [
  [
    'with the payload in it',
    (token) => token.replace('..', `.${Buffer.from(order()).toString('base64url')}.`),
    MALFORMED,
  ],
  ['with a part too many', (token) => `${token}.`, MALFORMED],
  ['without its signature', (token) => token.replace(/\.\..*/, '..'), MALFORMED],
  ['without its header', (token) => token.replace(/.*\.\./, '..'), MALFORMED],
  ['with padding', (token) => `${token}==`, MALFORMED],
  ['with stray trailing bits in its header', (token) => token.replace(/^[^.]+/, aliased), MALFORMED],
  ['with stray trailing bits in its signature', (token) => token.replace(/[^.]+$/, aliased), MALFORMED],
  ['with a signature of zeros', (token) => token.replace(/[^.]+$/, ZEROS), REFUSED],
  ['with a signature in DER', (token) => token.replace(/[^.]+$/, toDer), REFUSED],
  ['with a signature as long as RSA makes them', (token) => token.replace(/[^.]+$/, 'A'.repeat(342)), REFUSED],
  ['as JSON', (token) => `{"protected":"${token.replace('..', '","signature":"')}"}`, MALFORMED],
  ['behind a scheme of authentication', (token) => `Bearer ${token}`, MALFORMED],
];

export const jws: Case[] = [
  ['an iat 310 seconds old', (t) => t.jws(order(), { header: { iat: now() - 310 } }), REFUSED],
  ['an iat 310 seconds ahead', (t) => t.jws(order(), { header: { iat: now() + 310 } }), REFUSED],
  ['an iat in milliseconds', (t) => t.jws(order(), { header: { iat: Date.now() } }), MALFORMED],
  ['an iat with a fraction', (t) => t.jws(order(), { header: { iat: now() + 0.5 } }), MALFORMED],
  ...MEMBERS.map(([title, header, expected]): Case => [title, (t) => t.jws(order(), { header }), expected]),
  ...TEXTS.map(([title, text]): Case => [`a header ${title}`, (t) => t.jws(order(), { text: text() }), MALFORMED]),
  ...TOKENS.map(
    ([title, change, expected]): Case => [`a token ${title}`, (t) => edit(t.jws(), HEADER, change), expected],
  ),
  ['a token joined with itself', (t) => join(t.jws(), HEADER), MALFORMED],
  ['a payload as it is where the header says nothing of it', (t) => t.jws(order(), { encoded: false }), REFUSED],
  ['a signature by the key that the header brings along', broughtAlong, REFUSED],
  [
    'a signature by a key of somebody else under a known kid',
    (t) => t.jws(order(), { key: { ...t.keyOfNobody, kid: 'ed' }, header: { alg: 'EdDSA' } }),
    REFUSED,
  ],
  [
    'RS256 under the name of PS256',
    (t) => t.jws(order(), { key: t.secretOf.jws.rsa, header: { alg: 'PS256' } }),
    REFUSED,
  ],
  [
    'PS256 under the name of RS256',
    (t) => t.jws(order(), { key: t.secretOf.jws.rsa, header: { alg: 'RS256' }, pss: true }),
    REFUSED,
  ],
  ['HS256 with the public key as the secret', (t) => byPublicKey(t, 'HS256'), REFUSED],
  ['HS512 with the public key as the secret', (t) => byPublicKey(t, 'HS512'), REFUSED],
  ['the algorithm none without a signature', unsigned, MALFORMED],
  ['the same message once more', (t) => again(t, (post) => post), REPEATED],
  [
    'the same message once more, with the other signature that holds as well',
    (t) => again(t, (post) => edit(post, HEADER, (token) => token.replace(/[^.]+$/, negated))),
    REPEATED,
  ],
];

function members(): string {
  return JSON.stringify({ alg: 'ES256', kid: 'ec', iat: now(), jti: 'jti' });
}

/** Another text for the same bytes, whatever their number. */
function aliased(text: string): string {
  return text.length % 4 === 0 ? `${text}A` : withTrailingBits(text);
}

function toDer(text: string): string {
  const bytes = Buffer.from(text, 'base64url');
  const integer = (part: Buffer) => Buffer.concat([Buffer.of(2, 33, 0), part]);
  const both = Buffer.concat([integer(bytes.subarray(0, 32)), integer(bytes.subarray(32))]);
  return Buffer.concat([Buffer.of(0x30, both.length), both]).toString('base64url');
}

/** With (r, s) of ECDSA, (r, n - s) holds too. */
function negated(text: string): string {
  const bytes = Buffer.from(text, 'base64url');
  const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
  const other = order - BigInt(`0x${bytes.toString('hex', 32)}`);
  Buffer.from(other.toString(16).padStart(64, '0'), 'hex').copy(bytes, 32);
  return bytes.toString('base64url');
}

function broughtAlong(t: Target): Post {
  const { privateKey, publicJwk } = t.keyOfNobody;
  const key: SenderKey = { kid: 'ed', privateKey, publicJwk };
  return t.jws(order(), { key, header: { alg: 'EdDSA', jwk: publicJwk } });
}

/** The confusion that RFC 8725 §2.1 tells of. */
function byPublicKey(t: Target, alg: 'HS256' | 'HS512'): Post {
  const post = t.jws(order(), { header: { alg } });
  const [head = ''] = headerOf(post, HEADER).split('.');
  const secret = JSON.stringify(t.secretOf.jws.ec.publicJwk);
  const signed = `${head}.${post.body.toString('base64url')}`;
  return set(
    post,
    HEADER,
    `${head}..${createHmac(alg.replace('HS', 'sha'), secret).update(signed).digest('base64url')}`,
  );
}

function unsigned(t: Target): Post {
  return edit(t.jws(order(), { header: { alg: 'none' } }), HEADER, (token) => token.replace(/[^.]+$/, ''));
}

async function again(t: Target, change: (post: Post) => Post): Promise<Post> {
  const post = t.jws(event('newsletter.opened', {}));
  await t.takes(post, IGNORED);
  return change(post);
}

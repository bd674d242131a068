import { createHmac, sign } from 'node:crypto';
import { event, fresh, order } from './bodies.ts';
import { type Case, IGNORED, MALFORMED, NO_HTTP, REFUSED, REPEATED } from './case.ts';
import { raw, toUrlAlphabet, until, withTrailingBits } from './encodings.ts';
import { add, drop, edit, headerOf, join, type Post, rename, set, withBody } from './post.ts';
import { now } from './senders.ts';
import type { Target } from './target.ts';

const SIGNATURE = 'webhook-signature';
const TIMESTAMP = 'webhook-timestamp';
const ID = 'webhook-id';

/** Each signed as it stands, so that nothing but its form speaks against it. */
const TIMES: [title: string, at: () => string][] = [
  ['a timestamp that is no number', () => 'NaN'],
  ['an infinite timestamp', () => 'Infinity'],
  ['a timestamp with an exponent', () => `${now() / 1000}e3`],
  ['a timestamp with a plus', () => `+${now()}`],
  ['a negative timestamp', () => `-${now()}`],
  ['a timestamp with a leading zero', () => `0${now()}`],
  ['a timestamp with a fraction', () => `${now()}.0`],
  ['a timestamp in hex', () => `0x${now().toString(16)}`],
  ['a timestamp with separators', () => `${now()}`.replace(/(\d)(?=(\d{3})+$)/g, '$1_')],
  ['a timestamp of 400 digits', () => '9'.repeat(400)],
  ['a timestamp of zero', () => '0'],
  ['a timestamp as a date', () => new Date().toISOString()],
  ['a timestamp with another behind it', () => `${now()} ${now()}`],
  [
    'a timestamp in other digits than ours',
    () => raw(`${now()}`.replace(/\d/g, (digit) => '٠١٢٣٤٥٦٧٨٩'.charAt(Number(digit)))),
  ],
];

const IDS: [title: string, id: string][] = [
  ['an id with the full stop that divides the signed parts', 'msg.1'],
  ['an id of 257 characters', 'm'.repeat(257)],
  ['an id of 10,000 characters', 'm'.repeat(10_000)],
  ['an id that was joined of two', 'msg_1, msg_1'],
  ['an id in letters beyond ASCII', raw('msg_é')],
  ['an id of SQL', "';drop table orders--"],
];

export const standardWebhooks: Case[] = [
  ['a timestamp 310 seconds old', (t) => t.v1(order(), { at: now() - 310 }), REFUSED],
  ['a timestamp 310 seconds ahead', (t) => t.v1(order(), { at: now() + 310 }), REFUSED],
  ['a timestamp in milliseconds', (t) => t.v1(order(), { at: Date.now() }), REFUSED],
  ['a timestamp of the year 31,690,708', (t) => t.v1(order(), { at: '999999999999999' }), REFUSED],
  [
    'a stale callback that was dated anew',
    (t) => set(t.v1(order(), { at: now() - 310 }), TIMESTAMP, `${now()}`),
    REFUSED,
  ],
  ['an id that was changed after signing', (t) => set(t.v1(), ID, 'msg_other'), REFUSED],
  ...TIMES.map(([title, at]): Case => [title, (t) => t.v1(order(), { at: at() }), MALFORMED]),
  ...IDS.map(([title, id]): Case => [title, (t) => t.v1(order(), { id }), MALFORMED]),
  ['no timestamp', (t) => drop(t.v1(), TIMESTAMP), MALFORMED],
  ['two timestamps', (t) => add(t.v1(), TIMESTAMP, `${now()}`), MALFORMED],
  ['no id', (t) => drop(t.v1(), ID), MALFORMED],
  ['two ids', (t) => add(t.v1(), ID, 'msg_other'), MALFORMED],
  ['a border of the signed parts that was moved from the id into the timestamp', movedBorder, REFUSED],
  ['a signature without padding', (t) => signature(t, (text) => text.replace(/=$/, '')), MALFORMED],
  ['a signature with too much padding', (t) => signature(t, (text) => `${text}=`), MALFORMED],
  ['a signature with stray trailing bits', (t) => signature(t, withTrailingBits), MALFORMED],
  ['a signature in the URL alphabet', inUrlAlphabet, MALFORMED],
  ['a signature with a blank in it', (t) => signature(t, (text) => text.replace(/^(v1,.{10})/, '$1 ')), MALFORMED],
  [
    'a signature in hex',
    (t) => signature(t, (text) => `v1,${Buffer.from(text.slice(3), 'base64').toString('hex')}`),
    MALFORMED,
  ],
  [
    'a signature of 31 bytes',
    (t) => signature(t, (text) => `v1,${recoded(text, (mac) => mac.subarray(1))}`),
    MALFORMED,
  ],
  [
    'a signature with a byte too many',
    (t) => signature(t, (text) => `v1,${recoded(text, (mac) => Buffer.concat([mac, Buffer.of(0)]))}`),
    MALFORMED,
  ],
  ['a signature of zeros', (t) => set(t.v1(), SIGNATURE, `v1,${'A'.repeat(43)}=`), REFUSED],
  ['a signature whose version is in capitals', (t) => signature(t, (text) => text.replace('v1', 'V1')), MALFORMED],
  ['a signature without its version', (t) => signature(t, (text) => text.slice(3)), MALFORMED],
  ['a signature as Stripe writes it', (t) => signature(t, (text) => text.replace(',', '=')), MALFORMED],
  ['a signature of a version to come alone', (t) => signature(t, (text) => text.replace('v1', 'v2')), REFUSED],
  ['eleven signatures, the good one last', (t) => signature(t, (text) => `${'v2,AAAA '.repeat(10)}${text}`), MALFORMED],
  ['signatures that were joined by a comma', (t) => join(t.v1(), SIGNATURE), MALFORMED],
  ['signatures divided by a tab', (t) => join(t.v1(), SIGNATURE, '\t'), MALFORMED],
  ['signatures divided by two blanks', (t) => join(t.v1(), SIGNATURE, '  '), MALFORMED],
  [
    'a list of signatures of 100,000 characters',
    (t) => signature(t, (text) => `${'v2,AAAA '.repeat(12_500)}${text}`.slice(-60_000)),
    MALFORMED,
  ],
  ['headers under the names of Svix beside the standard ones', (t) => add(t.v1(), 'svix-id', 'msg_1'), MALFORMED],
  ['headers half under the names of Svix', (t) => rename(t.v1(), ID, 'svix-id'), MALFORMED],
  ['a header with an underscore for its hyphen', (t) => rename(t.v1(), ID, 'webhook_id'), MALFORMED],
  ['a header with a blank before its colon', (t) => rename(t.v1(), ID, `${ID} `), NO_HTTP],
  ['a header with a NUL in its value', (t) => set(t.v1(), ID, 'msg\0'), NO_HTTP],
  ['a signature folded over two lines', (t) => signature(t, (text) => `${text}\r\n ${text}`), NO_HTTP],
  ['a signature by an empty key', (t) => signedBy(t, ''), REFUSED],
  ['a signature by the text of the secret', (t) => signedBy(t, t.secretOf.v1), REFUSED],
  ['a signature by the text of the secret behind its prefix', (t) => signedBy(t, t.secretOf.v1.slice(6)), REFUSED],
  ['a signature by what is shown of the secret', (t) => signedBy(t, t.secretOf.v1.slice(-4)), REFUSED],
  ['a signature by SHA-1', (t) => signedBy(t, Buffer.from(t.secretOf.v1.slice(6), 'base64'), 'sha1'), MALFORMED],
  ['a signature of the body alone', (t) => bodyAlone(t), REFUSED],
  ['the same message once more', (t) => again(t), REPEATED],
];

export const ed25519: Case[] = [
  ['a timestamp 310 seconds old', (t) => t.v1a(order(), { at: now() - 310 }), REFUSED],
  ['a timestamp 310 seconds ahead', (t) => t.v1a(order(), { at: now() + 310 }), REFUSED],
  ['a timestamp with a leading zero', (t) => t.v1a(order(), { at: `0${now()}` }), MALFORMED],
  ['a signature by a key of somebody else', (t) => t.v1a(order(), {}, t.keyOfNobody), REFUSED],
  ['a signature of zeros', (t) => set(t.v1a(), SIGNATURE, `v1a,${'A'.repeat(86)}==`), REFUSED],
  ['a signature with the order of the group added to it', (t) => edit(t.v1a(), SIGNATURE, withOrderAdded), REFUSED],
  ['a signature with stray trailing bits', (t) => edit(t.v1a(), SIGNATURE, withTrailingBits), MALFORMED],
  ['a signature without padding', (t) => edit(t.v1a(), SIGNATURE, (text) => text.replace('==', '')), MALFORMED],
  ['an HMAC in the place of the signature', (t) => set(t.v1a(), SIGNATURE, `v1a,${'A'.repeat(43)}=`), MALFORMED],
  ['an HMAC of version 1 with the public key as its secret', publicKeyAsSecret, REFUSED],
  ['a signature of the body alone', (t) => ofBodyAlone(t), REFUSED],
];

function signature(t: Target, change: (value: string) => string): Post {
  return edit(t.v1(), SIGNATURE, change);
}

function recoded(text: string, change: (mac: Buffer) => Buffer): string {
  return change(Buffer.from(text.slice(3), 'base64')).toString('base64');
}

function inUrlAlphabet(t: Target): Post {
  const post = until(t.v1, (made) => /[+/]/.test(headerOf(made, SIGNATURE)));
  return edit(post, SIGNATURE, toUrlAlphabet);
}

/** `a.1.body` is signed alike for the id `a` and the time 1 as for ids and times that share the text in another way. */
function movedBorder(t: Target): Post {
  const at = `${now()}`;
  const post = t.v1(order(), { id: 'msg', at });
  return withBody(set(set(post, ID, 'msg'), TIMESTAMP, `${now() - 1}`), `${at}.${post.body}`);
}

function signedBy(t: Target, key: string | Buffer, hash = 'sha256'): Post {
  const post = t.v1();
  const content = Buffer.concat([Buffer.from(`${headerOf(post, ID)}.${headerOf(post, TIMESTAMP)}.`), post.body]);
  return set(post, SIGNATURE, `v1,${createHmac(hash, key).update(content).digest('base64')}`);
}

function bodyAlone(t: Target): Post {
  const post = t.v1();
  const key = Buffer.from(t.secretOf.v1.slice(6), 'base64');
  return set(post, SIGNATURE, `v1,${createHmac('sha256', key).update(post.body).digest('base64')}`);
}

function ofBodyAlone(t: Target): Post {
  const post = t.v1a();
  const mac = sign(null, post.body, t.secretOf.v1a.privateKey);
  return set(post, SIGNATURE, `v1a,${mac.toString('base64')}`);
}

function publicKeyAsSecret(t: Target): Post {
  const { x = '' } = t.secretOf.v1a.publicJwk;
  const secret = Buffer.from(x, 'base64url').toString('base64');
  return { ...t.v1(order(), { secret }), target: t.v1a().target };
}

/** The second half of a signature is a number below the order of the group: with the order added to it, it is equal again. */
function withOrderAdded(text: string): string {
  const bytes = Buffer.from(text.slice(4), 'base64');
  const order = 2n ** 252n + 27742317777372353535851937790883648493n;
  const number = BigInt(`0x${Buffer.from(bytes.subarray(32)).reverse().toString('hex')}`) + order;
  Buffer.from(number.toString(16).padStart(64, '0'), 'hex').reverse().copy(bytes, 32);
  return `v1a,${bytes.toString('base64')}`;
}

/** The first of them is not our business: its id is remembered all the same. */
async function again(t: Target): Promise<Post> {
  const post = t.v1(event('newsletter.opened', {}), { id: `msg_${fresh()}` });
  await t.takes(post, IGNORED);
  return post;
}

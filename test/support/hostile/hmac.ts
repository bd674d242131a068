import { createHmac } from 'node:crypto';
import { order } from './bodies.ts';
import { type Case, MALFORMED, REFUSED } from './case.ts';
import { toUrlAlphabet, until, withTrailingBits } from './encodings.ts';
import { add, drop, edit, headerOf, join, type Post, set, withBody } from './post.ts';
import { now } from './senders.ts';
import type { Target } from './target.ts';

const MAC = 'x-signature';
const SUM = 'x-sum';

export const hmac: Case[] = [
  ['an HMAC in upper-case hex', (t) => edit(t.hmac(), MAC, (hex) => hex.toUpperCase()), MALFORMED],
  [
    'an HMAC with one digit in upper case',
    (t) => edit(lettered(t), MAC, (hex) => hex.replace(/[a-f]/, (c) => c.toUpperCase())),
    MALFORMED,
  ],
  ['an HMAC with a digit too few', (t) => edit(t.hmac(), MAC, (hex) => hex.slice(1)), MALFORMED],
  ['an HMAC with a byte too many', (t) => edit(t.hmac(), MAC, (hex) => `${hex}00`), MALFORMED],
  ['an HMAC behind 0x', (t) => edit(t.hmac(), MAC, (hex) => `0x${hex}`), MALFORMED],
  [
    'an HMAC with a prefix that the source does not have',
    (t) => edit(t.hmac(), MAC, (hex) => `sha256=${hex}`),
    MALFORMED,
  ],
  ['an HMAC with blanks in it', (t) => edit(t.hmac(), MAC, (hex) => hex.replace(/(..)/g, '$1 ').trim()), MALFORMED],
  ['an HMAC in base64', (t) => edit(t.hmac(), MAC, (hex) => Buffer.from(hex, 'hex').toString('base64')), MALFORMED],
  ['an HMAC joined with itself', (t) => join(t.hmac(), MAC), MALFORMED],
  ['an HMAC of 8 kB', (t) => edit(t.hmac(), MAC, (hex) => hex.repeat(125)), MALFORMED],
  [
    'an HMAC by SHA-1',
    (t) => set(t.hmac(), MAC, createHmac('sha1', t.secretOf.hmac).update('x').digest('hex')),
    MALFORMED,
  ],
  ['an HMAC by SHA-512 cut to the right length', (t) => bySha512(t), REFUSED],
  ['an HMAC by the bytes that the secret is the hex of', (t) => byBytes(t), REFUSED],
  ['an HMAC by an empty key', (t) => t.hmac(order(), ''), REFUSED],
  ['an HMAC by the secret of another source', (t) => t.hmac(order(), t.secretOf.timedHmac), REFUSED],
  ['an HMAC of zeros', (t) => set(t.hmac(), MAC, '0'.repeat(64)), REFUSED],
  ['an HMAC of nothing', (t) => set(t.hmac(), MAC, createHmac('sha256', t.secretOf.hmac).digest('hex')), REFUSED],
  [
    'a length extension of the body',
    (t) => withBody(t.hmac(), `${t.hmac().body}${'\0'.repeat(9)}{"type":"x"}`),
    REFUSED,
  ],
  ['a timed HMAC 310 seconds old', (t) => t.timedHmac(order(), { at: now() - 310 }), REFUSED],
  ['a timed HMAC 310 seconds ahead', (t) => t.timedHmac(order(), { at: now() + 310 }), REFUSED],
  ['a timed HMAC in the other unit', (t) => t.timedHmac(order(), { at: Date.now() }), REFUSED],
  [
    'a timed HMAC that was dated anew',
    (t) => set(t.timedHmac(order(), { at: now() - 310 }), 'x-time', `${now()}`),
    REFUSED,
  ],
  ['a timed HMAC with another id', (t) => set(t.timedHmac(), 'x-id', 'msg_other'), REFUSED],
  ['a timed HMAC without its time', (t) => drop(t.timedHmac(), 'x-time'), MALFORMED],
  ['a timed HMAC without its id', (t) => drop(t.timedHmac(), 'x-id'), MALFORMED],
  ['a timed HMAC with two times', (t) => add(t.timedHmac(), 'x-time', `${now()}`), MALFORMED],
  ['a timed HMAC with two ids', (t) => add(t.timedHmac(), 'x-id', 'msg_other'), MALFORMED],
  ['a timed HMAC whose id holds a full stop', (t) => t.timedHmac(order(), { id: 'msg.1' }), MALFORMED],
  ['a timed HMAC with an empty id', (t) => t.timedHmac(order(), { id: '' }), MALFORMED],
  ...['NaN', '-1', '+1795291200', '01795291200', '1795291200.5', '1.7952912e9', '', '1795291200, 1795291200'].map(
    (at): Case => [`a timed HMAC whose time is "${at}"`, (t) => t.timedHmac(order(), { at }), MALFORMED],
  ),
  ['a timed HMAC without its prefix', (t) => edit(t.timedHmac(), SUM, (text) => text.replace('v1=', '')), MALFORMED],
  [
    'a timed HMAC with its prefix in capitals',
    (t) => edit(t.timedHmac(), SUM, (text) => text.replace('v1', 'V1')),
    MALFORMED,
  ],
  ['a timed HMAC with its prefix twice', (t) => edit(t.timedHmac(), SUM, (text) => `v1=${text}`), MALFORMED],
  ['a timed HMAC without padding', (t) => edit(t.timedHmac(), SUM, (text) => text.replace(/=$/, '')), MALFORMED],
  ['a timed HMAC with stray trailing bits', (t) => edit(t.timedHmac(), SUM, withTrailingBits), MALFORMED],
  [
    'a timed HMAC in the URL alphabet',
    (t) =>
      edit(
        until(t.timedHmac, (post) => /[+/]/.test(headerOf(post, SUM))),
        SUM,
        toUrlAlphabet,
      ),
    MALFORMED,
  ],
];

function lettered(t: Target): Post {
  return until(t.hmac, (post) => /[a-f]/.test(headerOf(post, MAC)));
}

function bySha512(t: Target): Post {
  const post = t.hmac();
  return set(post, MAC, createHmac('sha512', t.secretOf.hmac).update(post.body).digest('hex').slice(0, 64));
}

function byBytes(t: Target): Post {
  const post = t.hmac();
  return set(post, MAC, createHmac('sha256', Buffer.from(t.secretOf.hmac, 'hex')).update(post.body).digest('hex'));
}

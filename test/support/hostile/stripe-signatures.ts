import { createHmac } from 'node:crypto';
import { fresh, stripeOrder } from './bodies.ts';
import { type Case, MALFORMED, REFUSED } from './case.ts';
import { until } from './encodings.ts';
import { edit, headerOf, join, type Post, set } from './post.ts';
import { now } from './senders.ts';
import type { Target } from './target.ts';

const HEADER = 'stripe-signature';

const TIMES = ['NaN', '1e9', '-1795291200', '+1795291200', '01795291200', '1795291200.0', '', '0', '9'.repeat(30)];

export const stripeSignatures: Case[] = [
  ...TIMES.map((at): Case => [`t=${at}, signed as it stands`, (t) => t.stripe(stripeOrder(), { at }), MALFORMED]),
  ['a time 310 seconds old', (t) => t.stripe(stripeOrder(), { at: now() - 310 }), REFUSED],
  ['a time 310 seconds ahead', (t) => t.stripe(stripeOrder(), { at: now() + 310 }), REFUSED],
  ['a time in milliseconds', (t) => t.stripe(stripeOrder(), { at: Date.now() }), REFUSED],
  [
    'a time that was dated anew',
    (t) => edit(t.stripe(stripeOrder(), { at: now() - 310 }), HEADER, (text) => text.replace(/t=\d+/, `t=${now()}`)),
    REFUSED,
  ],
  [
    'an old time with a new one before it',
    (t) => edit(t.stripe(stripeOrder(), { at: now() - 310 }), HEADER, (text) => `t=${now()},${text}`),
    MALFORMED,
  ],
  [
    'an old time with a new one behind it',
    (t) => edit(t.stripe(stripeOrder(), { at: now() - 310 }), HEADER, (text) => `${text},t=${now()}`),
    MALFORMED,
  ],
  ['the same time twice', (t) => header(t, (text) => `${text.split(',')[0]},${text}`), MALFORMED],
  ['no time', (t) => header(t, (text) => text.replace(/t=\d+,/, '')), MALFORMED],
  ['a time alone', (t) => header(t, (text) => text.replace(/,v1=.*/, '')), MALFORMED],
  ['an empty signature', (t) => header(t, (text) => text.replace(/v1=.*/, 'v1=')), MALFORMED],
  [
    'a signature in upper-case hex',
    (t) => header(t, (text) => text.replace(/[0-9a-f]{64}/, (hex) => hex.toUpperCase())),
    MALFORMED,
  ],
  [
    'a signature in base64',
    (t) => header(t, (text) => text.replace(/[0-9a-f]{64}/, (hex) => Buffer.from(hex, 'hex').toString('base64'))),
    MALFORMED,
  ],
  ['a signature with a digit too few', (t) => header(t, (text) => text.slice(0, -1)), MALFORMED],
  ['a signature with a digit too many', (t) => header(t, (text) => `${text}0`), MALFORMED],
  ['a signature of the old version alone', (t) => header(t, (text) => text.replace('v1=', 'v0=')), MALFORMED],
  ['a signature whose version has a leading zero', (t) => header(t, (text) => text.replace('v1=', 'v01=')), MALFORMED],
  ['a signature whose version is in capitals', (t) => header(t, (text) => text.replace('v1=', 'V1=')), MALFORMED],
  [
    'eleven signatures, the good one last',
    (t) => header(t, (text) => text.replace(',', `,${`v1=${'0'.repeat(64)},`.repeat(10)}`)),
    MALFORMED,
  ],
  ['parts divided by a comma and a blank', (t) => header(t, (text) => text.replace(',', ', ')), MALFORMED],
  ['parts divided by semicolons', (t) => header(t, (text) => text.replace(',', ';')), MALFORMED],
  ['a comma too many', (t) => header(t, (text) => `${text},`), MALFORMED],
  ['blanks around the equals signs', (t) => header(t, (text) => text.replaceAll('=', ' = ')), MALFORMED],
  ['the header joined with itself', (t) => join(t.stripe(), HEADER), MALFORMED],
  ['the header joined with itself without a blank', (t) => join(t.stripe(), HEADER, ','), MALFORMED],
  ['parts that nobody knows', (t) => header(t, (text) => `${text},x=1`), MALFORMED],
  ['a header of 60 kB', (t) => header(t, (text) => `${text}${`,v0=${'0'.repeat(64)}`.repeat(880)}`), MALFORMED],
  [
    'ten signatures, none of them good',
    (t) =>
      header(t, (text) =>
        text.replace(
          /v1=.*/,
          Array(10)
            .fill(`v1=${'0'.repeat(64)}`)
            .join(),
        ),
      ),
    REFUSED,
  ],
  [
    'a signature by the secret behind its prefix',
    (t) => t.stripe(stripeOrder(), { secret: t.secretOf.stripe.slice(6) }),
    REFUSED,
  ],
  ['a signature by the bytes that Standard Webhooks would take from the secret', byDecodedSecret, REFUSED],
  ['a signature by an empty secret', (t) => t.stripe(stripeOrder(), { secret: '' }), REFUSED],
  ['a signature of the body without its time', ofBodyAlone, REFUSED],
  ['a border between time and body that was moved', movedBorder, REFUSED],
];

function header(t: Target, change: (value: string) => string): Post {
  const post = until(
    () => t.stripe(),
    (made) => /v1=.*[a-f]/.test(headerOf(made, HEADER)),
  );
  return edit(post, HEADER, change);
}

function byDecodedSecret(t: Target): Post {
  const post = t.stripe();
  const [, at = ''] = /t=(\d+)/.exec(headerOf(post, HEADER)) ?? [];
  const key = Buffer.from(t.secretOf.stripe.slice(6), 'base64');
  const mac = createHmac('sha256', key).update(`${at}.`).update(post.body).digest('hex');
  return set(post, HEADER, `t=${at},v1=${mac}`);
}

function ofBodyAlone(t: Target): Post {
  const post = t.stripe();
  const mac = createHmac('sha256', t.secretOf.stripe).update(post.body).digest('hex');
  return set(post, HEADER, `t=${now()},v1=${mac}`);
}

/** `12.3.{}` as the time 12 with the body `3.{}`, or the time 12.3, which is none. */
function movedBorder(t: Target): Post {
  const at = `${now()}`;
  const post = t.stripe(`${fresh()}.${stripeOrder()}`, { at });
  const [inserted = ''] = post.body.toString().split('.', 1);
  const moved = edit(post, HEADER, (text) => text.replace(at, inserted.slice(0, 10)));
  return { ...moved, body: post.body.subarray(inserted.length + 1) };
}

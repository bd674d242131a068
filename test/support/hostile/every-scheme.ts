import { type Case, MALFORMED, REFUSED } from './case.ts';
import { double, drop, type Post, set, withBody } from './post.ts';
import { SENDERS, type SenderName } from './senders.ts';
import type { Target } from './target.ts';

/** The header that carries the signature. */
const SIGNATURE: Record<SenderName, string> = {
  v1: 'webhook-signature',
  v1a: 'webhook-signature',
  hmac: 'x-signature',
  timedHmac: 'x-sum',
  stripe: 'stripe-signature',
  shopify: 'x-shopify-hmac-sha256',
  woocommerce: 'x-wc-webhook-signature',
  bigcommerce: 'webhook-signature',
  jws: 'x-jws-signature',
  httpKeys: 'signature',
  httpSecret: 'signature',
};

export const everyScheme: Case[] = SENDERS.flatMap((name, index) => {
  const next = SENDERS[(index + 1) % SENDERS.length] ?? name;
  const header = SIGNATURE[name];
  const good = (target: Target): Post => target[name]();
  const cases: Case[] = [
    [`a callback of ${name} with one bit of the body flipped`, (t) => flipped(good(t)), REFUSED],
    [`a callback of ${name} with a newline after the body`, (t) => withBody(good(t), `${good(t).body}\n`), REFUSED],
    [`a callback of ${name} whose body was taken away`, (t) => withBody(good(t), ''), REFUSED],
    [
      `a callback of ${name} with the body of another of its callbacks`,
      (t) => withBody(good(t), good(t).body),
      REFUSED,
    ],
    [`a callback of ${name} without its signature`, (t) => drop(good(t), header), MALFORMED],
    [`a callback of ${name} with an empty signature`, (t) => set(good(t), header, ''), MALFORMED],
    [`a callback of ${name} with its signature twice`, (t) => double(good(t), header), MALFORMED],
    [`a callback of ${name} at the source of another store`, (t) => ({ ...good(t), target: t.others[name] }), REFUSED],
    [
      `of ${name} at the source of ${next}`,
      (t) => ({ ...good(t), target: t[next]().target }),
      SIGNATURE[next] === header ? REFUSED : MALFORMED,
    ],
  ];
  return cases;
});

function flipped(post: Post): Post {
  const body = Buffer.from(post.body);
  const last = body.length - 3;
  body[last] = (body[last] ?? 0) ^ 1;
  return withBody(post, body);
}

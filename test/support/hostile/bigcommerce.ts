import { bigcommerceEvent, event } from './bodies.ts';
import { type Case, type Expected, HELD, IGNORED, KEPT, MALFORMED, REFUSED, REPEATED } from './case.ts';
import { add, type Post, set } from './post.ts';
import { now } from './senders.ts';
import type { Target } from './target.ts';

const EVENTS: [title: string, body: string, expected: Expected][] = [
  ['an event of another store', bigcommerceEvent({}, 'stores/victim'), KEPT],
  ['an event of another store behind its own', bigcommerceEvent({}, 'stores/k3m9x2ab7q/../victim'), KEPT],
  ['an event without a store', bigcommerceEvent({ producer: undefined }), KEPT],
  ['an event whose scope is a list', bigcommerceEvent({ scope: ['store/order/updated'] }), KEPT],
  ['an event of a scope that there is not', bigcommerceEvent({ scope: 'store/order/teleported' }), IGNORED],
  ['an event of a scope with something before it', bigcommerceEvent({ scope: 'x/store/order/updated' }), IGNORED],
  ['an event of a scope of 100,000 characters', bigcommerceEvent({ scope: 's'.repeat(100_000) }), IGNORED],
  ['an order whose id is a path', bigcommerceEvent({ data: { type: 'order', id: '../../v3/customers' } }), KEPT],
  ['an order whose id has a query', bigcommerceEvent({ data: { type: 'order', id: '1?include=x' } }), KEPT],
  ['an order whose id is 0', bigcommerceEvent({ data: { type: 'order', id: 0 } }), KEPT],
  ['an order whose id is a fraction', bigcommerceEvent({ data: { type: 'order', id: 1.5 } }), KEPT],
  ['an order whose id is a list', bigcommerceEvent({ data: { type: 'order', id: [1] } }), KEPT],
  ['an order without an id', bigcommerceEvent({ data: { type: 'order' } }), KEPT],
  ['an event without data', bigcommerceEvent({ data: null }), KEPT],
  ['a state before that is a text', bigcommerceEvent({ data: { id: 1, status: { previous_status_id: 'x' } } }), HELD],
  [
    'an id beyond what numbers hold',
    bigcommerceEvent({ data: { id: '@' } }).replace('"@"', '99999999999999999999'),
    HELD,
  ],
  ['an id of 1e400', bigcommerceEvent({ data: { id: '@' } }).replace('"@"', '1e400'), KEPT],
  ['an order as own stores tell it', event('order.paid', { orderId: '1' }), KEPT],
];

export const bigcommerce: Case[] = [
  ['a timestamp 310 seconds old', (t) => t.bigcommerce(bigcommerceEvent(), { at: now() - 310 }), REFUSED],
  ['a timestamp 310 seconds ahead', (t) => t.bigcommerce(bigcommerceEvent(), { at: now() + 310 }), REFUSED],
  ['a timestamp that is no number', (t) => t.bigcommerce(bigcommerceEvent(), { at: 'NaN' }), MALFORMED],
  ['a second id', (t) => add(t.bigcommerce(), 'webhook-id', 'msg_other'), MALFORMED],
  ['an id that was changed after signing', (t) => set(t.bigcommerce(), 'webhook-id', 'msg_other'), REFUSED],
  ['the signature of a store of its own by the same secret', bySecretOfOwnStore, REFUSED],
  ...EVENTS.map(([title, body, expected]): Case => [title, (t) => t.bigcommerce(body), expected]),
  ['the same event once more', again, REPEATED],
];

/** The text of the secret taken for base64, as Standard Webhooks would take it. */
function bySecretOfOwnStore(t: Target): Post {
  const secret = Buffer.from(t.secretOf.bigcommerce, 'base64').toString('base64');
  return { ...t.v1(bigcommerceEvent(), { secret }), target: t.bigcommerce().target };
}

async function again(t: Target): Promise<Post> {
  const post = t.bigcommerce(bigcommerceEvent({ scope: 'store/product/updated' }));
  await t.takes(post, IGNORED);
  return post;
}

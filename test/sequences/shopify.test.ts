import { describe, it } from 'vitest';
import { CANCELLED, REFUNDED } from '../support/stories/ends.ts';
import { expectEnd } from '../support/stories/play.ts';
import { orders } from '../support/stories/sequences.ts';
import { shopify } from '../support/stories/shopify.ts';

describe('an order that Shopify tells of, everything twice', { timeout: 60_000 }, () => {
  it.each(orders(['created', 'paid', 'refund 1', 'refund 2', 'cancelled']))(
    'comes to one end, in whatever order it is told: $part',
    ({ sequences }) => expectEnd(shopify, sequences, CANCELLED),
  );

  it.each(orders(['created', 'paid', 'refund 1', 'refund 2']))('and without its cancellation: $part', ({ sequences }) =>
    expectEnd(shopify, sequences, REFUNDED),
  );
});

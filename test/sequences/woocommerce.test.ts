import { describe, it } from 'vitest';
import { CANCELLED, REFUNDED } from '../support/stories/ends.ts';
import { expectEnd } from '../support/stories/play.ts';
import { orders } from '../support/stories/sequences.ts';
import { woocommerce } from '../support/stories/woocommerce.ts';

describe('an order that WooCommerce tells of in whole snapshots, each twice', { timeout: 60_000 }, () => {
  it.each(orders(['created', 'paid', 'refund 1', 'refund 2', 'cancelled']))(
    'comes to one end, in whatever order it is told: $part',
    ({ sequences }) => expectEnd(woocommerce, sequences, CANCELLED),
  );

  it.each(orders(['created', 'paid', 'refund 1', 'refund 2']))('and without its cancellation: $part', ({ sequences }) =>
    expectEnd(woocommerce, sequences, REFUNDED),
  );
});

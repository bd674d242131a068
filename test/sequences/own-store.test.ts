import { describe, it } from 'vitest';
import { CANCELLED, REFUNDED } from '../support/stories/ends.ts';
import { ownStore } from '../support/stories/own-store.ts';
import { expectEnd } from '../support/stories/play.ts';
import { allOrders } from '../support/stories/sequences.ts';

describe('an order that code of a store tells of, everything twice', { timeout: 60_000 }, () => {
  it.each(allOrders(['created', 'paid', 'refund 1', 'refund 2', 'cancelled']))(
    'comes to one end, in whatever order it is told: $part',
    ({ sequences }) => expectEnd(ownStore, sequences, CANCELLED),
  );

  it.each(allOrders(['created', 'paid', 'refund 1', 'refund 2']))(
    'and without its cancellation: $part',
    ({ sequences }) => expectEnd(ownStore, sequences, REFUNDED),
  );
});

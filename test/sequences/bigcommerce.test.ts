import { describe, it } from 'vitest';
import { openBigCommerce } from '../support/stories/bigcommerce.ts';
import { REFUNDED } from '../support/stories/ends.ts';
import { expectEnd } from '../support/stories/play.ts';
import { orders } from '../support/stories/sequences.ts';

describe('an order that BigCommerce names and tells of when it is asked, everything twice', { timeout: 60_000 }, () => {
  it.each(orders(['created', 'paid', 'refund 1', 'refund 2']))(
    'comes to one end, in whatever order it is named: $part',
    ({ sequences }) => expectEnd(openBigCommerce(), sequences, REFUNDED),
  );
});

import { describe, it } from 'vitest';
import { type End, REFUNDED } from '../support/stories/ends.ts';
import { expectEnd } from '../support/stories/play.ts';
import { orders } from '../support/stories/sequences.ts';
import { stripe } from '../support/stories/stripe.ts';

const [advocate, ...others] = REFUNDED.rewards;
/** 10.00 more than the greater of the two totals. */
const DISPUTED = {
  ...REFUNDED,
  refunded: 3955,
  rewards: [{ ...advocate, reversed: 335, ledger: { pending: 165, approved: 0, issued: 0 } }, ...others],
} as End;

describe('a payment that Stripe tells of, everything twice', { timeout: 60_000 }, () => {
  it.each(orders(['created', 'paid', 'refund 1', 'refund 2', 'disputed']))(
    'comes to one end, in whatever order it is told: $part',
    ({ sequences }) => expectEnd(stripe, sequences, DISPUTED),
  );
});

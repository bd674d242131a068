import { describe, expect, test } from 'vitest';
import { stripeEvent, stripeNotices } from '../../support/stripe-events.ts';

describe('after the sale', () => {
  test('each refund of a charge tells their sum, and all of them are one series', () => {
    const totals = [1000, 2300, 5217].flatMap((amount_refunded) =>
      stripeNotices(stripeEvent('charge.refunded', { amount_refunded })),
    );
    expect(totals).toMatchObject([
      { externalId: 'ch_3S9cX1LkdIwHu7ix0TgYhUjM', amount: 1000, cumulative: true },
      { externalId: 'ch_3S9cX1LkdIwHu7ix0TgYhUjM', amount: 2300, cumulative: true },
      { externalId: 'ch_3S9cX1LkdIwHu7ix0TgYhUjM', amount: 5217, cumulative: true },
    ]);
  });

  test.each([
    [{ payment_intent: 'pi_1', invoice: undefined }, 'pi_1'],
    [{ payment_intent: null, invoice: 'in_1' }, 'in_1'],
    [{ payment_intent: null, invoice: null, id: 'ch_1' }, 'ch_1'],
    [{ payment_intent: { id: 'pi_1' }, invoice: null }, 'pi_1'],
  ])('a refund with %o is of the order %s', (ids, orderExternalId) => {
    expect(stripeNotices(stripeEvent('charge.refunded', ids))).toMatchObject([{ kind: 'refund', orderExternalId }]);
  });

  test.each([
    ['needs_response', 'opened'],
    ['under_review', 'opened'],
    ['appeal_needs_response', 'opened'],
    ['appeal_under_review', 'opened'],
    ['won', 'won'],
    ['charge_refunded', 'won'],
    ['lost', 'lost'],
    ['prevented', 'lost'],
    ['warning_needs_response', null],
    ['warning_under_review', null],
    ['warning_closed', null],
    ['a_status_to_come', null],
  ])('a dispute that is %s is %s, by whichever event it is told', (status, stage) => {
    for (const event of ['created', 'funds_withdrawn', 'closed']) {
      const notices = stripeNotices(stripeEvent(`charge.dispute.${event}`, { status }));
      expect(notices).toMatchObject(stage === null ? [] : [{ kind: 'dispute', stage }]);
      expect(notices).toHaveLength(stage === null ? 0 : 1);
    }
  });

  test('a dispute of a charge without a payment intent is of the charge', () => {
    expect(
      stripeNotices(stripeEvent('charge.dispute.created', { payment_intent: null, charge: { id: 'ch_1' } })),
    ).toMatchObject([{ orderExternalId: 'ch_1' }]);
  });
});

import { describe, expect, test } from 'vitest';
import { readStripeEvent, stripeEvent, stripeNotices } from '../../support/stripe-events.ts';

describe('money', () => {
  test.each([
    ['usd', 1045, 1045],
    ['jpy', 500, 500],
    // No decimals at Stripe, two at ISO.
    ['mga', 500, 50_000],
    // Two decimals at Stripe, always 00; none at ISO. What an invoice has in between is rounded half up.
    ['isk', 500, 5],
    ['ugx', 500, 5],
    ['ugx', 549, 5],
    ['ugx', 550, 6],
    // Without decimals in payouts alone.
    ['huf', 1045, 1045],
    ['twd', 80_045, 80_045],
    ['kwd', 5120, 5120],
  ])('%s %i is %i of our minor units', (currency, amount_refunded, amount) => {
    const [notice] = stripeNotices(stripeEvent('charge.refunded', { currency, amount_refunded }));
    expect(notice).toMatchObject({ kind: 'refund', currency: currency.toUpperCase(), amount });
  });

  test.each([
    ['no tax and no shipping', { amount_total: 4320, shipping_cost: null, total_details: null }, [4320, 0, 0]],
    [
      'tax on top, none on shipping',
      {
        amount_total: 5176,
        shipping_cost: { amount_subtotal: 500, amount_tax: 0, amount_total: 500 },
        total_details: { amount_tax: 356, amount_shipping: 500 },
      },
      [4320, 356, 500],
    ],
    [
      'tax included',
      {
        amount_total: 4820,
        shipping_cost: { amount_subtotal: 500, amount_tax: 80, amount_total: 500 },
        total_details: { amount_tax: 770, amount_shipping: 500 },
      },
      [3630, 770, 420],
    ],
    [
      'no breakdown of the shipping, as before 2022',
      { amount_total: 4820, shipping_cost: null, total_details: { amount_tax: 0, amount_shipping: 500 } },
      [4320, 0, 500],
    ],
    ['everything for nothing', { amount_total: 0, shipping_cost: null, total_details: { amount_tax: 0 } }, [0, 0, 0]],
    [
      'parts that are more than the whole',
      { amount_total: 100, shipping_cost: null, total_details: { amount_tax: 60, amount_shipping: 500 } },
      [0, 60, 40],
    ],
  ])('of a session with %s', (_, amounts, [subtotal, tax, shipping]) => {
    expect(stripeNotices(stripeEvent('checkout.session.completed', amounts))).toMatchObject([
      { subtotal, tax, shipping },
    ]);
  });

  test.each([
    ['with all taxes in one figure', { total: 2000, total_excluding_tax: 1800 }, [1800, 200, 0]],
    [
      'with taxes apart',
      { total: 2000, total_excluding_tax: null, total_taxes: [{ amount: 150 }, { amount: 50 }] },
      [1800, 200, 0],
    ],
    [
      'of an older version with taxes apart',
      { total: 2000, total_excluding_tax: null, total_taxes: null, total_tax_amounts: [{ amount: 150 }] },
      [1850, 150, 0],
    ],
    [
      'with shipping, and tax in it',
      { total: 2500, total_excluding_tax: 2200, shipping_cost: { amount_total: 500, amount_tax: 60 } },
      [1760, 300, 440],
    ],
    [
      'with a credit worth more than the goods',
      { total: 200, total_excluding_tax: 200, shipping_cost: { amount_total: 500, amount_tax: 0 } },
      [0, 0, 200],
    ],
  ])('of an invoice %s', (_, amounts, [subtotal, tax, shipping]) => {
    expect(stripeNotices(stripeEvent('invoice.paid', amounts))).toMatchObject([{ subtotal, tax, shipping }]);
  });

  test('is never more than can be exact', () => {
    const most = { currency: 'mga', amount_total: 20_000_000_000_000, shipping_cost: null, total_details: null };
    expect(stripeNotices(stripeEvent('checkout.session.completed', most))).toMatchObject([
      { subtotal: 2_000_000_000_000_000 },
    ]);
    for (const amount_total of [20_000_000_000_001, 1e20, -1, 0.5, '5217', null]) {
      expect(readStripeEvent(stripeEvent('checkout.session.completed', { amount_total }))).toMatchObject({
        outcome: 'unusable',
      });
    }
  });
});

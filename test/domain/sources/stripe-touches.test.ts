import { describe, expect, test } from 'vitest';
import { NO_TOUCHES, type StripeSource, stripeEvent, stripeNotices, TOKEN } from '../../support/stripe-events.ts';

describe('touches', () => {
  const touchesOf = (object: object, source?: StripeSource) => {
    const [notice] = stripeNotices(
      stripeEvent('checkout.session.completed', {
        metadata: {},
        custom_fields: [],
        client_reference_id: null,
        ...object,
      }),
      source,
    );
    return notice?.kind === 'order' ? notice.touches : null;
  };

  test.each([
    [TOKEN, { clickTokens: [TOKEN] }],
    [` ${TOKEN} `, { clickTokens: [TOKEN] }],
    ['ANNA-10', { codes: ['anna-10'] }],
    ['user_42', { codes: ['user_42'] }],
    ['x'.repeat(200), {}],
    ['', {}],
    [null, {}],
  ])('in the reference %s', (client_reference_id, expected) => {
    expect(touchesOf({ client_reference_id })).toEqual({ ...NO_TOUCHES, ...expected });
  });

  test('in the fields of the checkout: keys are letters and digits alone', () => {
    const field = (key: string, value: string | null, type = 'text') => ({ key, type, [type]: { value } });
    const custom_fields = [
      ...[field('gwcode', 'ANNA'), field('gw_code', 'Bob'), field('gwcode', 'carl', 'dropdown'), field('gw', 'token')],
      ...[
        field('gwcode', null),
        field('engraving', 'DORA'),
        field('gwcode', '7', 'numeric'),
        null,
        'gwcode',
        { key: 7 },
      ],
    ];
    expect(touchesOf({ custom_fields })).toEqual({
      clickTokens: ['token'],
      clickIds: [],
      codes: ['anna', 'bob', 'carl'],
    });
  });

  test('in what an expanded discount says, in old and new versions; an id of a promotion code is no code', () => {
    const promotion_code = { id: 'promo_1', object: 'promotion_code', code: 'ANNA10' };
    const discounts = [
      { coupon: null, promotion_code },
      { coupon: { id: 'BOB', name: 'A friend of Bob' }, promotion_code: 'promo_2' },
      { source: { type: 'coupon', coupon: 'CARL' }, promotion_code: null },
      'di_1S9bN2LkdIwHu7ixQwErTyUi',
    ];
    expect(touchesOf({ discounts })?.codes).toEqual(['anna10', 'bob', 'a friend of bob', 'carl']);
    const breakdown = { discounts: [{ amount: 480, discount: { promotion_code, coupon: { id: 'x', name: null } } }] };
    expect(touchesOf({ discounts: null, total_details: { amount_tax: 0, breakdown } })?.codes).toEqual(['anna10', 'x']);
  });

  test('what strangers write never makes an order fail', () => {
    const hostile = ['\u202e', '<script>', "'; drop table orders;--", '{{7*7}}', 'x'.repeat(5000), '\ud83d\ude00'];
    for (const text of hostile) {
      const metadata = { gw: text, gw_code: text, gw_click: text, constructor: text };
      expect(touchesOf({ client_reference_id: text, metadata })).not.toBeNull();
    }
    const many = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`key${i}`, 'x']));
    expect(touchesOf({ metadata: { ...many, gw_code: 'anna' } })?.codes).toEqual(['anna']);
  });
});

import * as v from 'valibot';
import { stripe } from '../../../../src/domain/sources/stripe.ts';
import { signStripe, stripeFixture, stripeMac } from '../../../support/sign-stripe.ts';
import { AT, type KeyName, type Row, random, type Sample } from '../row.ts';

const secrets: Record<KeyName, string> = {
  current: stripe.newSecret(random),
  // Of an endpoint: shorter, in letters of either case.
  former: 'whsec_Kx7QmZ2vTn9RbW4yLc8HsJ1dGf5pXe3A',
  foreign: stripe.newSecret(random),
};

const order: Sample = {
  body: `{"id":"evt_1S9cXaLkdIwHu7ixJ4kLmNoP","object":"event","type":"checkout.session.completed","created":1772366400,"livemode":true,"account":null,
    "data":{"object":{"id":"cs_live_a1Qm7vXb2KcT9sYd","mode":"payment","payment_status":"paid","invoice":null,"payment_intent":"pi_3S9cX1LkdIwHu7ix0aBcDeFg",
    "currency":"eur","amount_total":5217,"total_details":{"amount_discount":480,"amount_shipping":500,"amount_tax":397,"breakdown":{"discounts":[{"amount":480,
    "discount":{"promotion_code":{"code":"NOOR"},"coupon":null,"source":{"coupon":{"id":"TENOFF","name":"Ten off"}}}}]}},
    "shipping_cost":{"amount_subtotal":500,"amount_tax":41,"amount_total":541},"customer":"cus_TKw3VbNmQ1aZsX","customer_account":null,"customer_email":null,
    "customer_details":{"email":"noor@example.com"},"client_reference_id":"cart-20417","metadata":{"gw":"token"},
    "custom_fields":[{"key":"gwcode","text":{"value":"ANNA"}},{"key":"size","dropdown":{"value":"xl"}}],
    "discounts":[{"coupon":null,"promotion_code":"promo_1S9bN2LkdIwHu7ixQwErTyUi"}],
    "collected_information":{"shipping_details":{"address":{"line1":"Lindenweg 7","line2":null,"postal_code":"8001","city":"Zürich","country":"CH"}}}}}}`,
  notices: [
    {
      kind: 'order',
      externalId: 'pi_3S9cX1LkdIwHu7ix0aBcDeFg',
      names: ['cs_live_a1Qm7vXb2KcT9sYd'],
      currency: 'EUR',
      subtotal: 4320,
      tax: 397,
      shipping: 500,
      customer: { id: 'cus_TKw3VbNmQ1aZsX', email: 'noor@example.com' },
      touches: { clickTokens: ['token'], codes: ['cart-20417', 'maya', 'noor', 'tenoff', 'ten off', 'anna'] },
    },
  ],
  answers: {
    'https://api.stripe.com/v1/promotion_codes/promo_1S9bN2LkdIwHu7ixQwErTyUi': {
      id: 'promo_1S9bN2LkdIwHu7ixQwErTyUi',
      object: 'promotion_code',
      code: 'MAYA',
    },
  },
};

const refund: Sample = {
  body: `{"id":"evt_3SLbT4LkdIwHu7ix0YbHnUjM","object":"event","type":"charge.refunded","created":1772452800,"livemode":true,
    "data":{"object":{"id":"ch_3SLbT4LkdIwHu7ix0QaZwSxE","currency":"eur","amount":5217,"amount_refunded":2300,
    "payment_intent":"pi_3S9cX1LkdIwHu7ix0aBcDeFg","invoice":"in_1SLbT3LkdIwHu7ixXcVbNmLk"},"previous_attributes":{"amount_refunded":1000}}}`,
  notices: [
    { kind: 'order_name', name: 'pi_3S9cX1LkdIwHu7ix0aBcDeFg', orderExternalId: 'in_1SLbT3LkdIwHu7ixXcVbNmLk' },
    { kind: 'refund', orderExternalId: 'pi_3S9cX1LkdIwHu7ix0aBcDeFg', currency: 'EUR', amount: 2300, cumulative: true },
  ],
};

const unknown: Sample = { body: stripeFixture('v1.invoice.paid'), notices: [] };

export const stripeRows: Row[] = [
  {
    title: 'Stripe',
    scheme: stripe,
    source: (inForce) => ({ config: v.parse(stripe.config, {}), secrets: inForce.map((key) => secrets[key]) }),
    accessToken: 'rk_live_example',
    sign: ({ key, sample: { body }, at }) => signStripe({ secret: secrets[key], timestamp: at, body }),
    signatureHeaders: ['stripe-signature'],
    once: ['stripe-signature'],
    messageId: 'evt_1S9cXaLkdIwHu7ixJ4kLmNoP',
    timed: true,
    timestamp: {
      now: String(AT),
      sign: (timestamp) => {
        const mac = stripeMac({ secret: secrets.current, timestamp, body: order.body });
        return { 'stripe-signature': `t=${timestamp},v1=${mac}` };
      },
      redate: (headers, timestamp) => ({
        'stripe-signature': (headers['stripe-signature'] ?? '').replace(/t=\d+/, `t=${timestamp}`),
      }),
    },
    samples: { order, refund, unknown },
  },
];

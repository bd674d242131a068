import { SHOP, signShopify } from '../sign-shopify.ts';
import { decimal, emailOf, json, MONEY, type Platform, payload, REFUNDS } from './platform.ts';

/** Where numbers of JavaScript cannot tell one id from the next. */
const FIRST_ID = 2n ** 60n;

/** The money of the shop, which is that of the customer here. */
function set(amount: number) {
  const money = { amount: decimal(amount), currency_code: MONEY.currency };
  return { shop_money: money, presentment_money: money };
}

export const shopify: Platform = {
  source: {
    scheme: 'shopify',
    config: { shop: SHOP },
    secret: '4f9c2e81b07d36a5c1e84b20d97f63aa4f9c2e81b07d36a5c1e84b20d97f63aa',
  },

  sign: ({ secret, message: { id, body, topic = '' } }) => signShopify({ secret, body, topic, id }),

  orderId: ({ number }) => String(FIRST_ID + BigInt(number)),

  story(purchase) {
    const { code, paidAt } = purchase;
    const orderId = BigInt(shopify.orderId(purchase));
    const at = (seconds: number) => new Date(paidAt + seconds * 1000).toISOString();

    const order = (topic: string, more: object) => (id: string) => {
      const { customer, shipping_lines, ...full } = payload(`shopify/${topic.replace('/', '-')}`);
      const [line] = shipping_lines;
      const money = {
        subtotal_price: decimal(MONEY.subtotal),
        total_tax: decimal(MONEY.tax),
        currency: MONEY.currency,
      };
      const ids = { id: orderId, admin_graphql_api_id: `gid://shopify/Order/${orderId}` };
      const body = json({
        ...{ ...full, ...ids, ...money, taxes_included: false, processed_at: at(0), updated_at: at(1) },
        current_subtotal_price: money.subtotal_price,
        current_total_tax: money.total_tax,
        current_shipping_price_set: set(MONEY.shipping),
        shipping_lines: [{ ...line, discounted_price: decimal(MONEY.shipping), tax_lines: [] }],
        ...{ email: emailOf(purchase), customer: { ...customer, id: orderId, email: emailOf(purchase) } },
        ...{ discount_codes: [{ code }], discount_applications: [], note_attributes: [], landing_site: '/?gw=forged' },
        ...more,
      });
      return { id, topic, body };
    };

    const refund = (refundId: bigint, amount: number) => (id: string) => {
      const full = payload('shopify/refunds-create');
      const [line] = full.refund_line_items;
      const money = { amount: decimal(amount), currency: MONEY.currency };
      const transaction = { ...full.transactions[0], kind: 'refund', ...money };
      const ids = { id: refundId, order_id: orderId, admin_graphql_api_id: `gid://shopify/Refund/${refundId}` };
      const body = json({
        ...{ ...full, ...ids, processed_at: at(600), total_duties_set: set(0) },
        refund_line_items: [{ ...line, subtotal_set: set(amount), total_tax_set: set(0) }],
        transactions: [
          { ...transaction, status: 'failure' },
          { ...transaction, status: 'success' },
        ],
      });
      return { id, topic: 'refunds/create', body };
    };

    return {
      created: order('orders/create', { financial_status: 'pending' }),
      paid: order('orders/paid', { financial_status: 'paid' }),
      'refund 1': refund(orderId * 2n, REFUNDS.first),
      'refund 2': refund(orderId * 2n + 1n, REFUNDS.second),
      cancelled: order('orders/cancelled', {
        ...{ financial_status: 'partially_refunded', cancelled_at: at(900), updated_at: at(900) },
        current_subtotal_price: '0.00',
      }),
    };
  },
};

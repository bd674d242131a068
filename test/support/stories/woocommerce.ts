import { SITE, signWooCommerce } from '../sign-woocommerce.ts';
import { decimal, emailOf, json, MONEY, type Platform, payload, REFUNDS } from './platform.ts';

const SECRET = 'a webhook secret of a shop that runs WooCommerce';

/** Each message is the whole of the order as it is by then. */
export const woocommerce: Platform = {
  source: { scheme: 'woocommerce', config: { site: SITE }, secret: SECRET },

  sign: ({ secret, message: { body, topic = '' } }) => signWooCommerce({ secret, body, topic }),

  orderId: ({ number }) => String(1000 + number),

  story(purchase) {
    const { number, code, paidAt } = purchase;
    const orderId = Number(woocommerce.orderId(purchase));
    const gmt = (seconds: number) => new Date(paidAt + seconds * 1000).toISOString().slice(0, 19);
    const refund = (refundId: number, amount: number) => ({ id: refundId, reason: '', total: `-${decimal(amount)}` });
    const first = refund(1_000_000 + 2 * number, REFUNDS.first);
    const second = refund(1_000_001 + 2 * number, REFUNDS.second);

    const snapshot = (topic: string, more: object) => (id: string) => {
      const { line_items, billing, ...full } = payload('woocommerce/order-created');
      const body = json({
        ...{ ...full, id: orderId, currency: MONEY.currency, date_paid_gmt: gmt(0), date_modified_gmt: gmt(1) },
        line_items: [{ ...line_items[0], total: decimal(MONEY.subtotal) }],
        ...{ fee_lines: [], total_tax: decimal(MONEY.tax), shipping_total: decimal(MONEY.shipping) },
        ...{ customer_id: number, billing: { ...billing, email: emailOf(purchase) } },
        ...{ coupon_lines: [{ code }], refunds: [], ...more },
      });
      return { id, topic, body };
    };

    return {
      created: snapshot('order.created', { status: 'pending', date_paid_gmt: null }),
      paid: snapshot('order.updated', { status: 'processing' }),
      'refund 1': snapshot('order.updated', {
        ...{ status: 'processing', date_modified_gmt: gmt(600), refunds: [first] },
      }),
      'refund 2': snapshot('order.updated', {
        ...{ status: 'completed', date_modified_gmt: gmt(700), refunds: [second, first] },
      }),
      cancelled: snapshot('order.updated', {
        ...{ status: 'cancelled', date_modified_gmt: gmt(800), refunds: [second, first] },
      }),
    };
  },
};

import { signStandardWebhooks } from '../signers.ts';
import { emailOf, json, type Message, MONEY, type Platform, REFUNDS } from './platform.ts';

/** Code of the store's own: neutral events, of which none says that an order was merely made. */
export const ownStore: Platform = {
  source: { scheme: 'standard_webhooks' },

  sign: ({ secret, message: { id, body }, at }) => signStandardWebhooks({ secret, id, timestamp: at, body }),

  orderId: ({ number }) => `o-${number}`,

  story(purchase) {
    const { number, code } = purchase;
    const { currency } = MONEY;
    const orderId = ownStore.orderId(purchase);
    const told = (type: string, data: object) => (id: string) => eventOf(id, type, { orderId, ...data });
    const refunded = (name: string, amount: number) =>
      told('order.refunded', { refundId: `r-${number}-${name}`, currency, amount });
    const customer = { id: `c-${number}`, email: emailOf(purchase) };
    return {
      created: told('order.created', {}),
      paid: told('order.paid', { ...MONEY, customer, codes: [code] }),
      'refund 1': refunded('1', REFUNDS.first),
      'refund 2': refunded('2', REFUNDS.second),
      cancelled: told('order.cancelled', {}),
    };
  },
};

function eventOf(id: string, type: string, data: object): Message {
  return { id, body: json({ type, data }) };
}

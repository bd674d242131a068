import { STORE_HASH, signBigCommerce } from '../sign-bigcommerce.ts';
import { decimal, emailOf, json, MONEY, type Platform, type Purchase, payload, REFUNDS } from './platform.ts';

/** What has happened to an order so far, which is all that BigCommerce tells when it is asked. */
interface Progress {
  purchase: Purchase;
  isPaid: boolean;
  refunds: number;
}

/** A shop whose events only name the order: what became of it by then is for its API to say. */
export function openBigCommerce(): Platform {
  const orders = new Map<string, Progress>();

  function happened(purchase: Purchase, refunds: number, isPaid: boolean): void {
    const before = orders.get(orderId(purchase));
    orders.set(orderId(purchase), {
      purchase,
      isPaid: isPaid || before?.isPaid === true,
      refunds: Math.max(refunds, before?.refunds ?? 0),
    });
  }

  return {
    source: {
      scheme: 'bigcommerce',
      config: { storeHash: STORE_HASH },
      secret: '4f9c2e81b07d36a5c1e84b20d97f63aa4f9c2e81b07d36a5c1e84b20d97f63aa',
      accessToken: 'an-access-token',
    },

    sign: ({ secret, message: { id, body }, at }) => signBigCommerce({ clientSecret: secret, id, timestamp: at, body }),

    orderId,

    story(purchase) {
      const told = (fixture: string, more: object, refunds: number, isPaid: boolean) => (id: string) => {
        happened(purchase, refunds, isPaid);
        const { data, ...event } = payload(`bigcommerce/${fixture}`);
        return { id, body: json({ ...event, data: { ...data, id: Number(orderId(purchase)), ...more } }) };
      };
      return {
        created: told('order-created', {}, 0, false),
        paid: told('order-status-updated', {}, 0, true),
        'refund 1': told('order-refund-created', { refund: { refund_id: 2 * purchase.number } }, 1, true),
        'refund 2': told('order-refund-created', { refund: { refund_id: 2 * purchase.number + 1 } }, 2, true),
      };
    },

    api({ url }) {
      const { pathname } = new URL(url);
      const [, found] = /\/orders\/(\d+)/.exec(pathname) ?? [];
      const progress = orders.get(found ?? '');
      if (progress === undefined) return Response.json({ data: [] });
      if (pathname.endsWith('/refunds')) return Response.json({ data: refundsOf(progress) });
      if (pathname.endsWith('/coupons')) return Response.json([{ code: progress.purchase.code }]);
      return Response.json(orderOf(progress));
    },
  };
}

function orderId({ number }: Purchase): string {
  return String(5000 + number);
}

function orderOf({ purchase, isPaid }: Progress) {
  const { currency, subtotal, tax, shipping } = MONEY;
  const { billing_address, ...full } = payload('bigcommerce/order');
  return {
    ...{ ...full, id: Number(orderId(purchase)), customer_id: purchase.number, default_currency_code: currency },
    ...(isPaid ? { status_id: 11, payment_status: 'captured' } : { status_id: 7, payment_status: '' }),
    total_ex_tax: decimal(subtotal + shipping),
    ...{ total_tax: decimal(tax), shipping_cost_ex_tax: decimal(shipping), handling_cost_ex_tax: '0.0000' },
    ...{ date_created: new Date(purchase.paidAt).toUTCString().replace('GMT', '+0000'), customer_message: '' },
    billing_address: { ...billing_address, email: emailOf(purchase) },
  };
}

function refundsOf({ purchase, refunds }: Progress) {
  const [full] = payload('bigcommerce/refunds').data;
  const made = [REFUNDS.first, REFUNDS.second].slice(0, refunds);
  return made.map((amount, index) => ({
    ...{ ...full, id: 2 * purchase.number + index, order_id: Number(orderId(purchase)) },
    ...{ created: new Date(purchase.paidAt).toISOString(), total_amount: amount / 100 },
    payments: [{ ...full.payments[0], amount: amount / 100 }],
  }));
}

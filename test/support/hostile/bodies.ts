/** Of the advocate who would earn something by every order here that is let in. */
export const CODE = 'ann-of-the-attacked';

/** Stands wherever an attacker writes: no answer and no line of the log may repeat it. */
export const MARK = 'hstl-mark';

let made = 0;

/** Another number each time, of ten digits. */
export function fresh(): number {
  made += 1;
  return 4_000_000_000 + made;
}

function friend(): { id: string; email: string } {
  const id = fresh();
  return { id: `${id}`, email: `friend-${id}@${MARK}.example` };
}

type Fields = Record<string, unknown>;

/** What own stores send. */
export function event(type: string, data: unknown): string {
  return JSON.stringify({ type, data });
}

/** A paid order by a new friend who gave the advocate's code. */
export function order(more: Fields = {}): string {
  return event('order.paid', {
    orderId: `o-${fresh()}`,
    currency: 'USD',
    subtotal: 5000,
    codes: [CODE],
    customer: friend(),
    ...more,
  });
}

/** The same with a text in the place of a value, for what JSON.stringify does not write. */
export function orderWith(name: string, json: string): string {
  return order({ [name]: '@@' }).replace('"@@"', json);
}

/** An order paid at Stripe's checkout, in its test mode. */
export function stripeOrder(session: Fields = {}, more: Fields = {}): string {
  const { id, email } = friend();
  const object = {
    id: `cs_test_${fresh()}`,
    object: 'checkout.session',
    mode: 'payment',
    payment_status: 'paid',
    invoice: null,
    payment_intent: `pi_${fresh()}`,
    currency: 'usd',
    amount_total: 5000,
    customer: `cus_${id}`,
    customer_details: { email },
    client_reference_id: null,
    metadata: { gw_code: CODE },
    ...session,
  };
  return stripeEvent('checkout.session.completed', object, more);
}

export function stripeEvent(type: unknown, object: unknown, more: Fields = {}): string {
  const created = Math.floor(Date.now() / 1000);
  return JSON.stringify({
    id: `evt_${fresh()}`,
    object: 'event',
    type,
    created,
    livemode: false,
    data: { object },
    ...more,
  });
}

/** A paid order as orders/paid tells it. */
export function shopifyOrder(more: Fields = {}): string {
  const id = fresh();
  const customer = friend();
  return JSON.stringify({
    id,
    admin_graphql_api_id: `gid://shopify/Order/${id}`,
    currency: 'USD',
    financial_status: 'paid',
    cancelled_at: null,
    subtotal_price: '50.00',
    total_tax: '0.00',
    taxes_included: false,
    test: false,
    email: customer.email,
    customer: { id: Number(customer.id), email: customer.email },
    discount_codes: [{ code: CODE, amount: '5.00', type: 'fixed_amount' }],
    note_attributes: [],
    landing_site: '/',
    ...more,
  });
}

/** A paid order as order.updated tells it. */
export function wooOrder(more: Fields = {}): string {
  const now = new Date().toISOString().slice(0, 19);
  const customer = friend();
  return JSON.stringify({
    id: fresh(),
    status: 'processing',
    currency: 'USD',
    date_paid_gmt: now,
    date_modified_gmt: now,
    customer_id: Number(customer.id),
    billing: { email: customer.email },
    line_items: [{ id: 1, total: '50.00' }],
    fee_lines: [],
    total_tax: '0.00',
    shipping_total: '0.00',
    coupon_lines: [{ code: CODE }],
    meta_data: [],
    refunds: [],
    ...more,
  });
}

/** BigCommerce names an order and says nothing of it. */
export function bigcommerceEvent(more: Fields = {}, producer = 'stores/k3m9x2ab7q'): string {
  return JSON.stringify({ scope: 'store/order/updated', producer, data: { type: 'order', id: fresh() }, ...more });
}

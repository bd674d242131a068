import * as v from 'valibot';
import {
  account,
  isCredited,
  isDisputeWon,
  isOver,
  noticesOfOrder,
  type OrderEvent,
  orderState,
} from './bigcommerce-order.ts';
import type { Lookup, ReadInput, Reading } from './contract.ts';
import { recordId, TOO_LARGE } from './order-fields.ts';
import { unusable } from './unusable.ts';

const ABORT = { abortEarly: true } as const;

const envelope = v.looseObject({ scope: v.string(), producer: v.string() });

/** Channels have the same events under scopes of their own. */
const ORDER = /^store\/(?:channel\/\d+\/)?order\/(created|updated|statusUpdated|refund\/created)$/;

/** The events of a channel call the id `order_id`. */
const orderEvent = v.looseObject({
  data: v.pipe(
    v.looseObject({
      id: v.optional(v.unknown()),
      order_id: v.optional(v.unknown()),
      status: v.fallback(v.looseObject({ previous_status_id: v.fallback(v.nullable(v.number()), null) }), {
        previous_status_id: null,
      }),
    }),
    v.transform(({ id, order_id, status }) => ({ id: id ?? order_id, previousStatus: status.previous_status_id })),
    v.object({ id: recordId, previousStatus: v.nullable(v.number()) }),
  ),
});

const CART = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

type Input = Pick<ReadInput<{ storeHash: string }>, 'json' | 'config' | 'accessToken'>;

/** Events name an order only: what became of it is asked for, first the order and then what belongs to it. */
export function readEvent({ json, config: { storeHash }, accessToken }: Input): Reading {
  const outer = v.safeParse(envelope, json, ABORT);
  if (!outer.success) return unusable(outer.issues);
  const { scope: type, producer } = outer.output;
  if (producer !== `stores/${storeHash}`) return { outcome: 'unusable', type, errors: [otherStore(storeHash)] };
  const [, what] = ORDER.exec(type) ?? [];
  if (what === undefined) return { outcome: 'read', type, notices: [] };
  const inner = v.safeParse(orderEvent, json, ABORT);
  if (!inner.success) return { ...unusable(inner.issues), type };
  if (accessToken === null) return { outcome: 'held', type, detail: NO_TOKEN };

  const { id, previousStatus } = inner.output.data;
  return readOrder({ type, id, edited: what === 'updated', previousStatus }, (path) => ({
    url: `https://api.bigcommerce.com/stores/${storeHash}/${path}`,
    headers: { 'X-Auth-Token': accessToken, Accept: 'application/json' },
  }));
}

const NO_TOKEN =
  'BigCommerce only names the order. Give the source an accessToken of an API account that may read orders and carts.';

function otherStore(storeHash: string) {
  const detail = `The event is of another store, and this source takes those of stores/${storeHash}: make a source for each store.`;
  return { pointer: '/producer', detail };
}

function readOrder(event: OrderEvent, get: (path: string) => Lookup): Reading {
  const { type, id } = event;
  return {
    outcome: 'incomplete',
    type,
    lookups: [get(`v2/orders/${id}?include=consignments&consignment_structure=object`)],
    read([order]) {
      // Gone for good, which says nothing of its money.
      if (order === null || order === undefined) return { outcome: 'read', type, notices: [] };
      const found = v.safeParse(v.object({ order: orderState }), { order }, ABORT);
      if (!found.success) return { ...unusable(found.issues), type };
      const state = found.output.order;
      const concernsUs = isCredited(state) || isOver(state, event) || isDisputeWon(state, event);
      if (!concernsUs) return { outcome: 'read', type, notices: [] };
      return readWhole(event, { order, cart: isCredited(state) ? state.cart_id : null }, get);
    },
  };
}

function readWhole(
  event: OrderEvent,
  known: { order: unknown; cart: string | null },
  get: (path: string) => Lookup,
): Reading {
  const { type, id } = event;
  const { order, cart } = known;
  // What shoppers' browsers put on the cart outlives it.
  const onCart = cart !== null && CART.test(cart) ? [get(`v3/carts/${cart}/metafields?limit=250`)] : [];
  return {
    outcome: 'incomplete',
    type,
    lookups: [get(`v3/orders/${id}/payment_actions/refunds`), get(`v2/orders/${id}/coupons?limit=250`), ...onCart],
    read([refunds, coupons, metafields]) {
      const found = v.safeParse(account, { order, refunds, coupons, metafields }, ABORT);
      if (!found.success) return { ...unusable(found.issues), type };
      const notices = noticesOfOrder(found.output, event);
      return notices === null ? { outcome: 'unusable', type, errors: [TOO_LARGE] } : { outcome: 'read', type, notices };
    },
  };
}

import * as v from 'valibot';
import { orderById, ordersOf } from '../db/orders.ts';
import { answer } from '../http/answer.ts';
import { operation } from '../http/describe.ts';
import { Page, page, pageQuery } from '../http/paging.ts';
import {
  Order,
  OrderWithHistory,
  orderExample,
  orderWithHistoryExample,
  viewOfOrder,
  viewOfOrderWithHistory,
} from '../http/views/order.ts';
import { Refusal } from '../lib/refusal.ts';

const listOrders = operation(
  {
    method: 'get',
    path: '/v1/orders',
    operationId: 'listOrders',
    tag: 'orders',
    summary: 'List orders',
    description: 'Every paid order that the store told of, referred or not, newest first.',
    auth: { scope: 'orders:read' },
    query: {
      ...pageQuery('ord'),
      externalId: v.optional(v.pipe(v.string(), v.minLength(1), v.description("The store's own id of the order."))),
    },
    answers: {
      200: { description: 'One page.', schema: Page(Order), example: { items: [orderExample], nextCursor: null } },
    },
  },
  async ({ context, principal: { storeId }, query }) =>
    answer(200, page(await ordersOf(context.db, storeId, query), query.limit, viewOfOrder)),
);

const getOrder = operation(
  {
    method: 'get',
    path: '/v1/orders/{orderId}',
    operationId: 'getOrder',
    tag: 'orders',
    summary: 'Get an order',
    description: 'The order with its refunds and cancellation. Of the customer nothing is told, nor kept but digests.',
    auth: { scope: 'orders:read' },
    answers: { 200: { description: 'The order.', schema: OrderWithHistory, example: orderWithHistoryExample } },
  },
  async ({ context, principal: { storeId }, params: { orderId } }) => {
    const order = await orderById(context.db, storeId, orderId);
    if (order === null) throw new Refusal('order_not_found');
    return answer(200, viewOfOrderWithHistory(order));
  },
);

export const orders = [listOrders, getOrder];

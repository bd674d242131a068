import * as v from 'valibot';
import type { Order as OrderRow, OrderWithHistory as OrderWithHistoryRow } from '../../db/orders.ts';
import { ORDER_CHANGES } from '../../domain/terms.ts';
import { Id, Time, time } from '../schemas.ts';
import { Amount, Currency } from './money.ts';

const entries = {
  id: Id('ord'),
  externalId: v.pipe(v.string(), v.description("The store's own id of the order.")),
  account: v.pipe(v.string(), v.description('The account at the sender; sources that name the same share its orders.')),
  sourceId: v.pipe(Id('src'), v.description('The source that told of it first.')),
  currency: Currency,
  subtotal: Amount('After discounts, without tax and shipping'),
  tax: Amount('The tax'),
  shipping: Amount('The shipping'),
  refunded: Amount('The sum of all refunds and lost disputes'),
  test: v.boolean(),
  placedAt: Time,
  cancelledAt: v.nullable(Time),
  disputedAt: v.pipe(v.nullable(Time), v.description('While a dispute is open, since when: its rewards wait.')),
  conversionId: v.pipe(v.nullable(Id('cnv')), v.description('The judgement of this order.')),
  createdAt: Time,
};

export const Order = v.pipe(v.object(entries), v.title('Order'));

export const OrderWithHistory = v.pipe(
  v.object({
    ...entries,
    history: v.array(
      v.object({
        kind: v.picklist(ORDER_CHANGES),
        externalId: v.pipe(
          v.string(),
          v.description("The store's own id of the change; of a payment and a cancellation the order's."),
        ),
        amount: Amount('Of a payment and an edit without tax and shipping; else what was refunded or is disputed'),
        currency: v.nullable(Currency),
        occurredAt: Time,
        receivedAt: Time,
      }),
    ),
  }),
  v.title('OrderWithHistory'),
);

export const orderExample = {
  id: 'ord_01kar7b2e5f3v8t9w0x1y2z3a4',
  externalId: 'o-5001',
  account: 'default',
  sourceId: 'src_01kar7b2e5f3v8t9w0x1y2z3a5',
  currency: 'EUR',
  subtotal: 4990,
  tax: 948,
  shipping: 490,
  refunded: 2495,
  test: false,
  placedAt: '2026-11-21T20:00:00.000Z',
  cancelledAt: null,
  disputedAt: null,
  conversionId: 'cnv_01kar7b2e5f3v8t9w0x1y2z3a6',
  createdAt: '2026-11-21T20:00:01.000Z',
};

export const orderWithHistoryExample = {
  ...orderExample,
  history: [
    {
      kind: 'paid',
      externalId: 'o-5001',
      amount: 4990,
      currency: 'EUR',
      occurredAt: '2026-11-21T20:00:00.000Z',
      receivedAt: '2026-11-21T20:00:01.000Z',
    },
    {
      kind: 'refund',
      externalId: 'r-77',
      amount: 2495,
      currency: 'EUR',
      occurredAt: '2026-11-24T09:00:00.000Z',
      receivedAt: '2026-11-24T09:00:01.000Z',
    },
  ],
};

export function viewOfOrder({ placedAt, cancelledAt, disputedAt, createdAt, ...rest }: OrderRow) {
  return {
    ...rest,
    placedAt: time(placedAt),
    cancelledAt: time(cancelledAt),
    disputedAt: time(disputedAt),
    createdAt: time(createdAt),
  };
}

export function viewOfOrderWithHistory({ history, ...order }: OrderWithHistoryRow) {
  return {
    ...viewOfOrder(order),
    history: history.map(({ occurredAt, receivedAt, ...change }) => ({
      ...change,
      occurredAt: time(occurredAt),
      receivedAt: time(receivedAt),
    })),
  };
}

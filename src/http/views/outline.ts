import * as v from 'valibot';
import type { Customer, Notice, Touches } from '../../domain/notice.ts';
import { PRIVACY_REQUESTS } from '../../domain/terms.ts';
import { Time, time } from '../schemas.ts';
import { Amount, Currency } from './money.ts';

const KINDS = [
  'sign_up',
  'order',
  'refund',
  'cancellation',
  'edit',
  'dispute',
  'order_name',
  'privacy_request',
] as const satisfies Notice['kind'][];

const Count = v.pipe(v.number(), v.integer());
const OwnId = v.string();

/** One thing that a callback says, with none of what it says of people: whether it is there, or how many. */
export const Outline = v.pipe(
  v.object({
    kind: v.picklist(KINDS),
    orderId: v.optional(v.pipe(OwnId, v.description("The store's own id of the order."))),
    externalId: v.optional(
      v.pipe(OwnId, v.description("The store's own id of the change, or the other id of the order.")),
    ),
    names: v.optional(v.pipe(Count, v.description('How many other ids the order goes by.'))),
    occurredAt: v.optional(v.pipe(v.nullable(Time), v.description('null: when it comes.'))),
    currency: v.optional(v.nullable(Currency)),
    subtotal: v.optional(Amount('After discounts, without tax and shipping')),
    tax: v.optional(Amount('The tax')),
    shipping: v.optional(Amount('The shipping')),
    amount: v.optional(Amount('What was refunded or is disputed')),
    cumulative: v.optional(v.pipe(v.boolean(), v.description('The amount is that of all refunds so far.'))),
    stage: v.optional(v.picklist(['opened', 'won', 'lost'])),
    request: v.optional(v.picklist(PRIVACY_REQUESTS)),
    test: v.optional(v.boolean()),
    hasCustomerId: v.optional(v.boolean()),
    hasEmail: v.optional(v.boolean()),
    hasAddress: v.optional(v.boolean()),
    clickTokens: v.optional(Count),
    clickIds: v.optional(Count),
    codes: v.optional(Count),
  }),
  v.title('NoticeOutline'),
);

/** Names every field that it lets through: what a notice comes to hold later stays in. */
export function outlineOf(notice: Notice): v.InferOutput<typeof Outline> {
  switch (notice.kind) {
    case 'sign_up': {
      const { kind, currency, test } = notice;
      return { kind, ...when(notice), currency, test, ...person(notice.customer), ...counts(notice.touches) };
    }
    case 'order': {
      const { kind, externalId: orderId, test } = notice;
      const names = notice.names.length;
      const friend = { ...person(notice.customer), hasAddress: notice.address !== null, ...counts(notice.touches) };
      return { kind, orderId, names, ...when(notice), ...sums(notice), test, ...friend };
    }
    case 'refund': {
      const { kind, orderExternalId: orderId, externalId, currency, amount, cumulative } = notice;
      return { kind, orderId, externalId, ...when(notice), currency, amount, cumulative };
    }
    case 'cancellation':
      return { kind: notice.kind, orderId: notice.orderExternalId, ...when(notice) };
    case 'edit': {
      const { kind, orderExternalId: orderId, externalId } = notice;
      return { kind, orderId, externalId, ...when(notice), ...sums(notice) };
    }
    case 'dispute': {
      const { kind, orderExternalId: orderId, externalId, stage, currency, amount } = notice;
      return { kind, orderId, externalId, ...when(notice), stage, currency, amount };
    }
    case 'order_name':
      return { kind: notice.kind, orderId: notice.orderExternalId, externalId: notice.name };
    case 'privacy_request':
      return { kind: notice.kind, request: notice.request, ...when(notice), ...person(notice.customer) };
  }
}

function when({ occurredAt }: { occurredAt: number | null }) {
  return { occurredAt: time(occurredAt) };
}

function sums({ currency, subtotal, tax, shipping }: Extract<Notice, { kind: 'order' | 'edit' }>) {
  return { currency, subtotal, tax, shipping };
}

function person({ id, email }: Customer) {
  return { hasCustomerId: id !== null, hasEmail: email !== null };
}

function counts({ clickTokens, clickIds, codes }: Touches) {
  return { clickTokens: clickTokens.length, clickIds: clickIds.length, codes: codes.length };
}

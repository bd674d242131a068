import * as v from 'valibot';
import type { Address, Customer, Notice, Touches } from '../notice.ts';
import type { ReadInput, Reading } from './contract.ts';
import { type NeutralEvent, neutralEvent, text } from './neutral-event.ts';
import { touches } from './touches.ts';
import { unusable } from './unusable.ts';

/** Every legitimate body is far below this; a bigger one gets its first error only, or its errors would fill the memory. */
const LARGE_BODY_BYTES = 16_384;

const KNOWN: ReadonlySet<string> = new Set(neutralEvent.options.map(({ entries }) => entries.type.literal));
const envelope = v.looseObject({ type: text(128, 'The name of the event.') });

export function readNeutral({ json, request }: Pick<ReadInput<unknown>, 'json' | 'request'>): Reading {
  const outer = v.safeParse(envelope, json, { abortPipeEarly: true });
  if (!outer.success) return unusable(outer.issues);
  const { type } = outer.output;
  if (!KNOWN.has(type)) return { outcome: 'read', type, notices: [] };

  const abortEarly = request.body.length > LARGE_BODY_BYTES;
  const inner = v.safeParse(neutralEvent, json, { abortEarly, abortPipeEarly: true });
  return inner.success ? { outcome: 'read', type, notices: [noticeOf(inner.output)] } : unusable(inner.issues);
}

function noticeOf({ type, data }: NeutralEvent): Notice {
  switch (type) {
    case 'signup':
      return {
        kind: 'sign_up',
        externalId: null,
        occurredAt: data.signedUpAt ?? null,
        customer: customerOf(data.customer),
        touches: touchesOf(data),
        currency: data.currency ?? null,
        test: data.test,
      };
    case 'order.paid':
      return {
        kind: 'order',
        externalId: data.orderId,
        names: [],
        occurredAt: data.paidAt ?? null,
        customer: customerOf(data.customer),
        address: addressOf(data.deliveryAddress),
        touches: touchesOf(data),
        currency: data.currency,
        subtotal: data.subtotal,
        tax: data.tax,
        shipping: data.shipping,
        test: data.test,
      };
    case 'order.edited':
      return {
        kind: 'edit',
        externalId: data.editId,
        orderExternalId: data.orderId,
        occurredAt: data.editedAt ?? null,
        currency: data.currency,
        subtotal: data.subtotal,
        tax: data.tax,
        shipping: data.shipping,
      };
    case 'order.refunded':
      return {
        kind: 'refund',
        externalId: data.refundId,
        orderExternalId: data.orderId,
        occurredAt: data.refundedAt ?? null,
        currency: data.currency,
        amount: data.amount,
        cumulative: false,
      };
    case 'order.cancelled':
      return { kind: 'cancellation', orderExternalId: data.orderId, occurredAt: data.cancelledAt ?? null };
    case 'order.disputed':
      return {
        kind: 'dispute',
        externalId: data.disputeId,
        orderExternalId: data.orderId,
        occurredAt: data.disputedAt ?? null,
        stage: data.stage,
        currency: data.currency,
        amount: data.amount,
      };
  }
}

function customerOf(given: { id?: string | undefined; email?: string | undefined } = {}): Customer {
  return { id: given.id ?? null, email: given.email ?? null };
}

type DeliveryAddress = Extract<NeutralEvent, { type: 'order.paid' }>['data']['deliveryAddress'];

function addressOf(given: DeliveryAddress): Address | null {
  if (given === undefined) return null;
  const { lines, postalCode = null, city = null, country = null } = given;
  return { lines, postalCode, city, country };
}

function touchesOf(data: { clickToken?: string | undefined; clickId?: string | undefined; codes: string[] }): Touches {
  const { clickToken = '', clickId = '', codes } = data;
  return touches([{ clickTokens: [clickToken], clickIds: [clickId], codes }]);
}

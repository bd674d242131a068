import * as v from 'valibot';
import type { Notice } from '../notice.ts';
import type { Reading } from './contract.ts';
import { TOO_LARGE } from './order-fields.ts';
import { unusable } from './unusable.ts';
import { customer, isStaff, signUpOf } from './woocommerce-customer.ts';
import { isPaid, noticesOfOrder, order, orderState } from './woocommerce-order.ts';

const ABORT = { abortEarly: true } as const;

/** What WordPress sends in the place of a record that the webhook's user may not see. */
const restError = v.looseObject({ code: v.pipe(v.string(), v.regex(/^(?:woocommerce_)?rest_/)), message: v.string() });

const UNSEEN = {
  pointer: '/code',
  detail:
    'WooCommerce sent an error in the place of the record: its webhook belongs to a user who may not see it. Save the webhook anew as an administrator or shop manager.',
};

export function readTopic(json: unknown, topic: string): Reading {
  const reading = readRecord(json, topic);
  if (reading.outcome !== 'unusable') return reading;
  return { ...reading, type: topic, errors: v.is(restError, json) ? [UNSEEN] : reading.errors };
}

function readRecord(json: unknown, type: string): Reading {
  switch (type) {
    case 'order.created':
    case 'order.updated':
    case 'order.restored':
      return readOrder(json, type);
    case 'customer.created':
      return readCustomer(json, type);
    // An order in the trash says nothing of its money, and neither do products and coupons.
    default:
      return read(type, []);
  }
}

/** Only the paid order has to make sense as a whole. */
function readOrder(json: unknown, type: string): Reading {
  const state = v.safeParse(orderState, json, ABORT);
  if (!state.success) return unusable(state.issues);
  if (!isPaid(state.output)) return read(type, []);
  const whole = v.safeParse(order, json, ABORT);
  if (!whole.success) return unusable(whole.issues);
  const notices = noticesOfOrder(whole.output);
  return notices === null ? { outcome: 'unusable', errors: [TOO_LARGE] } : read(type, notices);
}

function readCustomer(json: unknown, type: string): Reading {
  const found = v.safeParse(customer, json, ABORT);
  if (!found.success) return unusable(found.issues);
  return read(type, isStaff(found.output) ? [] : [signUpOf(found.output)]);
}

function read(type: string, notices: Notice[]): Reading {
  return { outcome: 'read', type, notices };
}

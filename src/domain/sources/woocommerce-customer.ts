import * as v from 'valibot';
import type { SignUpNotice } from '../notice.ts';
import { optionalText, recordId } from './order-fields.ts';
import { touches } from './touches.ts';
import { gmt, touchesInMeta } from './woocommerce-fields.ts';

/** `username` and `is_paying_customer` are of no use but to be there: an order under this unsigned topic has neither. */
export const customer = v.looseObject({
  id: recordId,
  role: v.string(),
  username: v.string(),
  is_paying_customer: v.boolean(),
  email: optionalText,
  date_created_gmt: gmt,
  meta_data: v.optional(v.unknown()),
});

type Customer = v.InferOutput<typeof customer>;

/** WordPress has one kind of account: who works in the shop is told of by the same topic. Any other role may buy. */
const STAFF = new Set(['administrator', 'editor', 'author', 'contributor', 'shop_manager']);

export function isStaff({ role }: Customer): boolean {
  return STAFF.has(role);
}

export function signUpOf({ id, email, date_created_gmt, meta_data }: Customer): SignUpNotice {
  return {
    kind: 'sign_up',
    externalId: null,
    occurredAt: date_created_gmt,
    customer: { id, email },
    touches: touches(touchesInMeta(meta_data)),
    currency: null,
    test: false,
  };
}

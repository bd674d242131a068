import * as v from 'valibot';
import { isCurrency } from '../../lib/money.ts';
import type { PrivacyRequestNotice } from '../notice.ts';
import { customerId, optionalText, recordId } from './order-fields.ts';
import type { Delivery } from './shopify-delivery.ts';
import { moment } from './shopify-fields.ts';
import { resource, type TopicReader } from './shopify-resource.ts';
import { touches, touchesInFields } from './touches.ts';

const customer = v.looseObject({
  id: recordId,
  email: optionalText,
  state: optionalText,
  note: optionalText,
  currency: optionalText,
  updated_at: moment,
});

/** A guest who buys becomes a customer too, without an account: only who has one signed up. */
export const readCustomer = resource('Customer', customer, (said, { test }) => {
  if (said.state !== 'enabled') return [];
  return [
    {
      kind: 'sign_up',
      externalId: null,
      occurredAt: said.updated_at,
      customer: { id: said.id, email: said.email },
      touches: touches([touchesInFields(fieldsOf(said.note))]),
      currency: said.currency !== null && isCurrency(said.currency) ? said.currency : null,
      test,
    },
  ];
});

/** What a theme's form sends as `customer[note][gw]` becomes a line `gw: …` of the note. */
function fieldsOf(note: string | null): [name: string, value: string][] {
  return (note ?? '').split('\n').map((line) => {
    const [name = '', ...value] = line.split(':');
    return [name.trim(), value.join(':').trim()];
  });
}

/** The shop stands in the signed body here, unlike elsewhere. */
const request = v.looseObject({
  shop_domain: v.string(),
  customer: v.nullish(v.looseObject({ id: customerId, email: optionalText }), null),
  data_request: v.nullish(v.looseObject({ id: recordId }), null),
});

/** https://shopify.dev/docs/apps/build/compliance/privacy-law-compliance */
export function readPrivacyRequest(wanted: PrivacyRequestNotice['request']): TopicReader {
  return resource(null, request, (said, delivery) => {
    if (said.shop_domain.toLowerCase() !== delivery.shop) return OTHER_SHOP;
    if (requestIn(said) !== wanted) return [];
    return [
      {
        kind: 'privacy_request',
        externalId: requestId(said, delivery),
        request: wanted,
        occurredAt: null,
        customer: { id: said.customer?.id ?? null, email: said.customer?.email ?? null },
      },
    ];
  });
}

/** What was signed: the topic alone could turn a customer's wish into the end of the whole shop. */
function requestIn({ customer, data_request }: v.InferOutput<typeof request>): PrivacyRequestNotice['request'] {
  if (data_request !== null) return 'export';
  return customer !== null ? 'erase' : 'erase_store';
}

const OTHER_SHOP = { pointer: '/shop_domain', detail: 'The request is about another shop.' };

/** A request to erase has no id of its own; and who was erased may buy, and ask, again. */
function requestId({ data_request }: v.InferOutput<typeof request>, delivery: Delivery): string {
  return data_request?.id ?? delivery.id;
}

import type { Reading } from './contract.ts';
import { readCustomer, readPrivacyRequest } from './shopify-customers.ts';
import type { Delivery } from './shopify-delivery.ts';
import { readDispute } from './shopify-disputes.ts';
import { readCancelledOrder, readOrder } from './shopify-orders.ts';
import { readRefund } from './shopify-refunds.ts';
import type { TopicReader } from './shopify-resource.ts';

/** orders/edited is not here: it names lines without amounts, and orders/updated comes with it. */
const TOPICS = new Map<string, TopicReader>([
  ['orders/create', readOrder],
  ['orders/paid', readOrder],
  ['orders/updated', readOrder],
  ['orders/cancelled', readCancelledOrder],
  ['refunds/create', readRefund],
  ['disputes/create', readDispute],
  ['disputes/update', readDispute],
  ['customers/create', readCustomer],
  ['customers/enable', readCustomer],
  ['customers/data_request', readPrivacyRequest('export')],
  ['customers/redact', readPrivacyRequest('erase')],
  ['shop/redact', readPrivacyRequest('erase_store')],
]);

export function readTopic(json: unknown, delivery: Delivery): Reading {
  const read = TOPICS.get(delivery.topic);
  return read === undefined ? { outcome: 'read', type: delivery.topic, notices: [] } : read(json, delivery);
}

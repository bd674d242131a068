import type { Row } from '../row.ts';

/** What own stores send, by whatever scheme. */
export const neutralSamples: Row['samples'] = {
  order: {
    body: '{"type":"order.paid","data":{"orderId":"o-1","currency":"EUR","subtotal":4990,"codes":["ANNA"]}}',
    notices: [{ kind: 'order', externalId: 'o-1', currency: 'EUR', subtotal: 4990, touches: { codes: ['anna'] } }],
  },
  refund: {
    body: '{"type":"order.refunded","data":{"orderId":"o-1","refundId":"r-1","currency":"EUR","amount":2495}}',
    notices: [{ kind: 'refund', externalId: 'r-1', orderExternalId: 'o-1', currency: 'EUR', amount: 2495 }],
  },
  unknown: { body: '{"type":"newsletter.opened","data":{"any":["thing"]}}', notices: [] },
};

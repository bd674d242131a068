import type { OrderChangeNotice } from './notice.ts';
import { type OrderChange, totalId } from './rewards/standing.ts';

export interface ToldChange extends OrderChange {
  /** null: it has no money of its own. */
  currency: string | null;
}

/** What is kept of a change. Its kind and id together are told apart once and for all. */
export function changeOf(notice: OrderChangeNotice): ToldChange {
  switch (notice.kind) {
    case 'refund': {
      const { externalId, amount, currency, cumulative } = notice;
      return cumulative
        ? { ...PLAIN, kind: 'refund_total', externalId: totalId(externalId, amount), amount, currency }
        : { ...PLAIN, kind: 'refund', externalId, amount, currency };
    }
    case 'cancellation':
      return { ...PLAIN, kind: 'cancellation', externalId: notice.orderExternalId };
    case 'edit': {
      const { externalId, subtotal, tax, shipping, currency } = notice;
      return { kind: 'edit', externalId, amount: subtotal, tax, shipping, currency };
    }
    case 'dispute': {
      const { stage, externalId } = notice;
      // Only a lost one is money of the order; the bank may speak of it in the customer's currency.
      const money = stage === 'lost' ? { amount: notice.amount, currency: notice.currency } : {};
      return { ...PLAIN, kind: `dispute_${stage}`, externalId, ...money };
    }
  }
}

const PLAIN = { amount: 0, tax: null, shipping: null, currency: null };

import * as v from 'valibot';
import type { Decimal } from '../../lib/decimal.ts';
import { isCurrency } from '../../lib/money.ts';
import { amount, inMinorUnits, optionalText, recordId, TOO_LARGE } from './order-fields.ts';
import { list, type MoneySet, moment, optionalMoneySet, portionOf, total } from './shopify-fields.ts';
import { resource } from './shopify-resource.ts';

const transaction = v.looseObject({
  kind: optionalText,
  status: optionalText,
  amount,
  currency: optionalText,
  amount_set: optionalMoneySet,
});

const schema = v.looseObject({
  id: recordId,
  order_id: v.nullish(recordId, null),
  processed_at: moment,
  created_at: moment,
  transactions: v.nullish(v.array(transaction), null),
  refund_line_items: list(v.looseObject({ subtotal_set: optionalMoneySet, total_tax_set: optionalMoneySet })),
  refund_shipping_lines: list(v.looseObject({ subtotal_amount_set: optionalMoneySet })),
  order_adjustments: list(v.looseObject({ amount_set: optionalMoneySet })),
  total_duties_set: optionalMoneySet,
});

type Refund = v.InferOutput<typeof schema>;
type Transaction = v.InferOutput<typeof transaction>;

/** Only money that went back counts: goods may return without, and a payment that was voided was never taken. */
export const readRefund = resource('Refund', schema, (refund) => {
  const { order_id, transactions } = refund;
  if (order_id === null || transactions === null) return [];
  const returned = transactions.filter(({ kind, status }) => kind === 'refund' && status === 'success');
  const sets = setsIn(refund, returned);
  const currency = sets[0]?.shop_money.currency_code ?? returned[0]?.currency ?? null;
  if (currency === null && returned.length === 0) return [];
  if (currency === null || !isCurrency(currency)) return UNKNOWN_CURRENCY;

  const amounts = returned.map((transaction) => inShopCurrency(transaction, currency, sets));
  if (amounts.includes(null)) return UNKNOWN_RATE;
  const refunded = inMinorUnits(total(amounts), currency);
  if (refunded === null) return TOO_LARGE;
  return [
    {
      kind: 'refund',
      externalId: refund.id,
      orderExternalId: order_id,
      occurredAt: refund.processed_at ?? refund.created_at,
      currency,
      amount: refunded,
      cumulative: false,
    },
  ];
});

const UNKNOWN_CURRENCY = { pointer: '/transactions', detail: 'The refund does not say in which currency it is.' };

const UNKNOWN_RATE = {
  pointer: '/transactions',
  detail:
    'The money went back in another currency than the shop’s, and the refund does not say what it is worth there.',
};

function setsIn(refund: Refund, returned: Transaction[]): MoneySet[] {
  return [
    ...returned.map(({ amount_set }) => amount_set),
    ...refund.refund_line_items.flatMap((line) => [line.subtotal_set, line.total_tax_set]),
    ...refund.refund_shipping_lines.map((line) => line.subtotal_amount_set),
    ...refund.order_adjustments.map((adjustment) => adjustment.amount_set),
    refund.total_duties_set,
  ].filter((set) => set !== null);
}

/**
 * A transaction is in the currency that the customer paid in (the REST parameter `in_shop_currency` is off for webhooks).
 * What was refunded stands in both currencies beside it, which gives the rate of the order; null when it does not.
 */
function inShopCurrency({ amount, currency, amount_set }: Transaction, shop: string, sets: MoneySet[]): Decimal | null {
  if (amount_set !== null) return amount_set.shop_money.amount;
  if (currency === null || currency === shop) return amount;
  const both = sets.filter(({ presentment_money }) => presentment_money.currency_code === currency);
  const paid = total(both.map(({ presentment_money }) => magnitude(presentment_money.amount)));
  if (paid.digits === 0n) return null;
  return portionOf(amount, total(both.map(({ shop_money }) => magnitude(shop_money.amount))), paid);
}

function magnitude({ digits, scale }: Decimal): Decimal {
  return { digits: digits < 0n ? -digits : digits, scale };
}

import * as v from 'valibot';
import { type Decimal, minus } from '../../lib/decimal.ts';
import { amount, currencyCode, inMinorUnits } from './order-fields.ts';
import { list, optionalAmount, optionalMoneySet, portionOf, total } from './shopify-fields.ts';

/** What an order says of its money. Amounts outside of sets are in the currency of the shop, whatever the customer saw. */
export const prices = v.looseObject({
  currency: currencyCode,
  taxes_included: v.nullish(v.boolean(), false),
  subtotal_price: amount,
  total_tax: optionalAmount,
  shipping_lines: list(
    v.looseObject({
      is_removed: v.nullish(v.boolean(), false),
      discounted_price: optionalAmount,
      tax_lines: list(v.looseObject({ price: optionalAmount })),
    }),
  ),
  current_subtotal_price: optionalAmount,
  current_total_tax: optionalAmount,
  current_shipping_price_set: optionalMoneySet,
});

type Priced = v.InferOutput<typeof prices>;

/** In minor units, without tax in the subtotal or in the shipping. */
export interface Purchase {
  subtotal: number;
  tax: number;
  shipping: number;
}

interface Sums {
  subtotal: Decimal;
  tax: Decimal;
  shipping: Decimal;
  /** The part of the tax that is on the shipping. */
  shippingTax: Decimal;
}

/** After refunds and edits; null: too large. */
export function remainingOf(order: Priced): Purchase | null {
  const before = sumsOf(order);
  const shipping = order.current_shipping_price_set?.shop_money.amount ?? before.shipping;
  return purchaseOf(order, {
    subtotal: order.current_subtotal_price ?? before.subtotal,
    tax: order.current_total_tax ?? before.tax,
    shipping,
    shippingTax: portionOf(before.shippingTax, shipping, before.shipping),
  });
}

export function isEdited({ subtotal_price, current_subtotal_price }: Priced): boolean {
  return current_subtotal_price !== null && minus(subtotal_price, current_subtotal_price).digits !== 0n;
}

/** Not total_shipping_price_set, which leaves discounts on the shipping aside. */
function sumsOf({ subtotal_price, total_tax, shipping_lines }: Priced): Sums {
  const lines = shipping_lines.filter(({ is_removed }) => !is_removed);
  return {
    subtotal: subtotal_price,
    tax: total([total_tax]),
    shipping: total(lines.map(({ discounted_price }) => discounted_price)),
    shippingTax: total(lines.flatMap(({ tax_lines }) => tax_lines.map(({ price }) => price))),
  };
}

/** Where prices include tax, Shopify's subtotal and shipping hold what the total of the tax says once more. */
function purchaseOf({ currency, taxes_included }: Priced, sums: Sums): Purchase | null {
  const { tax, shippingTax } = sums;
  const included = taxes_included ? { goods: minus(tax, shippingTax), shipping: shippingTax } : null;
  const subtotal = inMinorUnits(included ? minus(sums.subtotal, included.goods) : sums.subtotal, currency);
  const shipping = inMinorUnits(included ? minus(sums.shipping, included.shipping) : sums.shipping, currency);
  const taxes = inMinorUnits(tax, currency);
  if (subtotal === null || shipping === null || taxes === null) return null;
  return Number.isSafeInteger(subtotal + taxes + shipping) ? { subtotal, tax: taxes, shipping } : null;
}

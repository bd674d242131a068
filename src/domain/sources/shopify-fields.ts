import * as v from 'valibot';
import { type Decimal, sumOf } from '../../lib/decimal.ts';
import { amount, currencyCode } from './order-fields.ts';
import { parseDateTime } from './rfc3339.ts';

/** null as well where the text is no time: what happened matters more than when. */
export const moment = v.fallback(
  v.pipe(
    v.nullable(v.string()),
    v.transform((said) => (said === null ? null : parseDateTime(said))),
  ),
  null,
);

/** One amount in the currency of the shop, and in the one that the customer saw. */
const moneySet = v.looseObject({
  shop_money: v.looseObject({ amount, currency_code: currencyCode }),
  presentment_money: v.looseObject({ amount, currency_code: v.string() }),
});

export type MoneySet = v.InferOutput<typeof moneySet>;

export const optionalMoneySet = v.nullish(moneySet, null);

export const optionalAmount = v.nullish(amount, null);

export function list<const Item extends v.GenericSchema>(item: Item) {
  return v.nullish(v.array(item), []);
}

export function total(amounts: readonly (Decimal | null)[]): Decimal {
  return sumOf(amounts.filter((amount) => amount !== null));
}

/** `amount × part ÷ whole` to far finer than any currency; the amount itself where there is no whole. */
export function portionOf(amount: Decimal, part: Decimal, whole: Decimal): Decimal {
  if (whole.digits === 0n) return amount;
  const [finer, scale] = [10n ** 12n, amount.scale + part.scale + 12];
  return { digits: (amount.digits * part.digits * finer * 10n ** BigInt(whole.scale)) / whole.digits, scale };
}

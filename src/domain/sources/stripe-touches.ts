import * as v from 'valibot';
import type { Touches } from '../notice.ts';
import { optional } from './stripe-fields.ts';
import { touchesInFields } from './touches.ts';

const coupon = optional(v.union([v.string(), v.looseObject({ id: optional(v.string()), name: optional(v.string()) })]));

/** `source.coupon` since 2025-09-30, `coupon` before. Where the event has an id alone, it is none. */
const discount = optional(
  v.looseObject({
    promotion_code: optional(v.union([v.string(), v.looseObject({ code: optional(v.string()) })])),
    coupon,
    source: optional(v.looseObject({ coupon })),
  }),
);

export const discounts = optional(v.array(discount));
export const oneDiscount = discount;

type Discount = v.InferOutput<typeof discount>;

/** As far as the event itself says what was typed. The ids and names of coupons are the store's own choice, so that a coupon for each advocate does. */
export function codesIn(given: readonly Discount[]): string[] {
  return given.flatMap((discount) => {
    const promotion = discount?.promotion_code ?? null;
    const typed = typeof promotion === 'string' ? null : (promotion?.code ?? null);
    const coupons = [discount?.coupon ?? null, discount?.source?.coupon ?? null];
    const named = coupons.flatMap((of) => (typeof of === 'string' ? [of] : [of?.id ?? null, of?.name ?? null]));
    return [typed, ...named].filter((code) => code !== null);
  });
}

export function promotionCodesIn(given: readonly Discount[]): string[] {
  const ids = given.map((discount) => discount?.promotion_code ?? null).filter((code) => typeof code === 'string');
  return [...new Set(ids)];
}

/** Stripe lets through 200 letters, digits, `-` and `_`: a click token fits. Whatever else a store writes there may be a code. */
export function touchesInReference(reference: string | null): Partial<Touches> {
  if (reference === null) return {};
  return /^[A-Za-z0-9_-]{70}$/.test(reference) ? { clickTokens: [reference] } : { codes: [reference] };
}

export const customFields = optional(
  v.array(
    optional(
      v.looseObject({
        key: v.string(),
        text: optional(v.looseObject({ value: optional(v.string()) })),
        dropdown: optional(v.looseObject({ value: optional(v.string()) })),
      }),
    ),
  ),
);

/** Their keys are letters and digits alone: `gwcode` stands for `gw_code`. */
export function touchesInCustomFields(fields: v.InferOutput<typeof customFields>): Partial<Touches> {
  const typed = (fields ?? []).map((field): [unknown, unknown] => [
    field?.key.replace(/^gw_?(?=.)/, 'gw_'),
    field?.text?.value ?? field?.dropdown?.value,
  ]);
  return touchesInFields(typed);
}

import { formatMoney, percentOf } from '../../lib/money.ts';
import type { Approval, Reason, RewardKind, Side, Trigger } from '../terms.ts';

/** Minor units by ISO 4217 code. */
export type Amounts = Record<string, number>;

/** Who earns what on which trigger. Exactly one of `amounts` and `basisPoints` is set. */
export interface Rule {
  id: string;
  version: number;
  programId: string;
  side: Side;
  trigger: Trigger;
  kind: RewardKind;
  amounts: Amounts | null;
  basisPoints: number | null;
  maxAmounts: Amounts | null;
  includeTax: boolean;
  includeShipping: boolean;
  minOrder: Amounts;
  holdDays: number;
  approval: Approval;
  newFriendsOnly: boolean;
  limitPerAdvocate: number | null;
  refundThresholdBasisPoints: number;
  priority: number;
}

/** The money of the purchase; null for a sign-up. Minor units. */
export interface Purchase {
  currency: string;
  subtotal: number;
  tax: number;
  shipping: number;
}

export type Earning =
  | { earned: true; amount: number; currency: string; base: number | null; calculation: string }
  | { earned: false; reason: Reason };

/** What a rule pays for a purchase, or for a sign-up in `currency` (null: the rule's only one). */
export function earningOf(rule: Rule, purchase: Purchase | null, signUpCurrency: string | null): Earning {
  const currency = purchase?.currency ?? signUpCurrency ?? onlyCurrency(rule);
  if (currency === null) return { earned: false, reason: 'currency_not_configured' };
  const base = purchase === null ? null : baseOf(rule, purchase);
  if (purchase !== null && purchase.subtotal < (rule.minOrder[currency] ?? 0)) {
    return { earned: false, reason: 'below_min_order' };
  }
  if (rule.basisPoints !== null)
    return base === null ? { earned: false, reason: 'no_rule' } : percent(rule, rule.basisPoints, base, currency);
  const amount = rule.amounts?.[currency];
  if (amount === undefined) return { earned: false, reason: 'currency_not_configured' };
  // What costs nothing brings nothing that a reward could be paid from.
  if (amount === 0 || purchase?.subtotal === 0) return { earned: false, reason: 'zero_amount' };
  return { earned: true, amount, currency, base, calculation: `fixed ${formatMoney(amount, currency)}` };
}

function percent(rule: Rule, basisPoints: number, base: number, currency: string): Earning {
  const share = percentOf(base, basisPoints);
  const most = rule.maxAmounts === null ? share : rule.maxAmounts[currency];
  // A store that sets maxima would have none at all in a currency it did not think of.
  if (most === undefined) return { earned: false, reason: 'currency_not_configured' };
  const amount = Math.min(share, most);
  if (amount === 0) return { earned: false, reason: 'zero_amount' };
  const capped = amount < share ? `, at most ${formatMoney(amount, currency)}` : '';
  const calculation = `${basisPoints / 100} % of ${formatMoney(base, currency)} = ${formatMoney(share, currency)}${capped}`;
  return { earned: true, amount, currency, base, calculation };
}

/** What a rule takes its percentage of, and measures refunds against. */
export function baseOf(rule: Pick<Rule, 'includeTax' | 'includeShipping'>, purchase: Purchase): number {
  return purchase.subtotal + (rule.includeTax ? purchase.tax : 0) + (rule.includeShipping ? purchase.shipping : 0);
}

/** All that was paid. */
export function totalOf({ subtotal, tax, shipping }: Purchase): number {
  return subtotal + tax + shipping;
}

function onlyCurrency(rule: Rule): string | null {
  const currencies = Object.keys(rule.amounts ?? {});
  return currencies.length === 1 ? (currencies[0] ?? null) : null;
}

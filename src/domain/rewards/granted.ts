import { DAY } from '../calendar.ts';
import type { Grant } from '../judge-conversion.ts';
import type { RewardState } from '../terms.ts';
import { approveEntry, type Entry, grantEntry } from './ledger.ts';
import type { RefundableReward } from './reversal.ts';

/** How a reward begins: held until somebody or some time approves it, or approved at once. */
export interface Granted {
  reward: RefundableReward;
  heldUntil: number;
  entries: Entry[];
}

export function granted(grant: Grant, id: string, now: number): Granted {
  const { rule, amount, currency, base } = grant;
  const state: RewardState = rule.holdDays === 0 && rule.approval === 'automatic' ? 'approved' : 'held';
  const { basisPoints, minOrder, refundThresholdBasisPoints, includeTax, includeShipping } = rule;
  return {
    reward: {
      id,
      state,
      amount,
      reversed: 0,
      version: 1,
      currency,
      base,
      basisPoints,
      minOrder,
      refundThresholdBasisPoints,
      includeTax,
      includeShipping,
    },
    heldUntil: now + rule.holdDays * DAY,
    entries: state === 'approved' ? [grantEntry(amount), approveEntry(amount, 1)] : [grantEntry(amount)],
  };
}

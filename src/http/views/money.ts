import * as v from 'valibot';
import type { Balance } from '../../domain/rewards/ledger.ts';

export const Currency = v.pipe(v.string(), v.description('ISO 4217.'));

/** An amount in an answer, in minor units. */
export function Amount(description: string) {
  return v.pipe(v.number(), v.integer(), v.description(`${description}, in minor units.`));
}

/** The three balances of something in one currency, and their sum. */
export const balances = {
  pending: Amount('Earned, and not approved yet'),
  approved: Amount('Approved, and not issued yet'),
  issued: Amount('Issued'),
  total: Amount('The sum of the three'),
};

export function withTotal<Sums extends Record<Balance, number>>(sums: Sums): Sums & { total: number } {
  return { ...sums, total: sums.pending + sums.approved + sums.issued };
}

import { type LedgerKind, REWARD_STATES, type RewardState } from '../terms.ts';

/** What an entry adds to the three balances, in minor units. Their sum over all entries is what is owed and not yet redeemed. */
export interface Entry {
  kind: LedgerKind;
  /** What made it happen; with the reward and the kind it is unique. */
  cause: string;
  pending: number;
  approved: number;
  issued: number;
}

export type Balance = 'pending' | 'approved' | 'issued';

const NOTHING = { pending: 0, approved: 0, issued: 0 };

const BALANCE_OF: Record<RewardState, Balance | null> = {
  pending: 'pending',
  held: 'pending',
  approved: 'approved',
  issued: 'issued',
  // What was redeemed and is taken back afterwards is owed by its holder: the balance goes below zero.
  redeemed: 'issued',
  voided: null,
  reversed: null,
  expired: null,
  blocked: null,
};

/** The states in which what is left of a reward stands in this balance; out of a redeemed one it has been paid. */
export function statesIn(balance: Balance): RewardState[] {
  return REWARD_STATES.filter((state) => state !== 'redeemed' && BALANCE_OF[state] === balance);
}

export function grantEntry(amount: number): Entry {
  return { ...NOTHING, kind: 'grant', cause: 'conversion', pending: amount };
}

/** `version` is that of the reward which the approval made: after a dispute it can be approved once more. */
export function approveEntry(amount: number, version: number): Entry {
  return { ...NOTHING, kind: 'approve', cause: `approval:${version}`, pending: -amount, approved: amount };
}

/** Takes an approval back. */
export function holdEntry(amount: number, cause: string): Entry {
  return { ...NOTHING, kind: 'adjust', cause, pending: amount, approved: -amount };
}

export function issueEntry(amount: number): Entry {
  return { ...NOTHING, kind: 'issue', cause: 'issue', approved: -amount, issued: amount };
}

/** Takes `amount` out of the balance a reward in `state` stands in. */
export function reverseEntry(state: RewardState, amount: number, cause: string): Entry {
  const balance = BALANCE_OF[state];
  if (balance === null) throw new RangeError(`a reward in state ${state} stands in no balance`);
  return { ...NOTHING, kind: 'reverse', cause, [balance]: -amount };
}

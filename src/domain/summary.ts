import { formatMoney } from '../lib/money.ts';
import { DAY } from './calendar.ts';
import type { ExplainedCandidate, Explanation } from './explanation.ts';
import type { ConversionKind, ConversionStatus, Method, Reason, RewardState, Side } from './terms.ts';

/** A judged conversion and what has come of it, as far as it is told. Minor units and milliseconds. */
export interface Told {
  kind: ConversionKind;
  status: ConversionStatus;
  reason: Reason | null;
  occurredAt: number;
  explanation: Explanation;
  order: { currency: string; refunded: number; cancelledAt: number | null } | null;
  rewards: ToldReward[];
}

export interface ToldReward {
  ruleId: string;
  side: Side;
  state: RewardState;
  amount: number;
  reversed: number;
  currency: string;
  reason: Reason | null;
  heldUntil: number;
}

/** Why a conversion was credited or not, and what became of it, in a few plain sentences. */
export function summarise(told: Told, now: number): string[] {
  const { explanation, order, rewards } = told;
  return [
    ...credit(told),
    ...losers(explanation),
    ...rewards.map((reward) => fate(reward, explanation, now)),
    ...nothingFor(explanation),
    ...orderSince(order),
  ];
}

const NOUN: Record<ConversionKind, string> = { sign_up: 'sign-up', order: 'order' };

const PROOF: Record<Method, string> = {
  manual: "an operator's word",
  lock: 'an earlier attribution of this friend',
  friend_code: "the friend's own code",
  code: "the advocate's code",
  click: 'a click',
  claim: "the friend's word",
  sign_up: 'an earlier sign-up',
  network: 'the same network',
};

const BECAUSE: Record<Reason, string> = {
  outside_window: 'the touch lies outside the window',
  lower_priority: 'another came first',
  self_referral: 'the friend is the advocate',
  existing_customer: 'the friend had ordered before',
  link_disabled: 'the link is disabled',
  program_paused: 'the program is not active',
  already_attributed: 'the friend was credited in this program before',
  not_first_order: 'it is not the first order since the touch',
  below_min_order: 'the order is below the least that the rule asks for',
  cap_reached: 'the limit of rewards is reached',
  budget_spent: 'the budget is spent',
  fraud_blocked: 'it was stopped as fraud',
  currency_not_configured: 'the rule names no amount in this currency',
  test_order: 'it is a test',
  order_cancelled: 'the order was cancelled',
  refunded: 'the order was refunded',
  no_touch: 'no touch leads to an advocate',
  no_rule: 'the program has no rule for it',
  zero_amount: 'the reward comes to nothing',
  customer_unknown: 'the store does not say who the friend is',
};

function credit({ kind, status, reason, occurredAt, explanation }: Told): string[] {
  const { winner, windowDays, model } = explanation;
  const refused = `Nothing was credited: ${reason === null ? 'nothing was earned' : BECAUSE[reason]}.`;
  if (winner === null) return [refused];
  const click = winner.clickId === null ? '' : ` (${winner.clickId})`;
  const window = windowDays === null ? 'for which there is no window' : `inside the ${windowDays}-day window`;
  const how = `${PROOF[winner.method]}${click} ${since(winner, occurredAt, NOUN[kind])}, ${window} (${model?.replace('_', ' ')})`;
  if (status === 'credited') return [`Credited to advocate ${winner.advocateId} by ${how}.`];
  return [refused, `The best touch, for advocate ${winner.advocateId}, was ${how}.`];
}

function since({ touchedAt }: ExplainedCandidate, occurredAt: number, noun: string): string {
  return touchedAt === occurredAt ? `with the ${noun}` : `${duration(occurredAt - touchedAt)} before the ${noun}`;
}

/** E.g. `2 other touches lost: another came first; the touch lies outside the window.` */
function losers({ winner, losers, unknown }: Explanation): string[] {
  const reasons = [...new Set(losers.map(({ reason }) => BECAUSE[reason]))].join('; ');
  const touches = `${losers.length}${winner === null ? '' : ' other'} ${losers.length === 1 ? 'touch' : 'touches'}`;
  const strangers = unknown.length === 1 ? '1 code or click leads' : `${unknown.length} codes or clicks lead`;
  return [
    ...(losers.length === 0 ? [] : [`${touches} lost: ${reasons}.`]),
    ...(unknown.length === 0 ? [] : [`${strangers} to no link of this store.`]),
  ];
}

function fate({ ruleId, side, ...reward }: ToldReward, { rules }: Explanation, now: number): string {
  const { state, amount, reversed, currency, reason } = reward;
  const earned = rules.find((rule) => rule.ruleId === ruleId && rule.earned)?.calculation;
  const what = `The ${side}'s reward is ${earned ?? formatMoney(amount, currency)}`;
  if (state === 'blocked') return `${what}, and blocked: ${BECAUSE[reason ?? 'fraud_blocked']}.`;
  if (state === 'voided' || state === 'reversed') return `${what}, and all of it was taken back (${state}).`;
  const taken = reversed === 0 ? '' : `; ${formatMoney(reversed, currency)} of it was taken back, and the rest`;
  return `${what}${taken === '' ? ', and' : taken} is ${standing(state, reward.heldUntil - now)}.`;
}

function standing(state: RewardState, heldFor: number): string {
  if (state !== 'held' && state !== 'pending') return state;
  return heldFor > 0 ? `held for another ${duration(heldFor)}` : 'waiting for approval';
}

/** Where a side has rules and none of them paid: the reason of the one that came nearest. */
function nothingFor({ rules }: Explanation): string[] {
  const sides = [...new Set(rules.map(({ side }) => side))];
  return sides.flatMap((side) => {
    const [nearest, ...rest] = rules.filter((rule) => rule.side === side);
    if ([nearest, ...rest].some((rule) => rule?.earned) || !nearest?.reason) return [];
    return [`Nothing for the ${side}: ${BECAUSE[nearest.reason]}.`];
  });
}

function orderSince(order: Told['order']): string[] {
  if (order === null) return [];
  return [
    ...(order.refunded === 0 ? [] : [`${formatMoney(order.refunded, order.currency)} of the order was refunded.`]),
    ...(order.cancelledAt === null ? [] : ['The order was cancelled.']),
  ];
}

const UNITS: [name: string, milliseconds: number][] = [
  ['day', DAY],
  ['hour', DAY / 24],
  ['minute', 60_000],
  ['second', 1000],
];

/** The largest unit and the next, e.g. `3 days 4 hours`. */
function duration(milliseconds: number): string {
  const first = UNITS.findIndex(([, size]) => milliseconds >= size);
  if (first === -1) return 'less than a second';
  let rest = milliseconds;
  const parts = UNITS.slice(first, first + 2).map(([name, size]) => {
    const number = Math.floor(rest / size);
    rest -= number * size;
    return number === 0 ? '' : `${number} ${name}${number === 1 ? '' : 's'}`;
  });
  return parts.filter((part) => part !== '').join(' ');
}

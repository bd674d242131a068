import * as v from 'valibot';
import type { ExplanationFacts } from '../../db/explanation-facts.ts';
import type { LedgerEntry as LedgerEntryRow } from '../../db/ledger.ts';
import type { ExplainedCandidate } from '../../domain/explanation.ts';
import { summarise } from '../../domain/summary.ts';
import { MODELS, REASONS } from '../../domain/terms.ts';
import { Id, Time, time } from '../schemas.ts';
import { Click, clickExample, viewOfClick } from './click.ts';
import { conversionEntries, conversionExample, Method, viewOfConversion } from './conversion.ts';
import { LedgerEntry, ledgerEntryExample, viewOfLedgerEntry } from './ledger-entry.ts';
import { Amount, balances, Currency, withTotal } from './money.ts';
import { OrderWithHistory, orderWithHistoryExample, viewOfOrderWithHistory } from './order.ts';
import { rewardWithMovesEntries, rewardWithMovesExample, Side, viewOfRewardWithMoves } from './reward.ts';

const Reason = v.nullable(v.picklist(REASONS));

const CHECKS = ['attributed', 'live_order', 'known_customer', 'program_has_rule', 'new_to_program'] as const;

const touch = {
  method: Method,
  linkId: Id('lnk'),
  advocateId: Id('adv'),
  programId: Id('prg'),
  clickId: v.nullable(Id('clk')),
  touchedAt: Time,
};

const Rule = v.object({
  ruleId: Id('rul'),
  ruleVersion: v.pipe(v.number(), v.integer()),
  side: Side,
  earned: v.boolean(),
  reason: Reason,
  calculation: v.pipe(v.nullable(v.string()), v.description('How the amount came about.')),
  amount: v.nullable(Amount('What the rule comes to')),
  currency: v.nullable(Currency),
});

export const Explanation = v.pipe(
  v.object({
    ...conversionEntries,
    summary: v.pipe(v.array(v.string()), v.description('All of this in a few sentences of English.')),
    model: v.pipe(v.nullable(v.picklist(MODELS)), v.description('Which of several touches of the same proof wins.')),
    windowDays: v.pipe(
      v.nullable(v.pipe(v.number(), v.integer())),
      v.description('The window that the winner was measured by, in days; null: none applied.'),
    ),
    winner: v.nullable(v.object(touch)),
    losers: v.array(v.object({ ...touch, reason: v.picklist(REASONS) })),
    unknown: v.pipe(v.array(v.string()), v.description('Codes and clicks that lead to no link of this store.')),
    checks: v.pipe(
      v.array(v.object({ name: v.picklist(CHECKS), passed: v.boolean(), reason: Reason })),
      v.description('What every conversion is asked; the first that fails refuses it.'),
    ),
    rules: v.pipe(v.array(Rule), v.description('Every rule that applied, and what it came to.')),
    click: v.pipe(
      v.nullable(Click),
      v.description('The click that won; null where none did, or it is not stored yet.'),
    ),
    order: v.nullable(OrderWithHistory),
    rewards: v.pipe(
      v.array(v.object({ ...rewardWithMovesEntries, entries: v.array(LedgerEntry), balances: v.object(balances) })),
      v.description('As they are now, with every move, every ledger entry, and what the entries add up to.'),
    ),
  }),
  v.title('Explanation'),
);

export const explanationExample = {
  ...conversionExample,
  summary: [
    'Credited to advocate adv_01kar7b2e5f3v8t9w0x1y2z3a7 by a click (clk_01kar7b2e5f3v8t9w0x1y2z3a4) 3 days 4 hours before the order, inside the 30-day window (last touch).',
    "The advocate's reward is 10 % of 49.90 EUR = 4.99 EUR, and is approved.",
  ],
  model: 'last_touch',
  windowDays: 30,
  winner: {
    method: 'click',
    linkId: conversionExample.linkId,
    advocateId: conversionExample.advocateId,
    programId: conversionExample.programId,
    clickId: conversionExample.clickId,
    touchedAt: conversionExample.touchedAt,
  },
  losers: [],
  unknown: [],
  checks: [{ name: 'attributed', passed: true, reason: null }],
  rules: [
    {
      ruleId: rewardWithMovesExample.ruleId,
      ruleVersion: 1,
      side: 'advocate',
      earned: true,
      reason: null,
      calculation: '10 % of 49.90 EUR = 4.99 EUR',
      amount: 499,
      currency: 'EUR',
    },
  ],
  click: clickExample,
  order: orderWithHistoryExample,
  rewards: [
    {
      ...rewardWithMovesExample,
      entries: [
        {
          ...ledgerEntryExample,
          id: 'led_01kar7b2e5f3v8t9w0x1y2z3aa',
          kind: 'grant',
          cause: 'conversion',
          pending: 499,
          approved: 0,
        },
        ledgerEntryExample,
      ],
      balances: { pending: 0, approved: 499, issued: 0, total: 499 },
    },
  ],
};

export function viewOfExplanation(facts: ExplanationFacts, now: number) {
  const { conversion, explanation, click, order, rewards } = facts;
  const { winner, losers, ...judged } = explanation;
  return {
    ...viewOfConversion(conversion),
    summary: summarise({ ...conversion, explanation, order, rewards }, now),
    ...judged,
    winner: winner === null ? null : viewOfTouch(winner),
    losers: losers.map(viewOfTouch),
    click: click === null ? null : viewOfClick(click),
    order: order === null ? null : viewOfOrderWithHistory(order),
    rewards: rewards.map(({ entries, ...reward }) => ({
      ...viewOfRewardWithMoves(reward),
      entries: entries.map(viewOfLedgerEntry),
      balances: withTotal(sumOf(entries)),
    })),
  };
}

function viewOfTouch<Touch extends ExplainedCandidate>({ touchedAt, ...rest }: Touch) {
  return { ...rest, touchedAt: time(touchedAt) };
}

function sumOf(entries: LedgerEntryRow[]) {
  const sum = (balance: 'pending' | 'approved' | 'issued') => entries.reduce((all, entry) => all + entry[balance], 0);
  return { pending: sum('pending'), approved: sum('approved'), issued: sum('issued') };
}

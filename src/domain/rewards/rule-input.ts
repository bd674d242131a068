import * as v from 'valibot';
import { isCurrency } from '../../lib/money.ts';
import { APPROVALS, REWARD_KINDS, SIDES, TRIGGERS } from '../terms.ts';
import type { Rule } from './rule.ts';

function Integer(least: number, most: number, description: string) {
  return v.pipe(v.number(), v.integer(), v.minValue(least), v.maxValue(most), v.description(description));
}

function Flag(description: string) {
  return v.pipe(v.boolean(), v.description(description));
}

const Currency = v.pipe(
  v.string(),
  v.metadata({ pattern: '^[A-Z]{3}$' }),
  v.check(isCurrency, 'Must be an ISO 4217 code in capitals, such as USD.'),
);

function AmountsByCurrency(description: string) {
  return v.pipe(
    v.record(Currency, v.pipe(v.number(), v.safeInteger(), v.minValue(1))),
    v.description(
      `${description} Whole minor units by ISO 4217 code: {"USD": 1000, "JPY": 1000} is 10.00 USD or 1000 JPY.`,
    ),
  );
}

const atLeastOne = v.minEntries<Record<string, number>, 1, string>(1, 'Must name at least one currency.');

export const RuleValue = v.pipe(
  v.variant('type', [
    v.strictObject({
      type: v.literal('fixed'),
      amounts: v.pipe(AmountsByCurrency('What it pays; nothing in a currency that is not named.'), atLeastOne),
    }),
    v.strictObject({
      type: v.literal('percent'),
      basisPoints: Integer(1, 10_000, 'Hundredths of a percent of the subtotal after discounts: 1000 is 10 %.'),
      maxAmounts: v.optional(v.nullable(v.pipe(AmountsByCurrency('The most it pays.'), atLeastOne)), null),
      includeTax: v.optional(Flag('Counts the tax into what the percentage is of.'), false),
      includeShipping: v.optional(Flag('Counts the shipping into what the percentage is of.'), false),
    }),
  ]),
  v.title('RuleValue'),
);

/** A rule as it is answered; an input may leave out what has a default. */
export const ruleEntries = {
  side: v.pipe(v.picklist(SIDES), v.description('Who gets the reward.')),
  trigger: v.pipe(v.picklist(TRIGGERS), v.description('What of the friend earns it.')),
  kind: v.pipe(v.picklist(REWARD_KINDS), v.description('What the reward is; your side hands it out.')),
  value: RuleValue,
  minOrder: AmountsByCurrency('The least subtotal that earns it; a currency that is not named has none.'),
  holdDays: Integer(0, 90, 'Days from the conversion until the reward is approved; 0: at once.'),
  approval: v.pipe(v.picklist(APPROVALS), v.description('automatic: after the hold; manual: by an operator.')),
  newFriendsOnly: Flag('Only friends who never ordered before.'),
  limitPerAdvocate: v.nullable(Integer(1, 1_000_000, 'How often one advocate can bring it about; null: no limit.')),
  refundThresholdBasisPoints: Integer(
    1,
    10_000,
    'Hundredths of a percent of the order that must be refunded until a fixed reward is reversed whole.',
  ),
  priority: Integer(0, 1000, 'Of the rules for one side the best pays; among equals that of the higher priority.'),
};

export const RuleInput = v.pipe(
  v.strictObject({
    id: v.exactOptional(
      v.pipe(v.string(), v.description('Of a rule of this program that stays; without it the rule is new.')),
    ),
    version: v.exactOptional(
      v.pipe(v.number(), v.description('Not read, so that a rule can be sent as it was answered.')),
    ),
    ...ruleEntries,
    minOrder: v.optional(ruleEntries.minOrder, {}),
    holdDays: v.optional(ruleEntries.holdDays, 14),
    approval: v.optional(ruleEntries.approval, 'automatic'),
    newFriendsOnly: v.optional(ruleEntries.newFriendsOnly, true),
    limitPerAdvocate: v.optional(ruleEntries.limitPerAdvocate, null),
    refundThresholdBasisPoints: v.optional(ruleEntries.refundThresholdBasisPoints, 5000),
    priority: v.optional(ruleEntries.priority, 0),
  }),
  v.forward(
    v.check(
      ({ trigger, value }) => trigger === 'purchase' || value.type === 'fixed',
      'A sign-up has no order to take a percentage of: use a fixed value.',
    ),
    ['value'],
  ),
  v.forward(
    v.check(
      ({ trigger, minOrder }) => trigger === 'purchase' || Object.keys(minOrder).length === 0,
      'A sign-up has no order: leave it out.',
    ),
    ['minOrder'],
  ),
  v.title('RuleInput'),
);

export type RuleInput = v.InferOutput<typeof RuleInput>;

/** All of a rule but which one it is. */
export type RuleTerms = Omit<Rule, 'id' | 'version' | 'programId'>;

export function ruleTerms({ id, version, value, ...terms }: RuleInput): RuleTerms {
  if (value.type === 'fixed') {
    const { amounts } = value;
    return { ...terms, amounts, basisPoints: null, maxAmounts: null, includeTax: false, includeShipping: false };
  }
  const { type, ...percent } = value;
  return { ...terms, amounts: null, ...percent };
}

export function ruleValue({
  amounts,
  basisPoints,
  maxAmounts,
  includeTax,
  includeShipping,
}: RuleTerms): v.InferOutput<typeof RuleValue> {
  if (amounts !== null) return { type: 'fixed', amounts };
  if (basisPoints === null) throw new Error('A rule has neither amounts nor a percentage');
  return { type: 'percent', basisPoints, maxAmounts, includeTax, includeShipping };
}

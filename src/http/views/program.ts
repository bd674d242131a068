import * as v from 'valibot';
import type { ProgramWithRules } from '../../db/programs.ts';
import { isTimeZone } from '../../domain/calendar.ts';
import { AllowedHost } from '../../domain/program-terms.ts';
import type { Rule as RuleRow } from '../../domain/rewards/rule.ts';
import { RuleInput, ruleEntries, ruleValue } from '../../domain/rewards/rule-input.ts';
import { DURABILITIES, MODELS, PROGRAM_STATUSES } from '../../domain/terms.ts';
import { Utm } from '../../domain/utm.ts';
import { Id, Name, Time, time } from '../schemas.ts';
import { Preview } from './preview.ts';

const Url = v.pipe(v.string(), v.maxLength(2048), v.metadata({ format: 'uri' }));
const Days = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(365));

export const programFields = {
  name: Name,
  status: v.pipe(
    v.picklist(['active', 'paused']),
    v.description('The links of a paused program still lead on, and nothing is credited.'),
  ),
  destination: v.pipe(
    Url,
    v.description('Where links lead: an https URL on one of allowedHosts; http for localhost only.'),
  ),
  allowedHosts: v.pipe(
    v.array(AllowedHost),
    v.minLength(1),
    v.maxLength(20),
    v.description('The hosts that links of this program may lead to.'),
    v.transform((hosts) => [...new Set(hosts)]),
  ),
  fallbackUrl: v.pipe(
    v.nullable(Url),
    v.description('Where friends go whose link was disabled or has ended, on one of allowedHosts; null: nowhere.'),
  ),
  model: v.pipe(v.picklist(MODELS), v.description('Which of several touches of the same proof earns a conversion.')),
  attributionWindowDays: v.pipe(Days, v.description('Days from the touch to the conversion, the last one included.')),
  qualificationWindowDays: v.pipe(
    v.nullable(Days),
    v.description('Days from the sign-up to the purchase, the last one included; null: no limit.'),
  ),
  timeZone: v.pipe(
    v.string(),
    v.check(isTimeZone, 'Must be a time zone of IANA, such as Europe/Berlin, or UTC.'),
    v.description('IANA name; the days of its statistics begin at midnight there.'),
  ),
  utm: v.pipe(
    v.nullable(Utm),
    v.description(
      'Become utm_source and so on of destinations that have none of their own; those of a link go before.',
    ),
  ),
  clickDurability: v.pipe(
    v.picklist(DURABILITIES),
    v.description(
      'fast: friends are sent on at once and clicks kept in the moment after; strict: a friend waits, for 3 seconds at most, until the click is kept.',
    ),
  ),
  rules: v.pipe(
    v.array(RuleInput),
    v.maxLength(20),
    v.description('Who earns what. On a change: all that shall be in force.'),
  ),
};

const Rule = v.pipe(
  v.object({
    id: Id('rul'),
    version: v.pipe(v.number(), v.integer(), v.description('A changed rule is a new version; rewards keep theirs.')),
    ...ruleEntries,
  }),
  v.title('Rule'),
);

export const Program = v.pipe(
  v.object({
    id: Id('prg'),
    ...programFields,
    name: v.string(),
    status: v.picklist(PROGRAM_STATUSES),
    allowedHosts: v.array(v.string()),
    preview: Preview,
    rules: v.array(Rule),
    version: v.pipe(v.number(), v.integer(), v.description('Counts the changes.')),
    createdAt: Time,
    updatedAt: Time,
  }),
  v.title('Program'),
);

export const ruleExample = {
  side: 'advocate',
  trigger: 'purchase',
  kind: 'store_credit',
  value: { type: 'percent', basisPoints: 1000, maxAmounts: { USD: 5000 }, includeTax: false, includeShipping: false },
  minOrder: { USD: 2000 },
  holdDays: 14,
  approval: 'automatic',
  newFriendsOnly: true,
  limitPerAdvocate: null,
  refundThresholdBasisPoints: 5000,
  priority: 0,
} as const;

export const programExample = {
  id: 'prg_01kar7b2e5f3v8t9w0x1y2z3a4',
  name: 'Give 5, get 10 %',
  status: 'active',
  destination: 'https://shop.example/welcome',
  allowedHosts: ['shop.example'],
  fallbackUrl: null,
  model: 'last_touch',
  attributionWindowDays: 30,
  qualificationWindowDays: 90,
  timeZone: 'Europe/Berlin',
  preview: { title: 'Get 5 off your first order', description: null, image: null, language: 'en' },
  utm: { source: 'goodword', medium: 'referral' },
  clickDurability: 'fast',
  rules: [{ id: 'rul_01kar7b2e5f3v8t9w0x1y2z3a5', version: 1, ...ruleExample }],
  version: 1,
  createdAt: '2026-11-21T20:00:00.000Z',
  updatedAt: '2026-11-21T20:00:00.000Z',
};

export function viewOfProgram({ rules, createdAt, updatedAt, ...rest }: ProgramWithRules) {
  return { ...rest, rules: rules.map(viewOfRule), createdAt: time(createdAt), updatedAt: time(updatedAt) };
}

function viewOfRule(rule: RuleRow) {
  const { programId, amounts, basisPoints, maxAmounts, includeTax, includeShipping, ...rest } = rule;
  return { ...rest, value: ruleValue(rule) };
}

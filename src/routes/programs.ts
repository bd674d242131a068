import * as v from 'valibot';
import { commit } from '../db/client.ts';
import { archiveProgram, type ProgramWithRules, programById, programsOf } from '../db/programs.ts';
import { AllowedHost } from '../domain/program-terms.ts';
import type { Rule as RuleRow } from '../domain/rewards/rule.ts';
import { RuleInput, ruleEntries, ruleValue } from '../domain/rewards/rule-input.ts';
import { MODELS, PROGRAM_STATUSES } from '../domain/terms.ts';
import { changeProgram } from '../flows/change-program.ts';
import { createProgram } from '../flows/create-program.ts';
import { publishLinks } from '../flows/publish-links.ts';
import { answer } from '../http/answer.ts';
import { operation } from '../http/describe.ts';
import { Page, page, pageQuery } from '../http/paging.ts';
import { Id, Name, Time, time } from '../http/schemas.ts';
import { Refusal } from '../lib/refusal.ts';

const Url = v.pipe(v.string(), v.maxLength(2048), v.metadata({ format: 'uri' }));
const Days = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(365));

const fields = {
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

const Program = v.pipe(
  v.object({
    id: Id('prg'),
    ...fields,
    name: v.string(),
    status: v.picklist(PROGRAM_STATUSES),
    allowedHosts: v.array(v.string()),
    rules: v.array(Rule),
    version: v.pipe(v.number(), v.integer(), v.description('Counts the changes.')),
    createdAt: Time,
    updatedAt: Time,
  }),
  v.title('Program'),
);

const rule = {
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

const example = {
  id: 'prg_01kar7b2e5f3v8t9w0x1y2z3a4',
  name: 'Give 5, get 10 %',
  status: 'active',
  destination: 'https://shop.example/welcome',
  allowedHosts: ['shop.example'],
  fallbackUrl: null,
  model: 'last_touch',
  attributionWindowDays: 30,
  qualificationWindowDays: 90,
  rules: [{ id: 'rul_01kar7b2e5f3v8t9w0x1y2z3a5', version: 1, ...rule }],
  version: 1,
  createdAt: '2026-11-21T20:00:00.000Z',
  updatedAt: '2026-11-21T20:00:00.000Z',
};

function viewOf({ rules, createdAt, updatedAt, ...rest }: ProgramWithRules) {
  return { ...rest, rules: rules.map(viewOfRule), createdAt: time(createdAt), updatedAt: time(updatedAt) };
}

function viewOfRule(rule: RuleRow) {
  const { programId, amounts, basisPoints, maxAmounts, includeTax, includeShipping, ...rest } = rule;
  return { ...rest, value: ruleValue(rule) };
}

const newProgram = operation(
  {
    method: 'post',
    path: '/v1/programs',
    operationId: 'createProgram',
    tag: 'programs',
    summary: 'Create a program',
    description: 'Where its links lead, how long a touch counts, and who earns what.',
    auth: { scope: 'programs:write' },
    body: {
      schema: v.strictObject({
        ...fields,
        status: v.optional(fields.status, 'active'),
        fallbackUrl: v.optional(fields.fallbackUrl, null),
        model: v.optional(fields.model, 'last_touch'),
        attributionWindowDays: v.optional(fields.attributionWindowDays, 30),
        qualificationWindowDays: v.optional(fields.qualificationWindowDays, 90),
        rules: v.optional(fields.rules, []),
      }),
      example: {
        name: example.name,
        destination: example.destination,
        allowedHosts: example.allowedHosts,
        rules: [
          {
            side: 'advocate',
            trigger: 'purchase',
            kind: 'store_credit',
            value: { type: 'percent', basisPoints: 1000 },
          },
          {
            side: 'friend',
            trigger: 'purchase',
            kind: 'coupon',
            value: { type: 'fixed', amounts: { USD: 500 } },
            holdDays: 0,
          },
        ],
      },
    },
    answers: { 201: { description: 'The program.', schema: Program, example } },
    refusals: ['destination_not_allowed'],
  },
  async ({ context, principal: { storeId }, body }) => answer(201, viewOf(await createProgram(context, storeId, body))),
);

const listPrograms = operation(
  {
    method: 'get',
    path: '/v1/programs',
    operationId: 'listPrograms',
    tag: 'programs',
    summary: 'List programs',
    description: 'The programs of the store, newest first; paused and archived ones too.',
    auth: { scope: 'programs:read' },
    query: { ...pageQuery('prg'), status: v.optional(v.picklist(PROGRAM_STATUSES)) },
    answers: {
      200: { description: 'One page.', schema: Page(Program), example: { items: [example], nextCursor: null } },
    },
  },
  async ({ context, principal: { storeId }, query }) =>
    answer(200, page(await programsOf(context.db, storeId, query), query.limit, viewOf)),
);

const getProgram = operation(
  {
    method: 'get',
    path: '/v1/programs/{programId}',
    operationId: 'getProgram',
    tag: 'programs',
    summary: 'Get a program',
    description: 'The program with the rules in force.',
    auth: { scope: 'programs:read' },
    answers: { 200: { description: 'The program.', schema: Program, example } },
  },
  async ({ context, principal: { storeId }, params: { programId } }) => {
    const program = await programById(context.db, storeId, programId);
    if (program === null) throw new Refusal('program_not_found');
    return answer(200, viewOf(program));
  },
);

const updateProgram = operation(
  {
    method: 'patch',
    path: '/v1/programs/{programId}',
    operationId: 'updateProgram',
    tag: 'programs',
    summary: 'Change a program',
    description:
      'Changes what is given. `rules` names all that shall be in force: one with its id and as it was stays, one with its id and anything else becomes a new version, one without id is new, and one that is missing ends. Rewards keep the version that earned them. Links follow within about 75 seconds.',
    auth: { scope: 'programs:write' },
    body: {
      schema: v.strictObject({
        name: v.exactOptional(fields.name),
        status: v.exactOptional(fields.status),
        destination: v.exactOptional(fields.destination),
        allowedHosts: v.exactOptional(fields.allowedHosts),
        fallbackUrl: v.exactOptional(fields.fallbackUrl),
        model: v.exactOptional(fields.model),
        attributionWindowDays: v.exactOptional(fields.attributionWindowDays),
        qualificationWindowDays: v.exactOptional(fields.qualificationWindowDays),
        rules: v.exactOptional(fields.rules),
      }),
      example: { status: 'paused', rules: [{ id: 'rul_01kar7b2e5f3v8t9w0x1y2z3a5', ...rule, holdDays: 30 }] },
    },
    answers: {
      200: {
        description: 'The program as it is now.',
        schema: Program,
        example: { ...example, status: 'paused', version: 2 },
      },
    },
    refusals: ['destination_not_allowed', 'program_archived'],
  },
  async ({ context, principal: { storeId }, params: { programId }, body }) => {
    const program = await changeProgram(context, storeId, programId, body);
    context.waitUntil(publishLinks(context, { storeId }));
    return answer(200, viewOf(program));
  },
);

const deleteProgram = operation(
  {
    method: 'delete',
    path: '/v1/programs/{programId}',
    operationId: 'archiveProgram',
    tag: 'programs',
    summary: 'Archive a program',
    description: 'For good: its links end, and nothing is credited any more. What was earned stays.',
    auth: { scope: 'programs:write' },
    answers: {
      200: {
        description: 'The archived program.',
        schema: Program,
        example: { ...example, status: 'archived', version: 2 },
      },
    },
  },
  async ({ context, principal: { storeId }, params: { programId } }) => {
    await commit(context.db, archiveProgram(context.db, storeId, programId, context.now()));
    const program = await programById(context.db, storeId, programId);
    if (program === null) throw new Refusal('program_not_found');
    context.waitUntil(publishLinks(context, { storeId }));
    return answer(200, viewOf(program));
  },
);

export const programs = [newProgram, listPrograms, getProgram, updateProgram, deleteProgram];

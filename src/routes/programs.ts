import * as v from 'valibot';
import { commit } from '../db/client.ts';
import { archiveProgram, programById, programsOf } from '../db/programs.ts';
import { PROGRAM_STATUSES } from '../domain/terms.ts';
import { changeProgram } from '../flows/change-program.ts';
import { createProgram } from '../flows/create-program.ts';
import { publishLinks } from '../flows/publish-links.ts';
import { answer } from '../http/answer.ts';
import { operation } from '../http/describe.ts';
import { Page, page, pageQuery } from '../http/paging.ts';
import { NewPreview, PreviewChange } from '../http/views/preview.ts';
import { Program, programExample, programFields, ruleExample, viewOfProgram } from '../http/views/program.ts';
import { Refusal } from '../lib/refusal.ts';

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
        ...programFields,
        status: v.optional(programFields.status, 'active'),
        fallbackUrl: v.optional(programFields.fallbackUrl, null),
        model: v.optional(programFields.model, 'last_touch'),
        attributionWindowDays: v.optional(programFields.attributionWindowDays, 30),
        qualificationWindowDays: v.optional(programFields.qualificationWindowDays, 90),
        timeZone: v.optional(programFields.timeZone, 'UTC'),
        utm: v.optional(programFields.utm, null),
        clickDurability: v.optional(programFields.clickDurability, 'fast'),
        preview: v.optional(NewPreview, {}),
        rules: v.optional(programFields.rules, []),
      }),
      example: {
        name: programExample.name,
        destination: programExample.destination,
        allowedHosts: programExample.allowedHosts,
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
    answers: { 201: { description: 'The program.', schema: Program, example: programExample } },
    refusals: ['destination_not_allowed'],
  },
  async ({ context, principal: { storeId }, body }) =>
    answer(201, viewOfProgram(await createProgram(context, storeId, body))),
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
      200: { description: 'One page.', schema: Page(Program), example: { items: [programExample], nextCursor: null } },
    },
  },
  async ({ context, principal: { storeId }, query }) =>
    answer(200, page(await programsOf(context.db, storeId, query), query.limit, viewOfProgram)),
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
    answers: { 200: { description: 'The program.', schema: Program, example: programExample } },
  },
  async ({ context, principal: { storeId }, params: { programId } }) => {
    const program = await programById(context.db, storeId, programId);
    if (program === null) throw new Refusal('program_not_found');
    return answer(200, viewOfProgram(program));
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
        name: v.exactOptional(programFields.name),
        status: v.exactOptional(programFields.status),
        destination: v.exactOptional(programFields.destination),
        allowedHosts: v.exactOptional(programFields.allowedHosts),
        fallbackUrl: v.exactOptional(programFields.fallbackUrl),
        model: v.exactOptional(programFields.model),
        attributionWindowDays: v.exactOptional(programFields.attributionWindowDays),
        qualificationWindowDays: v.exactOptional(programFields.qualificationWindowDays),
        timeZone: v.exactOptional(programFields.timeZone),
        utm: v.exactOptional(programFields.utm),
        clickDurability: v.exactOptional(programFields.clickDurability),
        preview: v.exactOptional(PreviewChange),
        rules: v.exactOptional(programFields.rules),
      }),
      example: { status: 'paused', rules: [{ id: 'rul_01kar7b2e5f3v8t9w0x1y2z3a5', ...ruleExample, holdDays: 30 }] },
    },
    answers: {
      200: {
        description: 'The program as it is now.',
        schema: Program,
        example: { ...programExample, status: 'paused', version: 2 },
      },
    },
    refusals: ['destination_not_allowed', 'program_archived'],
  },
  async ({ context, principal: { storeId }, params: { programId }, body }) => {
    const program = await changeProgram(context, storeId, programId, body);
    context.waitUntil(publishLinks(context, { storeId }));
    return answer(200, viewOfProgram(program));
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
        example: { ...programExample, status: 'archived', version: 2 },
      },
    },
  },
  async ({ context, principal: { storeId }, params: { programId } }) => {
    await commit(context.db, archiveProgram(context.db, storeId, programId, context.now()));
    const program = await programById(context.db, storeId, programId);
    if (program === null) throw new Refusal('program_not_found');
    context.waitUntil(publishLinks(context, { storeId }));
    return answer(200, viewOfProgram(program));
  },
);

export const programs = [newProgram, listPrograms, getProgram, updateProgram, deleteProgram];

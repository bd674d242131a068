import * as v from 'valibot';
import { isMigrated } from '../db/readiness.ts';
import { answer } from '../http/answer.ts';
import { operation } from '../http/describe.ts';
import { PROBLEMS, problemType, refusalCodes } from '../http/problem.ts';
import { Refusal } from '../lib/refusal.ts';
import document from '../openapi.json' with { type: 'json' };

const PUBLIC_FOR_5_MINUTES = { 'Cache-Control': 'public, max-age=300' };

const ProblemKind = v.object({
  code: v.string(),
  type: v.pipe(v.string(), v.url()),
  title: v.string(),
  status: v.pipe(v.number(), v.integer()),
  detail: v.string(),
});

const getHealth = operation(
  {
    method: 'get',
    path: '/health',
    operationId: 'getHealth',
    tag: 'system',
    summary: 'Is it up?',
    description: 'Answers without asking anything else.',
    auth: 'none',
    answers: {
      200: { description: 'It is.', schema: v.object({ status: v.literal('up') }), example: { status: 'up' } },
    },
  },
  async () => answer(200, { status: 'up' }),
);

const getReady = operation(
  {
    method: 'get',
    path: '/ready',
    operationId: 'getReady',
    tag: 'system',
    summary: 'Can it work?',
    description: 'Asks the database whether it is in reach and has the tables of this version.',
    auth: 'none',
    answers: {
      200: { description: 'It can.', schema: v.object({ status: v.literal('ready') }), example: { status: 'ready' } },
    },
    refusals: ['database_unavailable'],
  },
  async ({ context }) => {
    if (await isMigrated(context.db)) return answer(200, { status: 'ready' });
    throw new Refusal('database_unavailable', {
      detail: 'The database lacks tables or columns of this version: run the migrations.',
      retryAfterSeconds: 10,
    });
  },
);

const getVersion = operation(
  {
    method: 'get',
    path: '/version',
    operationId: 'getVersion',
    tag: 'system',
    summary: 'Which version is it?',
    description: 'The version of the software and of this API.',
    auth: 'none',
    answers: {
      200: {
        description: 'The version.',
        schema: v.object({ name: v.string(), version: v.string() }),
        example: { name: 'goodword', version: '1.0.0' },
      },
    },
  },
  async () => answer(200, { name: 'goodword', version: document.info.version }),
);

const getOpenApi = operation(
  {
    method: 'get',
    path: '/openapi.json',
    operationId: 'getOpenApi',
    tag: 'system',
    summary: 'This document',
    description: 'OpenAPI 3.1, made from the schemas that check every request.',
    auth: 'none',
    answers: {
      200: {
        description: 'The document.',
        schema: v.objectWithRest({ openapi: v.string() }, v.unknown()),
        example: { openapi: '3.1.1' },
      },
    },
  },
  async () => answer(200, document, PUBLIC_FOR_5_MINUTES),
);

const listProblems = operation(
  {
    method: 'get',
    path: '/problems',
    operationId: 'listProblems',
    tag: 'system',
    summary: 'Every kind of problem',
    description: 'All codes that an `application/problem+json` answer can have; the `type` of a problem leads here.',
    auth: 'none',
    answers: {
      200: {
        description: 'All of them, by code.',
        schema: v.object({ items: v.array(ProblemKind) }),
        example: {
          items: [
            {
              code: 'key_missing',
              type: 'https://api.example.com/problems#key_missing',
              title: 'Missing key',
              status: 401,
              detail: 'Send the header `Authorization: Bearer <key>`.',
            },
          ],
        },
      },
    },
  },
  async ({ request: { url } }) => {
    const items = refusalCodes().map((code) => ({ code, type: problemType(url, code), ...PROBLEMS[code] }));
    return answer(200, { items }, PUBLIC_FOR_5_MINUTES);
  },
);

export const system = [getHealth, getReady, getVersion, getOpenApi, listProblems];

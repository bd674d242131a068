import * as v from 'valibot';
import { type Link as LinkRow, linkById, linksOf } from '../db/links.ts';
import { vanityCodeProblem } from '../domain/code.ts';
import { changeLink } from '../flows/change-link.ts';
import { createLink } from '../flows/create-link.ts';
import { publishLinks } from '../flows/publish-links.ts';
import { answer } from '../http/answer.ts';
import { operation } from '../http/describe.ts';
import { Page, page, pageQuery } from '../http/paging.ts';
import { Id, Time, TimeInput, time } from '../http/schemas.ts';
import { Refusal } from '../lib/refusal.ts';

const Code = v.pipe(
  v.string(),
  v.metadata({ pattern: '^[a-z0-9-]{3,32}$' }),
  v.description('3 to 32 of a to z, 0 to 9 and hyphens; unique on the host, and no word of ours or offence.'),
  v.rawCheck(({ dataset, addIssue }) => {
    const message = dataset.typed ? vanityCodeProblem(dataset.value) : null;
    if (message !== null) addIssue({ message });
  }),
);

const fields = {
  destination: v.pipe(
    v.nullable(v.pipe(v.string(), v.maxLength(2048), v.metadata({ format: 'uri' }))),
    v.description("An https URL on one of the program's allowedHosts; null: the program's destination."),
  ),
  enabled: v.pipe(v.boolean(), v.description('A disabled link leads to the fallback page of its program.')),
  startsAt: v.pipe(v.nullable(TimeInput), v.description('Before it the link is not found; null: at once.')),
  endsAt: v.pipe(v.nullable(TimeInput), v.description('From then on it is gone; null: never.')),
};

const Link = v.pipe(
  v.object({
    id: Id('lnk'),
    programId: Id('prg'),
    advocateId: Id('adv'),
    url: v.pipe(v.string(), v.url(), v.description('What to share. A channel may follow: `/whatsapp`.')),
    code: v.string(),
    formerCodes: v.pipe(v.array(v.string()), v.description('They keep leading to this link, and to no other ever.')),
    destination: fields.destination,
    enabled: fields.enabled,
    startsAt: v.nullable(Time),
    endsAt: v.nullable(Time),
    version: v.pipe(v.number(), v.integer(), v.description('Counts the changes.')),
    createdAt: Time,
    updatedAt: Time,
  }),
  v.title('Link'),
);

const example = {
  id: 'lnk_01kar7b2e5f3v8t9w0x1y2z3a4',
  programId: 'prg_01kar7b2e5f3v8t9w0x1y2z3a5',
  advocateId: 'adv_01kar7b2e5f3v8t9w0x1y2z3a6',
  url: 'https://go.example.com/ann',
  code: 'ann',
  formerCodes: [],
  destination: null,
  enabled: true,
  startsAt: null,
  endsAt: null,
  version: 1,
  createdAt: '2026-11-21T20:00:00.000Z',
  updatedAt: '2026-11-21T20:00:00.000Z',
};

function viewOf({ host, codes, ...link }: LinkRow, publicUrl: string) {
  return {
    ...link,
    url: `${new URL(publicUrl).protocol}//${host}/${link.code}`,
    formerCodes: codes.filter((code) => code !== link.code),
    startsAt: time(link.startsAt),
    endsAt: time(link.endsAt),
    createdAt: time(link.createdAt),
    updatedAt: time(link.updatedAt),
  };
}

const newLink = operation(
  {
    method: 'post',
    path: '/v1/links',
    operationId: 'createLink',
    tag: 'links',
    summary: 'Create a link',
    description:
      'Gives an advocate a short link in a program. Without a code of your own it gets one of ten characters.',
    auth: { scope: 'links:write' },
    body: {
      schema: v.strictObject({
        programId: Id('prg'),
        advocateId: Id('adv'),
        code: v.optional(v.nullable(Code), null),
        destination: v.optional(fields.destination, null),
        enabled: v.optional(fields.enabled, true),
        startsAt: v.optional(fields.startsAt, null),
        endsAt: v.optional(fields.endsAt, null),
      }),
      example: { programId: example.programId, advocateId: example.advocateId, code: 'ann' },
    },
    answers: { 201: { description: 'The link. It works at once.', schema: Link, example } },
    refusals: [
      'advocate_not_found',
      'code_taken',
      'destination_not_allowed',
      'invalid_transition',
      'program_archived',
      'program_not_found',
    ],
  },
  async ({ context, principal: { storeId }, body }) => {
    const link = await createLink(context, storeId, body);
    context.waitUntil(publishLinks(context, { storeId, linkId: link.id }));
    return answer(201, viewOf(link, context.settings.PUBLIC_URL));
  },
);

const listLinks = operation(
  {
    method: 'get',
    path: '/v1/links',
    operationId: 'listLinks',
    tag: 'links',
    summary: 'List links',
    description: 'The links of the store, of one program or of one advocate, newest first.',
    auth: { scope: 'links:read' },
    query: { ...pageQuery('lnk'), programId: v.optional(Id('prg')), advocateId: v.optional(Id('adv')) },
    answers: {
      200: { description: 'One page.', schema: Page(Link), example: { items: [example], nextCursor: null } },
    },
  },
  async ({ context: { db, settings }, principal: { storeId }, query }) =>
    answer(
      200,
      page(await linksOf(db, storeId, query), query.limit, (link) => viewOf(link, settings.PUBLIC_URL)),
    ),
);

const getLink = operation(
  {
    method: 'get',
    path: '/v1/links/{linkId}',
    operationId: 'getLink',
    tag: 'links',
    summary: 'Get a link',
    description: 'One link with every code it ever had.',
    auth: { scope: 'links:read' },
    answers: { 200: { description: 'The link.', schema: Link, example } },
  },
  async ({ context: { db, settings }, principal: { storeId }, params: { linkId } }) => {
    const link = await linkById(db, storeId, linkId);
    if (link === null) throw new Refusal('link_not_found');
    return answer(200, viewOf(link, settings.PUBLIC_URL));
  },
);

const updateLink = operation(
  {
    method: 'patch',
    path: '/v1/links/{linkId}',
    operationId: 'updateLink',
    tag: 'links',
    summary: 'Change a link',
    description:
      'Changes what is given; friends see it within about 75 seconds. After a new code the former ones keep leading to this link, and it can have them back. A link is never deleted: disable it.',
    auth: { scope: 'links:write' },
    body: {
      schema: v.strictObject({
        code: v.exactOptional(Code),
        destination: v.exactOptional(fields.destination),
        enabled: v.exactOptional(fields.enabled),
        startsAt: v.exactOptional(fields.startsAt),
        endsAt: v.exactOptional(fields.endsAt),
      }),
      example: { code: 'ann-maple' },
    },
    answers: {
      200: {
        description: 'The link as it is now.',
        schema: Link,
        example: {
          ...example,
          url: 'https://go.example.com/ann-maple',
          code: 'ann-maple',
          formerCodes: ['ann'],
          version: 2,
        },
      },
    },
    refusals: ['code_taken', 'destination_not_allowed', 'invalid_transition', 'program_archived'],
  },
  async ({ context, principal: { storeId }, params: { linkId }, body }) => {
    const link = await changeLink(context, storeId, linkId, body);
    context.waitUntil(publishLinks(context, { storeId, linkId }));
    return answer(200, viewOf(link, context.settings.PUBLIC_URL));
  },
);

export const links = [newLink, listLinks, getLink, updateLink];

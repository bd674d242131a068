import * as v from 'valibot';
import { linkById, linksOf } from '../db/links.ts';
import { vanityCodeProblem } from '../domain/code.ts';
import { LinkHost } from '../domain/link-host.ts';
import { changeLink } from '../flows/change-link.ts';
import { createLink } from '../flows/create-link.ts';
import { publishLinks } from '../flows/publish-links.ts';
import { answer } from '../http/answer.ts';
import { operation } from '../http/describe.ts';
import { Page, page, pageQuery } from '../http/paging.ts';
import { Id } from '../http/schemas.ts';
import { Link, linkExample, linkFields, viewOfLink } from '../http/views/link.ts';
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
        host: v.optional(
          v.pipe(v.nullable(LinkHost), v.description("A domain of the store's own; null: the deployment's host.")),
          null,
        ),
        code: v.optional(v.nullable(Code), null),
        destination: v.optional(linkFields.destination, null),
        countries: v.optional(linkFields.countries, null),
        utm: v.optional(linkFields.utm, null),
        enabled: v.optional(linkFields.enabled, true),
        startsAt: v.optional(linkFields.startsAt, null),
        endsAt: v.optional(linkFields.endsAt, null),
        title: v.optional(linkFields.title, null),
        description: v.optional(linkFields.description, null),
        image: v.optional(linkFields.image, null),
        maxClicks: v.optional(linkFields.maxClicks, null),
      }),
      example: { programId: linkExample.programId, advocateId: linkExample.advocateId, code: 'ann' },
    },
    answers: { 201: { description: 'The link. It works at once.', schema: Link, example: linkExample } },
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
    return answer(201, viewOfLink(link, context.settings.PUBLIC_URL));
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
      200: { description: 'One page.', schema: Page(Link), example: { items: [linkExample], nextCursor: null } },
    },
  },
  async ({ context: { db, settings }, principal: { storeId }, query }) =>
    answer(
      200,
      page(await linksOf(db, storeId, query), query.limit, (link) => viewOfLink(link, settings.PUBLIC_URL)),
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
    answers: { 200: { description: 'The link.', schema: Link, example: linkExample } },
  },
  async ({ context: { db, settings }, principal: { storeId }, params: { linkId } }) => {
    const link = await linkById(db, storeId, linkId);
    if (link === null) throw new Refusal('link_not_found');
    return answer(200, viewOfLink(link, settings.PUBLIC_URL));
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
        destination: v.exactOptional(linkFields.destination),
        countries: v.exactOptional(linkFields.countries),
        utm: v.exactOptional(linkFields.utm),
        enabled: v.exactOptional(linkFields.enabled),
        startsAt: v.exactOptional(linkFields.startsAt),
        endsAt: v.exactOptional(linkFields.endsAt),
        title: v.exactOptional(linkFields.title),
        description: v.exactOptional(linkFields.description),
        image: v.exactOptional(linkFields.image),
        maxClicks: v.exactOptional(linkFields.maxClicks),
      }),
      example: { code: 'ann-maple' },
    },
    answers: {
      200: {
        description: 'The link as it is now.',
        schema: Link,
        example: {
          ...linkExample,
          url: 'https://go.example.com/ann-maple',
          qrUrl: 'https://go.example.com/ann-maple/qr.svg',
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
    return answer(200, viewOfLink(link, context.settings.PUBLIC_URL));
  },
);

export const links = [newLink, listLinks, getLink, updateLink];

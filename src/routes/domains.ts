import * as v from 'valibot';
import { domainById, domainsOf } from '../db/domains.ts';
import { LinkHost } from '../domain/link-host.ts';
import { archiveDomain } from '../flows/archive-domain.ts';
import { changeDomain } from '../flows/change-domain.ts';
import { createDomain } from '../flows/create-domain.ts';
import { publishLinks } from '../flows/publish-links.ts';
import { answer } from '../http/answer.ts';
import { operation } from '../http/describe.ts';
import { Page, page, pageQuery } from '../http/paging.ts';
import { Domain, domainExample, RootUrl, viewOfDomain } from '../http/views/domain.ts';
import { Refusal } from '../lib/refusal.ts';

const newDomain = operation(
  {
    method: 'post',
    path: '/v1/domains',
    operationId: 'createDomain',
    tag: 'domains',
    summary: 'Create a domain',
    description:
      'Takes a host of your own into use for links. The answer says which DNS records to set. A host belongs to one side of one store, for good.',
    auth: { scope: 'domains:write' },
    body: {
      schema: v.strictObject({ host: LinkHost, rootUrl: v.optional(RootUrl, null) }),
      example: { host: domainExample.host, rootUrl: domainExample.rootUrl },
    },
    answers: { 201: { description: 'The domain.', schema: Domain, example: domainExample } },
    refusals: ['domain_taken'],
  },
  async ({ context, principal: { storeId }, body }) =>
    answer(201, viewOfDomain(await createDomain(context, storeId, body), context.settings.PUBLIC_URL)),
);

const listDomains = operation(
  {
    method: 'get',
    path: '/v1/domains',
    operationId: 'listDomains',
    tag: 'domains',
    summary: 'List domains',
    description: 'The domains of the store, newest first; archived ones too.',
    auth: { scope: 'domains:read' },
    query: pageQuery('dom'),
    answers: {
      200: { description: 'One page.', schema: Page(Domain), example: { items: [domainExample], nextCursor: null } },
    },
  },
  async ({ context: { db, settings }, principal: { storeId }, query }) =>
    answer(
      200,
      page(await domainsOf(db, storeId, query), query.limit, (domain) => viewOfDomain(domain, settings.PUBLIC_URL)),
    ),
);

const getDomain = operation(
  {
    method: 'get',
    path: '/v1/domains/{domainId}',
    operationId: 'getDomain',
    tag: 'domains',
    summary: 'Get a domain',
    description: 'The domain and how to bring its host here.',
    auth: { scope: 'domains:read' },
    answers: { 200: { description: 'The domain.', schema: Domain, example: domainExample } },
  },
  async ({ context: { db, settings }, principal: { storeId }, params: { domainId } }) => {
    const domain = await domainById(db, storeId, domainId);
    if (domain === null) throw new Refusal('domain_not_found');
    return answer(200, viewOfDomain(domain, settings.PUBLIC_URL));
  },
);

const updateDomain = operation(
  {
    method: 'patch',
    path: '/v1/domains/{domainId}',
    operationId: 'updateDomain',
    tag: 'domains',
    summary: 'Change a domain',
    description: 'Changes where its host leads without a code. The host stays: create another domain.',
    auth: { scope: 'domains:write' },
    body: { schema: v.strictObject({ rootUrl: v.exactOptional(RootUrl) }), example: { rootUrl: null } },
    answers: {
      200: {
        description: 'The domain as it is now.',
        schema: Domain,
        example: { ...domainExample, rootUrl: null },
      },
    },
    refusals: ['invalid_transition'],
  },
  async ({ context, principal: { storeId }, params: { domainId }, body }) =>
    answer(200, viewOfDomain(await changeDomain(context, storeId, domainId, body), context.settings.PUBLIC_URL)),
);

const deleteDomain = operation(
  {
    method: 'delete',
    path: '/v1/domains/{domainId}',
    operationId: 'archiveDomain',
    tag: 'domains',
    summary: 'Archive a domain',
    description:
      'For good: its links are answered as unknown, within about 75 seconds, and no store can take the host again.',
    auth: { scope: 'domains:write' },
    answers: {
      200: {
        description: 'The archived domain.',
        schema: Domain,
        example: { ...domainExample, archivedAt: domainExample.updatedAt },
      },
    },
  },
  async ({ context, principal: { storeId }, params: { domainId } }) => {
    const domain = await archiveDomain(context, storeId, domainId);
    context.waitUntil(publishLinks(context, { storeId }));
    return answer(200, viewOfDomain(domain, context.settings.PUBLIC_URL));
  },
);

export const domains = [newDomain, listDomains, getDomain, updateDomain, deleteDomain];

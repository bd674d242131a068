import * as v from 'valibot';
import { type Advocate as AdvocateRow, advocateById, advocatesOf } from '../db/advocates.ts';
import { normalEmail } from '../domain/email.ts';
import { text } from '../domain/sources/neutral-event.ts';
import { archiveAdvocate } from '../flows/archive-advocate.ts';
import { changeAdvocate } from '../flows/change-advocate.ts';
import { enrolAdvocate } from '../flows/enrol-advocate.ts';
import { findAdvocates } from '../flows/find-advocates.ts';
import { publishLinks } from '../flows/publish-links.ts';
import { answer } from '../http/answer.ts';
import type { StorePrincipal } from '../http/authenticate.ts';
import { operation } from '../http/describe.ts';
import { Page, page, pageQuery } from '../http/paging.ts';
import { Name } from '../http/schemas.ts';
import { Advocate, advocateExample, viewOfAdvocate } from '../http/views/advocate.ts';
import type { Keyring } from '../lib/keyring.ts';
import { Refusal } from '../lib/refusal.ts';

const CustomerId = v.pipe(
  text(
    128,
    "The store's own id of the customer, as in its callbacks; not an e-mail address, because it is kept in the clear.",
  ),
  v.check((id) => normalEmail(id) === null, 'Must not be an e-mail address: that belongs into `email`.'),
);

const Email = v.pipe(
  v.string(),
  v.trim(),
  v.maxLength(254),
  v.metadata({ format: 'email' }),
  v.check((email) => normalEmail(email) !== null, 'Must be an e-mail address.'),
);

const contact = {
  email: v.pipe(
    v.nullable(Email),
    v.description('Kept encrypted, and compared by a keyed digest, so that nobody refers themselves; null: none.'),
  ),
  name: v.pipe(v.nullable(Name), v.description('Kept encrypted; null: none.')),
};

async function pageOf(rows: AdvocateRow[], limit: number, principal: StorePrincipal, keyring: Keyring) {
  const views = await Promise.all(rows.map((row) => viewOfAdvocate(row, principal, keyring)));
  return page(views, limit, (view) => view);
}

const newAdvocate = operation(
  {
    method: 'post',
    path: '/v1/advocates',
    operationId: 'enrolAdvocate',
    tag: 'advocates',
    summary: 'Enrol an advocate',
    description:
      'One customer is one advocate, however often they are enrolled: a known one is brought up to date with what is given, and back from the archive.',
    auth: { scope: 'advocates:write' },
    body: {
      schema: v.strictObject({
        customerId: CustomerId,
        email: v.exactOptional(contact.email),
        name: v.exactOptional(contact.name),
      }),
      example: { customerId: 'customer-1', email: 'ann@advocateExample.com', name: 'Ann' },
    },
    answers: {
      200: { description: 'The advocate, who was known.', schema: Advocate, example: advocateExample },
      201: { description: 'The new advocate.', schema: Advocate, example: advocateExample },
    },
  },
  async ({ context, principal, body }) => {
    const { advocate, outcome } = await enrolAdvocate(context, principal, body);
    if (outcome === 'restored') context.waitUntil(publishLinks(context, { storeId: principal.storeId }));
    return answer(outcome === 'new' ? 201 : 200, await viewOfAdvocate(advocate, principal, context.keyring));
  },
);

const listAdvocates = operation(
  {
    method: 'get',
    path: '/v1/advocates',
    operationId: 'listAdvocates',
    tag: 'advocates',
    summary: 'List advocates',
    description: 'The advocates of the store, newest first; archived ones too. To find one by e-mail, search.',
    auth: { scope: 'advocates:read' },
    query: { ...pageQuery('adv'), customerId: v.optional(CustomerId) },
    answers: {
      200: {
        description: 'One page.',
        schema: Page(Advocate),
        example: { items: [advocateExample], nextCursor: null },
      },
    },
  },
  async ({ context, principal, query }) => {
    const rows = await advocatesOf(context.db, principal.storeId, query);
    return answer(200, await pageOf(rows, query.limit, principal, context.keyring));
  },
);

const searchAdvocates = operation(
  {
    method: 'post',
    path: '/v1/advocates/search',
    operationId: 'searchAdvocates',
    tag: 'advocates',
    summary: 'Find advocates by e-mail',
    description:
      'All advocates whose address reaches the same mailbox, newest first. A POST, because no URL may hold an address; it changes nothing.',
    auth: { scope: 'advocates:read' },
    query: pageQuery('adv'),
    body: { schema: v.strictObject({ email: Email }), example: { email: 'ann@advocateExample.com' } },
    answers: {
      200: {
        description: 'One page.',
        schema: Page(Advocate),
        example: { items: [advocateExample], nextCursor: null },
      },
    },
  },
  async ({ context, principal, query, body: { email } }) => {
    const rows = await findAdvocates(context, principal, email, query);
    return answer(200, await pageOf(rows, query.limit, principal, context.keyring));
  },
);

const getAdvocate = operation(
  {
    method: 'get',
    path: '/v1/advocates/{advocateId}',
    operationId: 'getAdvocate',
    tag: 'advocates',
    summary: 'Get an advocate',
    description: 'One advocate; an archived one too.',
    auth: { scope: 'advocates:read' },
    answers: { 200: { description: 'The advocate.', schema: Advocate, example: advocateExample } },
  },
  async ({ context, principal, params: { advocateId } }) => {
    const advocate = await advocateById(context.db, principal.storeId, advocateId);
    if (advocate === null) throw new Refusal('advocate_not_found');
    return answer(200, await viewOfAdvocate(advocate, principal, context.keyring));
  },
);

const updateAdvocate = operation(
  {
    method: 'patch',
    path: '/v1/advocates/{advocateId}',
    operationId: 'updateAdvocate',
    tag: 'advocates',
    summary: 'Change an advocate',
    description:
      'Changes what is given. The links of a banned advocate lead on, and nothing is credited to them; what they earned before stays.',
    auth: { scope: 'advocates:write' },
    body: {
      schema: v.strictObject({
        email: v.exactOptional(contact.email),
        name: v.exactOptional(contact.name),
        banned: v.exactOptional(v.boolean()),
      }),
      example: { banned: true },
    },
    answers: {
      200: {
        description: 'The advocate as they are now.',
        schema: Advocate,
        example: { ...advocateExample, bannedAt: advocateExample.updatedAt },
      },
    },
  },
  async ({ context, principal, params: { advocateId }, body }) => {
    const advocate = await changeAdvocate(context, principal, advocateId, body);
    return answer(200, await viewOfAdvocate(advocate, principal, context.keyring));
  },
);

const deleteAdvocate = operation(
  {
    method: 'delete',
    path: '/v1/advocates/{advocateId}',
    operationId: 'archiveAdvocate',
    tag: 'advocates',
    summary: 'Archive an advocate',
    description: 'Their links end. What they earned stays, and enrolling the customer again brings them back.',
    auth: { scope: 'advocates:write' },
    answers: {
      200: {
        description: 'The archived advocate.',
        schema: Advocate,
        example: { ...advocateExample, archivedAt: advocateExample.updatedAt },
      },
    },
  },
  async ({ context, principal, params: { advocateId } }) => {
    const advocate = await archiveAdvocate(context, principal.storeId, advocateId);
    context.waitUntil(publishLinks(context, { storeId: principal.storeId }));
    return answer(200, await viewOfAdvocate(advocate, principal, context.keyring));
  },
);

export const advocates = [newAdvocate, listAdvocates, searchAdvocates, getAdvocate, updateAdvocate, deleteAdvocate];

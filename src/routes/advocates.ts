import * as v from 'valibot';
import { type Advocate as AdvocateRow, advocateById, advocatesOf } from '../db/advocates.ts';
import { openContact } from '../domain/contact.ts';
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
import { Id, Name, Time, time } from '../http/schemas.ts';
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

const Advocate = v.pipe(
  v.object({
    id: Id('adv'),
    customerId: v.string(),
    email: v.optional(v.pipe(v.nullable(v.string()), v.description('Only for keys with the scope `pii:read`.'))),
    name: v.optional(v.pipe(v.nullable(v.string()), v.description('Only for keys with the scope `pii:read`.'))),
    bannedAt: v.pipe(v.nullable(Time), v.description('Since when nothing is credited to them.')),
    createdAt: Time,
    updatedAt: Time,
    archivedAt: v.nullable(Time),
  }),
  v.title('Advocate'),
);

const example = {
  id: 'adv_01kar7b2e5f3v8t9w0x1y2z3a4',
  customerId: 'customer-1',
  email: 'ann@example.com',
  name: 'Ann',
  bannedAt: null,
  createdAt: '2026-11-21T20:00:00.000Z',
  updatedAt: '2026-11-21T20:00:00.000Z',
  archivedAt: null,
};

/** Whom the key lets see e-mail addresses and names. */
async function viewOf(advocate: AdvocateRow, { scopes }: StorePrincipal, keyring: Keyring) {
  const { id, customerId, bannedAt, createdAt, updatedAt, archivedAt } = advocate;
  return {
    id,
    customerId,
    ...(scopes.includes('pii:read') ? await openContact(advocate, keyring) : {}),
    bannedAt: time(bannedAt),
    createdAt: time(createdAt),
    updatedAt: time(updatedAt),
    archivedAt: time(archivedAt),
  };
}

async function pageOf(rows: AdvocateRow[], limit: number, principal: StorePrincipal, keyring: Keyring) {
  const views = await Promise.all(rows.map((row) => viewOf(row, principal, keyring)));
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
      example: { customerId: 'customer-1', email: 'ann@example.com', name: 'Ann' },
    },
    answers: {
      200: { description: 'The advocate, who was known.', schema: Advocate, example },
      201: { description: 'The new advocate.', schema: Advocate, example },
    },
  },
  async ({ context, principal, body }) => {
    const { advocate, outcome } = await enrolAdvocate(context, principal, body);
    if (outcome === 'restored') context.waitUntil(publishLinks(context, { storeId: principal.storeId }));
    return answer(outcome === 'new' ? 201 : 200, await viewOf(advocate, principal, context.keyring));
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
      200: { description: 'One page.', schema: Page(Advocate), example: { items: [example], nextCursor: null } },
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
    body: { schema: v.strictObject({ email: Email }), example: { email: 'ann@example.com' } },
    answers: {
      200: { description: 'One page.', schema: Page(Advocate), example: { items: [example], nextCursor: null } },
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
    answers: { 200: { description: 'The advocate.', schema: Advocate, example } },
  },
  async ({ context, principal, params: { advocateId } }) => {
    const advocate = await advocateById(context.db, principal.storeId, advocateId);
    if (advocate === null) throw new Refusal('advocate_not_found');
    return answer(200, await viewOf(advocate, principal, context.keyring));
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
        example: { ...example, bannedAt: example.updatedAt },
      },
    },
  },
  async ({ context, principal, params: { advocateId }, body }) => {
    const advocate = await changeAdvocate(context, principal, advocateId, body);
    return answer(200, await viewOf(advocate, principal, context.keyring));
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
        example: { ...example, archivedAt: example.updatedAt },
      },
    },
  },
  async ({ context, principal, params: { advocateId } }) => {
    const advocate = await archiveAdvocate(context, principal.storeId, advocateId);
    context.waitUntil(publishLinks(context, { storeId: principal.storeId }));
    return answer(200, await viewOf(advocate, principal, context.keyring));
  },
);

export const advocates = [newAdvocate, listAdvocates, searchAdvocates, getAdvocate, updateAdvocate, deleteAdvocate];

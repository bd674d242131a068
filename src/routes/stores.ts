import * as v from 'valibot';
import { commit } from '../db/client.ts';
import { allStores, changeStore, type Store as StoreRow, storeById } from '../db/stores.ts';
import { MODES } from '../domain/terms.ts';
import { archiveStore } from '../flows/archive-store.ts';
import { createStore, type NewSide } from '../flows/create-store.ts';
import { publishLinks } from '../flows/publish-links.ts';
import { answer } from '../http/answer.ts';
import { operation } from '../http/describe.ts';
import { Page, page, pageQuery } from '../http/paging.ts';
import { Id, Name, Time, time } from '../http/schemas.ts';
import { Refusal } from '../lib/refusal.ts';

const ClickRetentionDays = v.pipe(
  v.number(),
  v.integer(),
  v.minValue(1),
  v.maxValue(3650),
  v.description(
    'For how many days single clicks are kept, on this side; their counts stay for good. A touch that comes with its click token is credited without them, one that comes with the bare id of a click is not.',
  ),
);

const entries = {
  id: Id('sto'),
  name: v.string(),
  mode: v.picklist(MODES),
  twinId: v.pipe(Id('sto'), v.description('The other side of the same merchant.')),
  clickRetentionDays: ClickRetentionDays,
  createdAt: Time,
  updatedAt: Time,
  archivedAt: v.nullable(Time),
};

const Store = v.pipe(v.object(entries), v.title('Store'));

const NewStoreSide = v.pipe(
  v.object({
    ...entries,
    secretKey: v.pipe(v.string(), v.description('Shown this once. It has all scopes; make lesser keys with it.')),
    publishableKey: v.pipe(v.string(), v.description('Shown this once.')),
  }),
  v.title('NewStoreSide'),
);

const body = { schema: v.strictObject({ name: Name }), example: { name: 'Maple Coffee' } };

const example = {
  id: 'sto_01kar7b2e5f3v8t9w0x1y2z3a4',
  name: 'Maple Coffee',
  mode: 'live',
  twinId: 'sto_01kar7b2e5f3v8t9w0x1y2z3a5',
  clickRetentionDays: 90,
  createdAt: '2026-11-21T20:00:00.000Z',
  updatedAt: '2026-11-21T20:00:00.000Z',
  archivedAt: null,
};

function viewOf(store: StoreRow) {
  const { createdAt, updatedAt, archivedAt, ...rest } = store;
  return { ...rest, createdAt: time(createdAt), updatedAt: time(updatedAt), archivedAt: time(archivedAt) };
}

function viewOfNew({ store, ...keys }: NewSide) {
  return { ...viewOf(store), ...keys };
}

const newStore = operation(
  {
    method: 'post',
    path: '/v1/stores',
    operationId: 'createStore',
    tag: 'stores',
    summary: 'Create a store',
    description: 'Makes its live and its test side, each with a secret and a publishable key. The keys are shown once.',
    auth: 'deployment',
    body,
    answers: {
      201: {
        description: 'Both sides, with their keys.',
        schema: v.object({ live: NewStoreSide, test: NewStoreSide }),
        example: {
          live: { ...example, secretKey: 'gw_sk_live_…', publishableKey: 'gw_pk_live_…' },
          test: {
            ...example,
            id: example.twinId,
            twinId: example.id,
            mode: 'test',
            secretKey: 'gw_sk_test_…',
            publishableKey: 'gw_pk_test_…',
          },
        },
      },
    },
  },
  async ({ context, body: { name } }) => {
    const { live, test } = await createStore(context, name);
    return answer(201, { live: viewOfNew(live), test: viewOfNew(test) });
  },
);

const listStores = operation(
  {
    method: 'get',
    path: '/v1/stores',
    operationId: 'listStores',
    tag: 'stores',
    summary: 'List stores',
    description: 'Both sides of every store, newest first; archived ones too.',
    auth: 'deployment',
    query: pageQuery('sto'),
    answers: {
      200: { description: 'One page.', schema: Page(Store), example: { items: [example], nextCursor: null } },
    },
  },
  async ({ context, query }) => answer(200, page(await allStores(context.db, query), query.limit, viewOf)),
);

const getStore = operation(
  {
    method: 'get',
    path: '/v1/stores/{storeId}',
    operationId: 'getStore',
    tag: 'stores',
    summary: 'Get a store',
    description: 'One side of a store.',
    auth: 'deployment',
    answers: { 200: { description: 'The store.', schema: Store, example } },
  },
  async ({ context, params: { storeId } }) => {
    const store = await storeById(context.db, storeId);
    if (store === null) throw new Refusal('store_not_found');
    return answer(200, viewOf(store));
  },
);

const getOwnStore = operation(
  {
    method: 'get',
    path: '/v1/store',
    operationId: 'getOwnStore',
    tag: 'stores',
    summary: 'Get the store of this key',
    description: 'Says which store, and which side of it, the key belongs to.',
    auth: { scope: 'stores:read' },
    answers: { 200: { description: 'The store.', schema: Store, example } },
  },
  async ({ context, principal: { storeId } }) => {
    const store = await storeById(context.db, storeId);
    if (store === null) throw new Refusal('key_invalid');
    return answer(200, viewOf(store));
  },
);

const updateStore = operation(
  {
    method: 'patch',
    path: '/v1/stores/{storeId}',
    operationId: 'updateStore',
    tag: 'stores',
    summary: 'Change a store',
    description: 'Changes what is given. The name is that of both sides; clickRetentionDays is of this side alone.',
    auth: 'deployment',
    body: {
      schema: v.strictObject({
        name: v.exactOptional(Name),
        clickRetentionDays: v.exactOptional(ClickRetentionDays),
      }),
      example: { name: 'Maple Coffee', clickRetentionDays: 30 },
    },
    answers: {
      200: { description: 'The store as it is now.', schema: Store, example: { ...example, clickRetentionDays: 30 } },
    },
  },
  async ({ context, params: { storeId }, body }) => {
    await commit(context.db, [changeStore(context.db, storeId, body, context.now())]);
    const store = await storeById(context.db, storeId);
    if (store === null) throw new Refusal('store_not_found');
    return answer(200, viewOf(store));
  },
);

const deleteStore = operation(
  {
    method: 'delete',
    path: '/v1/stores/{storeId}',
    operationId: 'archiveStore',
    tag: 'stores',
    summary: 'Archive a store',
    description: 'Archives both sides: their keys stop working, and their data stays.',
    auth: 'deployment',
    answers: {
      200: {
        description: 'The archived store.',
        schema: Store,
        example: { ...example, archivedAt: example.updatedAt },
      },
    },
  },
  async ({ context, params: { storeId } }) => {
    const store = await archiveStore(context, storeId);
    if (store === null) throw new Refusal('store_not_found');
    for (const side of [store.id, store.twinId]) context.waitUntil(publishLinks(context, { storeId: side }));
    return answer(200, viewOf(store));
  },
);

export const stores = [newStore, listStores, getStore, getOwnStore, updateStore, deleteStore];

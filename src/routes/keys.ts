import * as v from 'valibot';
import { commit } from '../db/client.ts';
import { type Key as KeyRow, keyById, keysOf, revokeKey } from '../db/keys.ts';
import { SCOPES } from '../domain/scopes.ts';
import { createKey } from '../flows/create-key.ts';
import { rotateKey } from '../flows/rotate-key.ts';
import { answer } from '../http/answer.ts';
import { operation } from '../http/describe.ts';
import { Page, page, pageQuery } from '../http/paging.ts';
import { Id, Name, Time, TimeInput, time } from '../http/schemas.ts';
import { Refusal } from '../lib/refusal.ts';

const Kind = v.pipe(
  v.picklist(['secret', 'publishable']),
  v.description('A publishable key may be seen in a page, and has no scopes.'),
);

const entries = {
  id: Id('key'),
  kind: Kind,
  name: v.string(),
  hint: v.pipe(v.string(), v.description('The last four characters of the key.')),
  scopes: v.array(v.picklist(SCOPES)),
  createdAt: Time,
  expiresAt: v.nullable(Time),
  revokedAt: v.nullable(Time),
};

const Key = v.pipe(v.object(entries), v.title('Key'));

const NewKey = v.pipe(
  v.object({ ...entries, key: v.pipe(v.string(), v.description('The key itself. Shown this once.')) }),
  v.title('NewKey'),
);

const example = {
  id: 'key_01kar7b2e5f3v8t9w0x1y2z3a4',
  kind: 'secret',
  name: 'Order system',
  hint: 'x9Qf',
  scopes: ['programs:read', 'links:write'],
  createdAt: '2026-11-21T20:00:00.000Z',
  expiresAt: null,
  revokedAt: null,
};

function viewOf({ createdAt, expiresAt, revokedAt, ...rest }: KeyRow) {
  return { ...rest, createdAt: time(createdAt), expiresAt: time(expiresAt), revokedAt: time(revokedAt) };
}

const newKey = operation(
  {
    method: 'post',
    path: '/v1/keys',
    operationId: 'createKey',
    tag: 'keys',
    summary: 'Create a key',
    description: 'Makes a key of the same store. It can have no scope that the key it is made with has not.',
    auth: { scope: 'keys:write' },
    body: {
      schema: v.strictObject({
        name: Name,
        kind: v.optional(Kind, 'secret'),
        scopes: v.array(v.picklist(SCOPES)),
        expiresAt: v.optional(v.nullable(TimeInput), null),
      }),
      example: { name: 'Order system', scopes: ['programs:read', 'links:write'] },
    },
    answers: {
      201: { description: 'The key.', schema: NewKey, example: { ...example, key: 'gw_sk_live_…' } },
    },
  },
  async ({ context, principal, body }) => {
    const { key, text } = await createKey(context, principal, body);
    return answer(201, { ...viewOf(key), key: text });
  },
);

const listKeys = operation(
  {
    method: 'get',
    path: '/v1/keys',
    operationId: 'listKeys',
    tag: 'keys',
    summary: 'List keys',
    description: 'The keys of the store, newest first; expired and revoked ones too.',
    auth: { scope: 'keys:read' },
    query: pageQuery('key'),
    answers: { 200: { description: 'One page.', schema: Page(Key), example: { items: [example], nextCursor: null } } },
  },
  async ({ context, principal, query }) =>
    answer(200, page(await keysOf(context.db, principal.storeId, query), query.limit, viewOf)),
);

const getKey = operation(
  {
    method: 'get',
    path: '/v1/keys/{keyId}',
    operationId: 'getKey',
    tag: 'keys',
    summary: 'Get a key',
    description: 'What the key may do and until when; never the key itself.',
    auth: { scope: 'keys:read' },
    answers: { 200: { description: 'The key.', schema: Key, example } },
  },
  async ({ context, principal, params: { keyId } }) => {
    const key = await keyById(context.db, principal.storeId, keyId);
    if (key === null) throw new Refusal('key_not_found');
    return answer(200, viewOf(key));
  },
);

const successor = operation(
  {
    method: 'post',
    path: '/v1/keys/{keyId}/rotate',
    operationId: 'rotateKey',
    tag: 'keys',
    summary: 'Rotate a key',
    description:
      'Makes a key with the same name and scopes and no expiry, and lets the old one expire after the overlap.',
    auth: { scope: 'keys:write' },
    body: {
      schema: v.strictObject({
        overlapHours: v.optional(
          v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(168), v.description('How long both work.')),
          24,
        ),
      }),
      example: { overlapHours: 24 },
    },
    answers: {
      201: { description: 'The new key.', schema: NewKey, example: { ...example, key: 'gw_sk_live_…' } },
    },
    refusals: ['invalid_transition'],
  },
  async ({ context, principal, params: { keyId }, body: { overlapHours } }) => {
    const { key, text } = await rotateKey(context, principal, keyId, overlapHours);
    return answer(201, { ...viewOf(key), key: text });
  },
);

const deleteKey = operation(
  {
    method: 'delete',
    path: '/v1/keys/{keyId}',
    operationId: 'revokeKey',
    tag: 'keys',
    summary: 'Revoke a key',
    description: 'It stops working at once.',
    auth: { scope: 'keys:write' },
    answers: {
      200: { description: 'The revoked key.', schema: Key, example: { ...example, revokedAt: example.createdAt } },
    },
  },
  async ({ context, principal: { storeId }, params: { keyId } }) => {
    await commit(context.db, [revokeKey(context.db, storeId, keyId, context.now())]);
    const key = await keyById(context.db, storeId, keyId);
    if (key === null) throw new Refusal('key_not_found');
    return answer(200, viewOf(key));
  },
);

export const keys = [newKey, listKeys, getKey, successor, deleteKey];

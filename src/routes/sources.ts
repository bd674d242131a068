import * as v from 'valibot';
import { commit } from '../db/client.ts';
import { archiveSource, type SourceWithSecrets, sourceById, sourcesOf } from '../db/sources.ts';
import { AccessToken, schemeChoice } from '../domain/sources/schemes.ts';
import { schemeFor } from '../domain/sources/secret.ts';
import { changeSource } from '../flows/change-source.ts';
import { createSource } from '../flows/create-source.ts';
import { diagnoseCallback } from '../flows/diagnose-callback.ts';
import { rotateSourceSecret } from '../flows/rotate-source-secret.ts';
import { answer } from '../http/answer.ts';
import { checkBody } from '../http/check.ts';
import { operation } from '../http/describe.ts';
import { Page, page, pageQuery } from '../http/paging.ts';
import { PastedRequest, requestIn } from '../http/pasted-request.ts';
import { Name } from '../http/schemas.ts';
import { Diagnosis, diagnosisExample, viewOfDiagnosis } from '../http/views/diagnosis.ts';
import {
  OwnCustomers,
  Source,
  SourceEnabled,
  SourceWithNewSecret,
  sourceExample,
  viewOfSource,
} from '../http/views/source.ts';
import { Refusal } from '../lib/refusal.ts';

const Account = v.pipe(
  v.string(),
  v.regex(/^[!-~]{1,128}$/, 'Must be 1 to 128 visible ASCII characters.'),
  v.description(
    'Whose orders it tells of, e.g. the domain of the shop. Sources that name one account tell of the same orders: an order is counted once among them. null: its own.',
  ),
);

const OwnSecret = v.pipe(
  v.nullable(v.pipe(v.string(), v.regex(/^[ -~]{1,512}$/, 'Must be 1 to 512 printable ASCII characters.'))),
  v.description(
    'The secret, or the public key, that the sender signs with already; null: a fresh one is made, where the scheme lets us. A scheme whose public keys stand in `config` has none.',
  ),
);

const newSource = operation(
  {
    method: 'post',
    path: '/v1/sources',
    operationId: 'createSource',
    tag: 'sources',
    summary: 'Create a source',
    description: 'Makes an address for signed callbacks, with a secret that is shown once.',
    auth: { scope: 'sources:write' },
    body: {
      schema: schemeChoice({
        name: Name,
        account: v.optional(v.nullable(Account), null),
        secret: v.optional(OwnSecret, null),
        enabled: v.optional(SourceEnabled, true),
        ownCustomers: v.optional(OwnCustomers, false),
      }),
      example: { name: 'Own shop', scheme: 'standard_webhooks' },
    },
    answers: {
      201: {
        description: 'The source.',
        schema: SourceWithNewSecret,
        example: { ...sourceExample, secret: 'whsec_…' },
      },
    },
  },
  async ({ context, principal: { storeId }, body }) => {
    const { source, text } = await createSource(context, storeId, body);
    return answer(201, { ...viewOfSource(source, context.settings.PUBLIC_URL), secret: text });
  },
);

const listSources = operation(
  {
    method: 'get',
    path: '/v1/sources',
    operationId: 'listSources',
    tag: 'sources',
    summary: 'List sources',
    description: 'The sources of the store, newest first; disabled and archived ones too.',
    auth: { scope: 'sources:read' },
    query: pageQuery('src'),
    answers: {
      200: { description: 'One page.', schema: Page(Source), example: { items: [sourceExample], nextCursor: null } },
    },
  },
  async ({ context: { db, now, settings }, principal: { storeId }, query }) => {
    const rows = await sourcesOf(db, storeId, query, now());
    return answer(
      200,
      page(rows, query.limit, (row) => viewOfSource(row, settings.PUBLIC_URL)),
    );
  },
);

const getSource = operation(
  {
    method: 'get',
    path: '/v1/sources/{sourceId}',
    operationId: 'getSource',
    tag: 'sources',
    summary: 'Get a source',
    description: 'How it signs and where it posts; of its secrets only hints.',
    auth: { scope: 'sources:read' },
    answers: { 200: { description: 'The source.', schema: Source, example: sourceExample } },
  },
  async ({ context: { db, now, settings }, principal: { storeId }, params: { sourceId } }) => {
    const source = await sourceById(db, storeId, sourceId, now());
    if (source === null) throw new Refusal('source_not_found');
    return answer(200, viewOfSource(source, settings.PUBLIC_URL));
  },
);

const updateSource = operation(
  {
    method: 'patch',
    path: '/v1/sources/{sourceId}',
    operationId: 'updateSource',
    tag: 'sources',
    summary: 'Change a source',
    description:
      'Changes what is given. A `config` takes the place of the whole one before, and must suit the secrets in force. The scheme and the account stay: create another source.',
    auth: { scope: 'sources:write' },
    body: {
      schema: v.strictObject({
        name: v.exactOptional(Name),
        enabled: v.exactOptional(SourceEnabled),
        accessToken: v.exactOptional(
          v.pipe(AccessToken, v.description('BigCommerce: opens the API of the shop; null takes it away.')),
        ),
        config: v.exactOptional(
          v.pipe(
            v.record(v.string(), v.unknown()),
            v.description('As on creation, for the scheme that the source has.'),
          ),
        ),
      }),
      example: { name: 'New shop', enabled: false },
    },
    answers: {
      200: {
        description: 'The source as it is now.',
        schema: Source,
        example: { ...sourceExample, name: 'New shop', enabled: false },
      },
    },
    refusals: ['invalid_transition'],
  },
  async ({ context, principal: { storeId }, params: { sourceId }, body: { config, ...body } }) => {
    const source = await sourceById(context.db, storeId, sourceId, context.now());
    if (source === null) throw new Refusal('source_not_found');
    const changed = await changeSource(context, storeId, source, { ...body, ...checkConfig(source, config) });
    return answer(200, viewOfSource(changed, context.settings.PUBLIC_URL));
  },
);

/** What a configuration may say is for the scheme of the source to know. */
function checkConfig(source: SourceWithSecrets, config: unknown): { config?: Record<string, unknown> } {
  if (config === undefined) return {};
  const checked = checkBody(v.object({ config: schemeFor(source).config }), { config });
  return { config: checked.config as Record<string, unknown> };
}

const rotate = operation(
  {
    method: 'post',
    path: '/v1/sources/{sourceId}/rotate',
    operationId: 'rotateSourceSecret',
    tag: 'sources',
    summary: 'Rotate the secret of a source',
    description:
      'Makes or takes a new secret. The ones before stay in force for the overlap, so that no callback is lost. At most five are in force at a time: where there are five already, the oldest ends now.',
    auth: { scope: 'sources:write' },
    body: {
      schema: v.strictObject({
        secret: v.optional(OwnSecret, null),
        overlapHours: v.optional(
          v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(168), v.description('How long both work.')),
          24,
        ),
      }),
      example: { overlapHours: 24 },
    },
    answers: {
      201: {
        description: 'The source with its new secret.',
        schema: SourceWithNewSecret,
        example: { ...sourceExample, secret: 'whsec_…' },
      },
    },
    refusals: ['invalid_transition'],
  },
  async ({ context, principal: { storeId }, params: { sourceId }, body }) => {
    const { source, text } = await rotateSourceSecret(context, storeId, sourceId, body);
    return answer(201, { ...viewOfSource(source, context.settings.PUBLIC_URL), secret: text });
  },
);

const verifyCallback = operation(
  {
    method: 'post',
    path: '/v1/sources/{sourceId}/verify',
    operationId: 'verifyCallback',
    tag: 'sources',
    summary: 'Find out why a callback is refused',
    description:
      'Takes a request as it was posted, e.g. out of a log, through every step that a callback goes through, and says which one fails and how to mend it. Where the signature does not hold, the usual mistakes are tried. It has no effect. The whole of it may have 64 KiB: of a larger callback, cut the body and sign it anew.',
    auth: { scope: 'sources:read' },
    body: {
      schema: PastedRequest,
      example: {
        headers: {
          'Content-Type': 'application/json',
          'webhook-id': 'msg_2x',
          'webhook-timestamp': '1795291200',
          'webhook-signature': 'v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=',
        },
        body: '{"type":"order.paid","data":{"orderId":"o-5001","currency":"EUR","subtotal":4990}}\n',
        at: '2026-11-21T20:00:00Z',
      },
    },
    answers: {
      200: { description: 'How far it comes, and what it says.', schema: Diagnosis, example: diagnosisExample },
    },
  },
  async ({ context, principal: { storeId }, params: { sourceId }, body }) => {
    const request = requestIn(body, `${context.settings.PUBLIC_URL}/callbacks/${sourceId}`);
    const pasted = { request, at: body.at ?? context.now() };
    return answer(200, viewOfDiagnosis(await diagnoseCallback(context, storeId, sourceId, pasted)));
  },
);

const deleteSource = operation(
  {
    method: 'delete',
    path: '/v1/sources/{sourceId}',
    operationId: 'archiveSource',
    tag: 'sources',
    summary: 'Archive a source',
    description: 'For good: its callbacks are refused from now on. What they told stays.',
    auth: { scope: 'sources:write' },
    answers: {
      200: {
        description: 'The archived source.',
        schema: Source,
        example: { ...sourceExample, archivedAt: sourceExample.updatedAt },
      },
    },
  },
  async ({ context: { db, now, settings }, principal: { storeId }, params: { sourceId } }) => {
    await commit(db, [archiveSource(db, storeId, sourceId, now())]);
    const source = await sourceById(db, storeId, sourceId, now());
    if (source === null) throw new Refusal('source_not_found');
    return answer(200, viewOfSource(source, settings.PUBLIC_URL));
  },
);

export const sources = [newSource, listSources, getSource, updateSource, rotate, verifyCallback, deleteSource];

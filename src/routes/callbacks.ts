import * as v from 'valibot';
import { callbackById, callbacksOf } from '../db/callbacks.ts';
import { neutralEvent } from '../domain/sources/neutral-event.ts';
import { CALLBACK_STATUSES, REASONS } from '../domain/terms.ts';
import { openCallback } from '../flows/open-callback.ts';
import { queueReplays } from '../flows/queue-replays.ts';
import { answer } from '../http/answer.ts';
import { operation } from '../http/describe.ts';
import { Page, page, pageQuery } from '../http/paging.ts';
import { Id, TimeInput } from '../http/schemas.ts';
import {
  Callback,
  CallbackStatus,
  CallbackWithRequest,
  callbackExample,
  callbackWithRequestExample,
  viewOfCallback,
  viewOfCallbackWithRequest,
} from '../http/views/callback.ts';
import { carryOut, receiveCallback } from '../inbox.ts';
import { Refusal } from '../lib/refusal.ts';

/** Each message of a queue costs, and a request of ours may send so many. */
const MOST_REPLAYS = 1000;

const Outcome = v.pipe(
  v.object({
    status: v.pipe(
      v.picklist(CALLBACK_STATUSES),
      v.description(
        'credited: somebody earned it; recorded: kept, nobody earned it; parked: waits for its order; duplicate: known already, nothing was done; ignored: not our business; held: kept until its source can be asked for what it names; queued: kept, and carried out as soon as possible; unusable: kept, and makes no sense to us (only platforms that switch an address off for its errors are answered so; others get the problem `callback_unusable`).',
      ),
    ),
    reason: v.pipe(v.nullable(v.picklist(REASONS)), v.description('Why nobody earned it.')),
    conversionId: v.pipe(v.nullable(Id('cnv')), v.description('Ask for its explanation.')),
  }),
  v.title('CallbackOutcome'),
);

const postCallback = operation(
  {
    method: 'post',
    path: '/callbacks/{sourceId}',
    operationId: 'postCallback',
    tag: 'callbacks',
    summary: 'Post a signed callback',
    description:
      'A store tells of a sign-up, a paid order, or what becomes of one, signed as the source was set up to. Own code sends the body that is described here; a platform sends its own, with its own headers. Post every order, referred or not. Repeating a callback is harmless; on 429 and 503 repeat it later.',
    auth: 'none',
    raw: {
      limit: 1024 * 1024,
      headers: [
        { name: 'webhook-id', description: 'Standard Webhooks: the id of the message, the same over all attempts.' },
        { name: 'webhook-timestamp', description: 'Standard Webhooks: seconds since 1970 at this attempt.' },
        {
          name: 'webhook-signature',
          description:
            'Standard Webhooks: `v1,` and the HMAC-SHA-256 of id.timestamp.body, or `v1a,` and its Ed25519 signature, in base64.',
        },
      ],
    },
    body: {
      schema: neutralEvent,
      example: {
        type: 'order.paid',
        data: {
          orderId: 'order-1001',
          currency: 'USD',
          subtotal: 5000,
          tax: 400,
          shipping: 500,
          customer: { id: 'customer-2', email: 'ben@example.com' },
          codes: ['ann'],
        },
      },
    },
    answers: {
      200: {
        description: 'Understood, and what came of it.',
        schema: Outcome,
        example: { status: 'credited', reason: null, conversionId: 'cnv_01kar7b2e5f3v8t9w0x1y2z3a4' },
      },
      202: {
        description: 'Authentic, and safely kept: it is carried out as soon as what it needs can be reached.',
        schema: Outcome,
        example: { status: 'queued', reason: null, conversionId: null },
      },
    },
    refusals: ['body_malformed', 'callback_malformed', 'callback_unusable', 'keys_unavailable', 'signature_invalid'],
  },
  async ({ context, params: { sourceId }, bytes, request }) => {
    const { method, url, headers } = request;
    const outcome = await receiveCallback(context, sourceId, { method, url, headers, body: bytes });
    return outcome.status === 'queued' ? answer(202, outcome) : answer(200, outcome);
  },
);

const filter = {
  sourceId: v.optional(Id('src')),
  status: v.optional(CallbackStatus),
  type: v.optional(
    v.pipe(v.string(), v.minLength(1), v.maxLength(256), v.description("The sender's word for what it is.")),
  ),
  from: v.optional(v.pipe(TimeInput, v.description('Not received before this moment.'))),
  to: v.optional(v.pipe(TimeInput, v.description('Received before this moment.'))),
};

const listCallbacks = operation(
  {
    method: 'get',
    path: '/v1/callbacks',
    operationId: 'listCallbacks',
    tag: 'callbacks',
    summary: 'List callbacks',
    description: 'The inbox: every authentic callback and what came of it, newest first.',
    auth: { scope: 'callbacks:read' },
    query: { ...pageQuery('cbk'), ...filter },
    answers: {
      200: {
        description: 'One page.',
        schema: Page(Callback),
        example: { items: [callbackExample], nextCursor: null },
      },
    },
  },
  async ({ context, principal: { storeId }, query }) =>
    answer(200, page(await callbacksOf(context.db, storeId, query), query.limit, viewOfCallback)),
);

const getCallback = operation(
  {
    method: 'get',
    path: '/v1/callbacks/{callbackId}',
    operationId: 'getCallback',
    tag: 'callbacks',
    summary: 'Get a callback',
    description: 'What came of it, and for 30 days the request as it came.',
    auth: { scope: 'callbacks:read' },
    answers: {
      200: { description: 'The callback.', schema: CallbackWithRequest, example: callbackWithRequestExample },
    },
  },
  async ({ context, principal, params: { callbackId } }) => {
    const callback = await callbackById(context.db, principal.storeId, callbackId);
    if (callback === null) throw new Refusal('callback_not_found');
    return answer(200, await viewOfCallbackWithRequest(callback, principal, context.keyring));
  },
);

const replayCallback = operation(
  {
    method: 'post',
    path: '/v1/callbacks/{callbackId}/replay',
    operationId: 'replayCallback',
    tag: 'callbacks',
    summary: 'Replay a callback',
    description:
      'Carries it out once more, as of the time it came, and says what came of it. What had its effect already has no second one: that is a duplicate. For one that was held or unusable, after what was wrong is mended; also when its source is not in use any more.',
    auth: { scope: 'callbacks:write' },
    answers: {
      200: {
        description: 'What came of it this time.',
        schema: Outcome,
        example: { status: 'credited', reason: null, conversionId: 'cnv_01kar7b2e5f3v8t9w0x1y2z3a4' },
      },
    },
    refusals: ['callback_unusable', 'invalid_transition', 'sender_unavailable'],
  },
  async ({ context, principal: { storeId }, params: { callbackId } }) => {
    const { source, callback } = await openCallback(context, storeId, callbackId);
    return answer(200, await carryOut(context, source, callback));
  },
);

const replayCallbacks = operation(
  {
    method: 'post',
    path: '/v1/callbacks/replay',
    operationId: 'replayCallbacks',
    tag: 'callbacks',
    summary: 'Replay many callbacks',
    description: `Queues those that match and whose request is still kept, the oldest first and at most ${MOST_REPLAYS} at a time; what comes of each stands in the inbox soon after. Repeat it with the \`nextCursor\` for those that are left.`,
    auth: { scope: 'callbacks:write' },
    body: {
      schema: v.strictObject({ ...filter, cursor: pageQuery('cbk').cursor }),
      example: { status: 'unusable', from: '2026-11-20T00:00:00Z' },
    },
    answers: {
      202: {
        description: 'They are queued.',
        schema: v.object({
          queued: v.pipe(v.number(), v.integer(), v.description('How many.')),
          nextCursor: v.pipe(v.nullable(v.string()), v.description('null: that was all.')),
        }),
        example: { queued: 12, nextCursor: null },
      },
    },
  },
  async ({ context, principal: { storeId }, body }) => {
    const found = await queueReplays(context, storeId, { ...body, limit: MOST_REPLAYS });
    const { items, nextCursor } = page(found, MOST_REPLAYS, ({ id }) => id);
    return answer(202, { queued: items.length, nextCursor });
  },
);

export const callbacks = [postCallback, listCallbacks, getCallback, replayCallback, replayCallbacks];

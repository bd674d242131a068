import * as v from 'valibot';
import { neutralEvent } from '../domain/sources/neutral-event.ts';
import { ANSWER_STATUSES, REASONS } from '../domain/terms.ts';
import { answer } from '../http/answer.ts';
import { operation } from '../http/describe.ts';
import { Id } from '../http/schemas.ts';
import { receiveCallback } from '../inbox.ts';

const Outcome = v.pipe(
  v.object({
    status: v.pipe(
      v.picklist(ANSWER_STATUSES),
      v.description(
        'credited: somebody earned it; recorded: kept, nobody earned it; parked: waits for its order; duplicate: known already, nothing was done; ignored: not our business; held: kept until its source can be asked for what it names; queued: kept, and carried out as soon as possible.',
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
      'A store tells of a sign-up, a paid order, a refund or a cancellation, signed as the source was set up to. Post every order, referred or not. Repeating a callback is harmless; on 429 and 503 repeat it later.',
    auth: 'none',
    raw: {
      limit: 1024 * 1024,
      headers: [
        { name: 'webhook-id', description: 'Standard Webhooks: the id of the message, the same over all attempts.' },
        { name: 'webhook-timestamp', description: 'Standard Webhooks: seconds since 1970 at this attempt.' },
        {
          name: 'webhook-signature',
          description: 'Standard Webhooks: `v1,` and the HMAC-SHA-256 of id.timestamp.body in base64.',
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

export const callbacks = [postCallback];

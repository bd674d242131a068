import * as v from 'valibot';
import type { Callback as CallbackRow, CallbackWithRequest as CallbackWithRequestRow } from '../../db/callbacks.ts';
import { openRequest } from '../../domain/sealed-request.ts';
import { CALLBACK_STATUSES, REASONS } from '../../domain/terms.ts';
import type { Keyring } from '../../lib/keyring.ts';
import type { StorePrincipal } from '../authenticate.ts';
import { Id, Time, time } from '../schemas.ts';

export const CallbackStatus = v.pipe(
  v.picklist(CALLBACK_STATUSES),
  v.description(
    'What came of it. held: kept until its source can be asked for what it names; unusable: authentic, but what it says makes no sense: mend what stands in `errors`, and replay it or have it sent again.',
  ),
);

export const CallbackErrors = v.array(
  v.object({
    pointer: v.pipe(v.string(), v.description('A JSON Pointer (RFC 6901) into the body of the callback.')),
    detail: v.string(),
  }),
);

const entries = {
  id: Id('cbk'),
  sourceId: Id('src'),
  messageId: v.pipe(v.nullable(v.string()), v.description("The sender's id of the message, where it signs one.")),
  type: v.pipe(v.nullable(v.string()), v.description("The sender's word for what it is; null: it was not understood.")),
  status: CallbackStatus,
  reason: v.pipe(v.nullable(v.picklist(REASONS)), v.description('Why nobody earned it.')),
  conversionId: v.pipe(v.nullable(Id('cnv')), v.description('Ask for its explanation.')),
  errors: v.pipe(CallbackErrors, v.description('Of an unusable or held one, what to mend.')),
  receivedAt: Time,
  replayedAt: v.pipe(v.nullable(Time), v.description('When it was last carried out once more.')),
};

export const Callback = v.pipe(v.object(entries), v.title('Callback'));

const HIDDEN = 'It holds personal data: ask by a key with the scope `pii:read`.';
const FORGOTTEN = 'It is not kept: requests are kept for 30 days, and those of repeats not at all.';
/** A signature may cover them, so they are kept with the rest; but nobody needs to see them. */
const OPENS_OTHER_DOORS = new Set(['authorization', 'cookie', 'proxy-authorization']);

export const CallbackWithRequest = v.pipe(
  v.object({
    ...entries,
    request: v.pipe(
      v.nullable(
        v.object({
          method: v.string(),
          url: v.pipe(v.string(), v.description('As the sender addressed it.')),
          headers: v.pipe(
            v.record(v.string(), v.string()),
            v.description('By name in lower case. What the network adds, and what opens other doors, is not kept.'),
          ),
          body: v.string(),
          bodyEncoding: v.pipe(
            v.picklist(['utf8', 'base64']),
            v.description('How `body` stands for the bytes that came: base64 where they are not UTF-8.'),
          ),
        }),
      ),
      v.description('As it came. Only for keys with the scope `pii:read`, and for 30 days.'),
    ),
    requestMissing: v.pipe(v.nullable(v.string()), v.description('Why there is no `request`.')),
  }),
  v.title('CallbackWithRequest'),
);

export const callbackExample = {
  id: 'cbk_01kar7b2e5f3v8t9w0x1y2z3a4',
  sourceId: 'src_01kar7b2e5f3v8t9w0x1y2z3a5',
  messageId: 'msg_2x',
  type: 'order.paid',
  status: 'credited',
  reason: null,
  conversionId: 'cnv_01kar7b2e5f3v8t9w0x1y2z3a6',
  errors: [],
  receivedAt: '2026-11-21T20:00:00.000Z',
  replayedAt: null,
} as const;

export const callbackWithRequestExample = {
  ...callbackExample,
  request: {
    method: 'POST',
    url: 'https://go.example.com/callbacks/src_01kar7b2e5f3v8t9w0x1y2z3a5',
    headers: { 'content-type': 'application/json', 'webhook-id': 'msg_2x' },
    body: '{"type":"order.paid","data":{"orderId":"o-5001","currency":"EUR","subtotal":4990}}',
    bodyEncoding: 'utf8',
  },
  requestMissing: null,
};

export function viewOfCallback({ type, errors, receivedAt, replayedAt, ...callback }: CallbackRow) {
  return {
    ...callback,
    type: type === '' ? null : type,
    errors: errors ?? [],
    receivedAt: time(receivedAt),
    replayedAt: time(replayedAt),
  };
}

export async function viewOfCallbackWithRequest(
  { sealed, ...callback }: CallbackWithRequestRow,
  { scopes }: StorePrincipal,
  keyring: Keyring,
) {
  const view = viewOfCallback(callback);
  if (!scopes.includes('pii:read')) return { ...view, request: null, requestMissing: HIDDEN };
  if (sealed === null) return { ...view, request: null, requestMissing: FORGOTTEN };
  const { encoding: bodyEncoding, headers, ...request } = await openRequest(keyring, callback.id, sealed);
  const shown = Object.entries(headers).filter(([name]) => !OPENS_OTHER_DOORS.has(name));
  return { ...view, request: { ...request, headers: Object.fromEntries(shown), bodyEncoding }, requestMissing: null };
}

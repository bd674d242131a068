import * as v from 'valibot';
import type { Refusal, RefusalCode } from '../lib/refusal.ts';
import { type Answer, answer } from './answer.ts';

interface Kind {
  status: number;
  title: string;
  /** How to mend it, in general; a refusal may say it more exactly. */
  detail: string;
}

const UNKNOWN_ID = 'There is nothing of this id in the store that the key belongs to.';

export const PROBLEMS: Record<RefusalCode, Kind> = {
  advocate_not_found: { status: 404, title: 'Unknown advocate', detail: UNKNOWN_ID },
  body_invalid: { status: 422, title: 'Invalid body', detail: 'Mend the fields named in `errors` and send it again.' },
  body_malformed: { status: 400, title: 'Malformed body', detail: 'Send one JSON value in UTF-8.' },
  body_too_large: { status: 413, title: 'Body too large', detail: 'Send a smaller body.' },
  busy: { status: 503, title: 'Busy', detail: 'Nothing was changed. Send the request again.' },
  callback_malformed: {
    status: 400,
    title: 'Malformed callback',
    detail: 'Send the headers that the scheme asks for.',
  },
  callback_not_found: { status: 404, title: 'Unknown callback', detail: UNKNOWN_ID },
  callback_unusable: {
    status: 422,
    title: 'Unusable callback',
    detail: 'The callback is authentic, but what it says cannot be used.',
  },
  click_not_found: { status: 404, title: 'Unknown click', detail: UNKNOWN_ID },
  code_taken: { status: 409, title: 'Code taken', detail: 'Another link has this code on this host. Choose another.' },
  content_encoding_unsupported: {
    status: 415,
    title: 'Unsupported content encoding',
    detail: 'Send the body as it is, without Content-Encoding.',
  },
  conversion_not_found: { status: 404, title: 'Unknown conversion', detail: UNKNOWN_ID },
  database_unavailable: {
    status: 503,
    title: 'Database unavailable',
    detail: 'The database cannot be reached. Send the request again.',
  },
  destination_not_allowed: {
    status: 422,
    title: 'Destination not allowed',
    detail: 'A destination is an https URL on a host that the program allows.',
  },
  domain_not_found: { status: 404, title: 'Unknown domain', detail: UNKNOWN_ID },
  domain_taken: {
    status: 409,
    title: 'Domain taken',
    detail: 'This host is in use already, here or in another store.',
  },
  idempotency_key_invalid: {
    status: 400,
    title: 'Invalid Idempotency-Key',
    detail: 'An Idempotency-Key has 1 to 255 visible ASCII characters.',
  },
  idempotency_mismatch: {
    status: 422,
    title: 'Idempotency-Key used for another request',
    detail: 'This key came with another method, path or body before. Use a new key for a new request.',
  },
  idempotency_running: {
    status: 409,
    title: 'First request still running',
    detail: 'A request with this Idempotency-Key is still being worked on. Send it again to get its answer.',
  },
  internal_error: {
    status: 500,
    title: 'Internal error',
    detail: 'Something went wrong here. It is logged under the request id.',
  },
  invalid_transition: {
    status: 409,
    title: 'Invalid transition',
    detail: 'Its present state does not allow this.',
  },
  key_invalid: { status: 401, title: 'Invalid key', detail: 'The key is unknown, revoked or expired.' },
  key_missing: { status: 401, title: 'Missing key', detail: 'Send the header `Authorization: Bearer <key>`.' },
  key_not_found: { status: 404, title: 'Unknown key', detail: UNKNOWN_ID },
  keys_unavailable: {
    status: 503,
    title: 'Keys unavailable',
    detail: 'The address at which the sender publishes its keys does not answer. Send the callback again.',
  },
  link_gone: { status: 410, title: 'Link gone', detail: 'This link was disabled or has ended.' },
  link_not_found: { status: 404, title: 'Unknown link', detail: 'There is no such link.' },
  media_type_unsupported: {
    status: 415,
    title: 'Unsupported media type',
    detail: 'Send `Content-Type: application/json`, in UTF-8.',
  },
  method_not_allowed: {
    status: 405,
    title: 'Method not allowed',
    detail: 'This path has other methods; they stand in the Allow header.',
  },
  order_not_found: { status: 404, title: 'Unknown order', detail: UNKNOWN_ID },
  program_archived: { status: 409, title: 'Program archived', detail: 'An archived program cannot be changed.' },
  program_not_found: { status: 404, title: 'Unknown program', detail: UNKNOWN_ID },
  query_invalid: { status: 422, title: 'Invalid query', detail: 'Mend the parameters named in `errors`.' },
  rate_limited: {
    status: 429,
    title: 'Too many unknown links',
    detail: 'Your network asked for too many links that there are not. Try again later.',
  },
  reward_not_found: { status: 404, title: 'Unknown reward', detail: UNKNOWN_ID },
  route_not_found: { status: 404, title: 'Unknown path', detail: 'The paths of this API stand in /openapi.json.' },
  scope_missing: { status: 403, title: 'Missing scope', detail: 'The key lacks the scope that this operation needs.' },
  sender_unavailable: {
    status: 503,
    title: 'Sender unavailable',
    detail: "The platform's API does not answer. Send the request again.",
  },
  signature_invalid: {
    status: 401,
    title: 'Invalid signature',
    detail: 'The source is unknown, or the signature or its time is not right.',
  },
  source_not_found: { status: 404, title: 'Unknown source', detail: UNKNOWN_ID },
  store_not_found: { status: 404, title: 'Unknown store', detail: 'There is no store of this id.' },
};

/** RFC 9457, with `code` to branch on. */
export const Problem = v.pipe(
  v.object({
    type: v.pipe(v.string(), v.url(), v.description('Where this kind of problem is described.')),
    title: v.pipe(v.string(), v.description('The same for every problem of this code.')),
    status: v.pipe(v.number(), v.integer()),
    detail: v.pipe(v.string(), v.description('What is wrong this time and how to mend it.')),
    code: v.pipe(v.picklist(refusalCodes()), v.description('Stable: branch on this.')),
    requestId: v.pipe(v.string(), v.description('Quote it when asking for help.')),
    errors: v.optional(
      v.array(
        v.object({
          pointer: v.pipe(
            v.string(),
            v.description('A JSON Pointer (RFC 6901) into the body, or `#query/name` for a parameter of the query.'),
          ),
          detail: v.string(),
        }),
      ),
    ),
  }),
  v.title('Problem'),
);

export interface Asked {
  url: string;
  requestId: string;
}

export function refusalCodes(): RefusalCode[] {
  return Object.keys(PROBLEMS) as RefusalCode[];
}

export function problemType(url: string, code: RefusalCode): string {
  return new URL(`/problems#${code}`, url).href;
}

export function problem(
  refusal: Refusal,
  { url, requestId }: Asked,
  headers: Record<string, string> = {},
): Answer<number, v.InferOutput<typeof Problem>> {
  const { code, errors, retryAfterSeconds } = refusal;
  const { status, title, detail } = PROBLEMS[code];
  return answer(
    status,
    {
      type: problemType(url, code),
      title,
      status,
      detail: refusal.detail ?? detail,
      code,
      requestId,
      ...(errors === undefined ? {} : { errors }),
    },
    {
      'Content-Type': 'application/problem+json',
      ...(retryAfterSeconds === undefined ? {} : { 'Retry-After': String(retryAfterSeconds) }),
      ...(status === 401 ? { 'WWW-Authenticate': challenge(code) } : {}),
      ...headers,
    },
  );
}

/** RFC 9110 §11.6.1 wants a challenge with every 401; the Bearer ones are RFC 6750 §3. */
function challenge(code: RefusalCode): string {
  if (code === 'signature_invalid') return 'Signature';
  return code === 'key_missing' ? 'Bearer' : 'Bearer error="invalid_token"';
}

/** A request we decline, by a stable code; `http/problem.ts` gives each its status and title. */
export type RefusalCode =
  | 'advocate_not_found'
  | 'body_invalid'
  | 'body_malformed'
  | 'body_too_large'
  | 'busy'
  | 'callback_malformed'
  | 'callback_not_found'
  | 'callback_unusable'
  | 'click_not_found'
  | 'code_taken'
  | 'content_encoding_unsupported'
  | 'conversion_not_found'
  | 'database_unavailable'
  | 'destination_not_allowed'
  | 'domain_not_found'
  | 'domain_taken'
  | 'idempotency_key_invalid'
  | 'idempotency_mismatch'
  | 'idempotency_running'
  | 'internal_error'
  | 'invalid_transition'
  | 'key_invalid'
  | 'key_missing'
  | 'key_not_found'
  | 'keys_unavailable'
  | 'link_gone'
  | 'link_not_found'
  | 'media_type_unsupported'
  | 'method_not_allowed'
  | 'order_not_found'
  | 'program_archived'
  | 'program_not_found'
  | 'query_invalid'
  | 'rate_limited'
  | 'reward_not_found'
  | 'route_not_found'
  | 'scope_missing'
  | 'sender_unavailable'
  | 'signature_invalid'
  | 'source_not_found'
  | 'store_not_found';

/** One thing wrong with the input; `pointer` is a JSON Pointer (RFC 6901) into the body, or `#query/name`. */
export interface InputError {
  pointer: string;
  detail: string;
}

export class Refusal extends Error {
  readonly code: RefusalCode;
  /** A sentence for the caller on what is wrong and how to mend it. */
  readonly detail: string | undefined;
  readonly errors: InputError[] | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(
    code: RefusalCode,
    more: { detail?: string; errors?: InputError[]; retryAfterSeconds?: number; cause?: unknown } = {},
  ) {
    super(code, { cause: more.cause });
    this.name = 'Refusal';
    this.code = code;
    this.detail = more.detail;
    this.errors = more.errors;
    this.retryAfterSeconds = more.retryAfterSeconds;
  }
}

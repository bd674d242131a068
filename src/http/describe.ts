import * as v from 'valibot';
import type { Context } from '../context.ts';
import type { RefusalCode } from '../lib/refusal.ts';
import type { Answer } from './answer.ts';
import type { Access, Principal, PrincipalOf } from './authenticate.ts';
import { PARAMS, type ParamsOf, paramNames } from './params.ts';

export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';

export const TAGS = {
  system: 'Is it up, which version is it, and what does it offer.',
  stores: 'Merchants. Each exists twice, live and test, with wholly separate data.',
  keys: 'The keys of a store, each with its scopes.',
  programs: 'Refer-a-friend campaigns: who earns what, when.',
  advocates: 'Customers who share.',
  links: 'The short links of advocates.',
  domains: "Hosts of the store's own for its links.",
  clicks: 'What followed a link.',
  sources: 'Who may post signed callbacks, and how they sign.',
  callbacks: 'Signed conversion callbacks, and the inbox that keeps them.',
  privacy: 'What people asked for under privacy law.',
  orders: 'The purchases that the store told of.',
  conversions: 'Sign-ups and orders that were judged for credit, and why.',
  rewards: 'What each side earned.',
  ledger: 'The entries that every balance is the sum of.',
} as const;

interface AnswerDescription {
  description: string;
  /** None: no content. */
  schema?: v.GenericSchema;
  example?: unknown;
}

type AnswerDescriptions = Record<number, AnswerDescription>;

/** Any answer that the description names, with a body that its schema takes. */
type DescribedAnswer<Answers extends AnswerDescriptions> = {
  [Status in keyof Answers & number]: Answer<
    Status,
    Answers[Status] extends { schema: infer Schema extends v.GenericSchema }
      ? DeepReadonly<v.InferInput<Schema>>
      : undefined
  >;
}[keyof Answers & number];

type DeepReadonly<T> = T extends object ? { readonly [Key in keyof T]: DeepReadonly<T[Key]> } : T;

interface Description<
  Path extends string,
  Allowed extends Access,
  Query extends v.ObjectEntries,
  Body extends v.GenericSchema,
  Answers extends AnswerDescriptions,
> {
  method: Method;
  path: Path;
  operationId: string;
  tag: keyof typeof TAGS;
  summary: string;
  description: string;
  auth: Allowed;
  query?: Query;
  body?: { schema: Body; example: NoInfer<v.InferInput<Body>> };
  /** The body is only described here: the handler gets its bytes as they came, at most `limit` of them, and no checked input. */
  raw?: { limit: number; headers: RawHeader[] };
  answers: Answers;
  /** The refusals of its own; those of every operation are implied. */
  refusals?: RefusalCode[];
}

export interface RawHeader {
  name: string;
  description: string;
}

export interface Input<PathParams, Who, Query, Body> {
  context: Context;
  principal: Who;
  params: PathParams;
  query: Query;
  body: Body;
  /** The body as it came. */
  bytes: Uint8Array<ArrayBuffer>;
  request: Request;
}

/** What the table of operations holds: it mounts routes, makes the OpenAPI document and drives the contract tests. */
export interface Operation {
  method: Method;
  path: string;
  operationId: string;
  tag: keyof typeof TAGS;
  summary: string;
  description: string;
  auth: Access;
  query: v.StrictObjectSchema<v.ObjectEntries, undefined>;
  body: { schema: v.GenericSchema; example: unknown } | null;
  raw: { limit: number; headers: RawHeader[] } | null;
  answers: AnswerDescriptions;
  refusals: RefusalCode[];
  handle(input: Input<Record<string, string>, Principal, unknown, unknown>): Promise<Answer>;
}

export function operation<
  const Path extends string,
  const Allowed extends Access,
  const Answers extends AnswerDescriptions,
  Query extends v.ObjectEntries = Record<never, never>,
  Body extends v.GenericSchema = v.UndefinedSchema<undefined>,
>(
  { query, body, raw, refusals = [], ...description }: Description<Path, Allowed, Query, Body, Answers>,
  handle: (
    input: Input<
      ParamsOf<Path>,
      PrincipalOf<Allowed>,
      v.InferOutput<v.StrictObjectSchema<Query, undefined>>,
      v.InferOutput<Body>
    >,
  ) => Promise<DescribedAnswer<Answers>>,
): Operation {
  return {
    ...description,
    query: v.strictObject<v.ObjectEntries>(query ?? {}),
    body: body ?? null,
    raw: raw ?? null,
    refusals: [...refusals, ...(raw === undefined ? impliedRefusals(description) : RAW_REFUSALS)],
    handle: handle as Operation['handle'],
  };
}

export function isWrite({ method }: { method: Method }): boolean {
  return method !== 'get';
}

/** First answers are kept for whoever asked first, so nobody in particular has none. */
export function takesIdempotencyKey({ auth, method }: { auth: Access; method: Method }): boolean {
  return isWrite({ method }) && auth !== 'none';
}

const RAW_REFUSALS: RefusalCode[] = [
  'body_too_large',
  'busy',
  'content_encoding_unsupported',
  'database_unavailable',
  'internal_error',
  'media_type_unsupported',
];

function impliedRefusals({ auth, method, path }: { auth: Access; method: Method; path: string }): RefusalCode[] {
  const codes: RefusalCode[] = ['query_invalid', 'internal_error'];
  codes.push(...paramNames(path).map((name) => PARAMS[name].unknown));
  if (auth !== 'none') codes.push('key_missing', 'key_invalid', 'database_unavailable');
  if (typeof auth === 'object') codes.push('scope_missing');
  if (isWrite({ method })) {
    codes.push('body_malformed', 'body_too_large', 'body_invalid', 'media_type_unsupported');
    codes.push('content_encoding_unsupported', 'busy');
  }
  if (takesIdempotencyKey({ auth, method })) {
    codes.push('idempotency_key_invalid', 'idempotency_mismatch', 'idempotency_running');
  }
  return codes;
}

import * as v from 'valibot';
import { ProtocolError } from './errors.ts';

// Hrana 2 over HTTP, with the two requests of Hrana 3 that cost nothing: `get_autocommit` and the
// condition `is_autocommit` (github.com/tursodatabase/libsql, docs/HRANA_2_SPEC.md and HRANA_3_SPEC.md).

const MAX_INTEGER = 2n ** 63n - 1n;

const Int32 = v.pipe(v.number(), v.integer(), v.minValue(-(2 ** 31)), v.maxValue(2 ** 31 - 1));

const Value = v.pipe(
  v.variant('type', [
    v.object({ type: v.literal('null') }),
    v.object({
      type: v.literal('integer'),
      value: v.pipe(
        v.string(),
        v.regex(/^-?\d{1,19}$/),
        v.transform((digits) => BigInt(digits)),
        v.minValue(-MAX_INTEGER - 1n),
        v.maxValue(MAX_INTEGER),
      ),
    }),
    v.object({ type: v.literal('float'), value: v.pipe(v.number(), v.finite()) }),
    v.object({ type: v.literal('text'), value: v.string() }),
    v.object({
      type: v.literal('blob'),
      base64: v.pipe(
        v.string(),
        v.regex(/^[A-Za-z0-9+/]*={0,2}$/),
        v.check((text) => text.replace(/=+$/, '').length % 4 !== 1, 'Invalid base64'),
        v.transform((text) => new Uint8Array(Buffer.from(text, 'base64'))),
      ),
    }),
  ]),
  v.transform((value) => (value.type === 'null' ? null : value.type === 'blob' ? value.base64 : value.value)),
);

const SqlText = { sql: v.nullish(v.string()), sql_id: v.nullish(Int32) };

const Stmt = v.object({
  ...SqlText,
  args: v.nullish(v.array(Value), []),
  named_args: v.nullish(v.array(v.object({ name: v.string(), value: Value })), []),
  want_rows: v.nullish(v.boolean(), true),
});

export type Condition =
  | { type: 'ok' | 'error'; step: number }
  | { type: 'not'; cond: Condition }
  | { type: 'and' | 'or'; conds: Condition[] }
  | { type: 'is_autocommit' };

const Step = v.pipe(v.number(), v.integer(), v.minValue(0));

const BatchCond: v.GenericSchema<unknown, Condition> = v.variant('type', [
  v.object({ type: v.picklist(['ok', 'error']), step: Step }),
  v.object({ type: v.literal('not'), cond: v.lazy(() => BatchCond) }),
  v.object({ type: v.picklist(['and', 'or']), conds: v.array(v.lazy(() => BatchCond)) }),
  v.object({ type: v.literal('is_autocommit') }),
]);

const Batch = v.object({ steps: v.array(v.object({ condition: v.nullish(BatchCond), stmt: Stmt })) });

const StreamRequest = v.variant('type', [
  v.object({ type: v.literal('execute'), stmt: Stmt }),
  v.object({ type: v.literal('batch'), batch: Batch }),
  v.object({ type: v.literal('sequence'), ...SqlText }),
  v.object({ type: v.literal('describe'), ...SqlText }),
  v.object({ type: v.literal('store_sql'), sql_id: Int32, sql: v.string() }),
  v.object({ type: v.literal('close_sql'), sql_id: Int32 }),
  v.object({ type: v.literal('get_autocommit') }),
  v.object({ type: v.literal('close') }),
]);

const Pipeline = v.object({ baton: v.nullish(v.string()), requests: v.array(StreamRequest) });

export type SqlValue = v.InferOutput<typeof Value>;
export type SqlReference = { sql?: string | null | undefined; sql_id?: number | null | undefined };
export type Stmt = v.InferOutput<typeof Stmt>;
export type Batch = v.InferOutput<typeof Batch>;
export type StreamRequest = v.InferOutput<typeof StreamRequest>;
export type Pipeline = v.InferOutput<typeof Pipeline>;

export interface StmtResult {
  cols: { name: string; decltype: string | null }[];
  rows: ResultValue[][];
  affected_row_count: number;
  last_insert_rowid: string | null;
}

export type ResultValue =
  | { type: 'null' }
  | { type: 'integer' | 'text'; value: string }
  | { type: 'float'; value: number }
  | { type: 'blob'; base64: string };

export interface HranaError {
  code: string;
  message: string;
}

export interface BatchResult {
  step_results: (StmtResult | null)[];
  step_errors: (HranaError | null)[];
}

export interface DescribeResult {
  params: { name: string | null }[];
  cols: StmtResult['cols'];
  is_explain: boolean;
  is_readonly: boolean;
}

export type StreamResponse =
  | { type: 'execute'; result: StmtResult }
  | { type: 'batch'; result: BatchResult }
  | { type: 'describe'; result: DescribeResult }
  | { type: 'get_autocommit'; is_autocommit: boolean }
  | { type: 'sequence' | 'store_sql' | 'close_sql' | 'close' };

export type StreamResult = { type: 'ok'; response: StreamResponse } | { type: 'error'; error: HranaError };

/** Reads the body of a pipeline request; anything that is not one is the client's mistake. */
export function readPipeline(body: string): Pipeline {
  try {
    return v.parse(Pipeline, JSON.parse(body), { abortEarly: true });
  } catch (error) {
    throw new ProtocolError(`The request is not a Hrana 2 pipeline: ${explain(error)}`, { cause: error });
  }
}

function explain(error: unknown): string {
  if (v.isValiError<typeof Pipeline>(error)) return `${error.message} at ${v.getDotPath(error.issues[0]) ?? 'its top'}`;
  // Also a RangeError: conditions nested deeper than the stack.
  return error instanceof Error ? error.message : String(error);
}

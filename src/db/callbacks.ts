import { and, asc, eq, gt, gte, isNotNull, lt, type SQL, sql } from 'drizzle-orm';
import type { CallbackStatus, Reason } from '../domain/terms.ts';
import { firstIdAt } from '../lib/ids.ts';
import type { InputError } from '../lib/refusal.ts';
import type { Database, Statement } from './client.ts';
import { matching, newestFirst, type PageOf } from './matching.ts';
import { callbacks } from './schema.ts';

export interface Callback {
  id: string;
  sourceId: string;
  /** null where the scheme signs no id, and where what it said could not be carried out. */
  messageId: string | null;
  /** Empty where it was not understood so far. */
  type: string;
  status: CallbackStatus;
  reason: Reason | null;
  conversionId: string | null;
  errors: InputError[] | null;
  receivedAt: number;
  replayedAt: number | null;
}

export interface CallbackWithRequest extends Callback {
  /** The request; null: not kept any more. */
  sealed: string | null;
}

export type KeptCallback = Pick<CallbackWithRequest, 'sourceId' | 'receivedAt' | 'sealed'>;

export interface CallbackFilter {
  sourceId?: string | undefined;
  status?: CallbackStatus | undefined;
  type?: string | undefined;
  /** Milliseconds; the first is inside, the second is not. */
  from?: number | undefined;
  to?: number | undefined;
}

const CALLBACK = {
  id: callbacks.id,
  sourceId: callbacks.sourceId,
  messageId: callbacks.messageId,
  type: callbacks.type,
  status: callbacks.status,
  reason: callbacks.reason,
  conversionId: callbacks.conversionId,
  errors: callbacks.errors,
  receivedAt: callbacks.receivedAt,
  replayedAt: callbacks.replayedAt,
};

/** An id is made when the callback comes, by a clock that may be set back for so long. */
const DRIFT = 10_000;

export async function callbackToReplay(db: Database, storeId: string, id: string): Promise<KeptCallback | null> {
  const [row] = await db.query
    .select({ sourceId: callbacks.sourceId, receivedAt: callbacks.receivedAt, sealed: callbacks.sealed })
    .from(callbacks)
    .where(and(eq(callbacks.storeId, storeId), eq(callbacks.id, id)));
  return row ?? null;
}

export async function callbackById(db: Database, storeId: string, id: string): Promise<CallbackWithRequest | null> {
  const [row] = await db.query
    .select({ ...CALLBACK, sealed: callbacks.sealed })
    .from(callbacks)
    .where(and(eq(callbacks.storeId, storeId), eq(callbacks.id, id)));
  return row ?? null;
}

export async function callbacksOf(
  db: Database,
  storeId: string,
  { limit, cursor, ...asked }: PageOf & CallbackFilter,
): Promise<Callback[]> {
  const { after, order } = newestFirst(callbacks.id, cursor);
  return db.query
    .select(CALLBACK)
    .from(callbacks)
    .where(and(isAskedFor(storeId, asked), after))
    .orderBy(order)
    .limit(limit + 1);
}

/** Those whose request is still there, oldest first. */
export async function callbacksToReplay(
  db: Database,
  storeId: string,
  { limit, cursor, ...asked }: PageOf & CallbackFilter,
): Promise<{ id: string }[]> {
  return db.query
    .select({ id: callbacks.id })
    .from(callbacks)
    .where(
      and(
        isAskedFor(storeId, asked),
        isNotNull(callbacks.sealed),
        cursor === undefined ? undefined : gt(callbacks.id, cursor),
      ),
    )
    .orderBy(asc(callbacks.id))
    .limit(limit + 1);
}

/** Takes the requests out of at most `limit` callbacks; the rows stay. */
export function forgetRequestsBefore(db: Database, before: number, limit: number): Statement {
  const old = sql`select rowid from ${callbacks} where sealed is not null and ${callbacks.receivedAt} < ${before} limit ${limit}`;
  return db.query.update(callbacks).set({ sealed: null }).where(sql`rowid in (${old})`);
}

function isAskedFor(storeId: string, { from, to, ...asked }: CallbackFilter): SQL | undefined {
  return and(
    eq(callbacks.storeId, storeId),
    matching({ sourceId: callbacks.sourceId, status: callbacks.status, type: callbacks.type }, asked),
    // The ids, which every index ends in, lead to the time; the time itself then decides.
    from === undefined ? undefined : gte(callbacks.id, firstIdAt('cbk', Math.max(0, from - DRIFT))),
    from === undefined ? undefined : gte(callbacks.receivedAt, from),
    to === undefined ? undefined : lt(callbacks.id, firstIdAt('cbk', Math.max(0, to + DRIFT))),
    to === undefined ? undefined : lt(callbacks.receivedAt, to),
  );
}

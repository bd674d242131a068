import type { Context } from './context.ts';
import { databaseRefusal } from './db/failure.ts';
import {
  type AuthenticCallback,
  answerOf,
  type CallbackAnswer,
  type FoundSource,
  type Told,
  type VerifiedCallback,
} from './domain/callback.ts';
import { type QueuedCallback, readQueuedCallback } from './domain/queued-callback.ts';
import type { CallbackRequest } from './domain/sources/contract.ts';
import { schemeFor } from './domain/sources/secret.ts';
import { LATE, within } from './edge/within.ts';
import { acceptConversion } from './flows/accept-conversion.ts';
import { type KeptCallback, keepCallback } from './flows/keep-callback.ts';
import { nameOrder } from './flows/name-order.ts';
import { openCallback } from './flows/open-callback.ts';
import { type Opened, openQueuedCallback } from './flows/open-queued-callback.ts';
import { queueCallback } from './flows/queue-callback.ts';
import { readCallback } from './flows/read-callback.ts';
import { recordPrivacyRequest } from './flows/record-privacy-request.ts';
import { reverseConversion } from './flows/reverse-conversion.ts';
import { verifyCallback } from './flows/verify-callback.ts';
import { logFailure } from './http/log-error.ts';
import { Refusal, type RefusalCode } from './lib/refusal.ts';

/** The platforms wait five seconds at the least. */
const PATIENCE = 4500;
const IGNORED: CallbackAnswer = { status: 'ignored', reason: null, conversionId: null };
const QUEUED: CallbackAnswer = { status: 'queued', reason: null, conversionId: null };
/** What may well go away by waiting. */
const PASSING: RefusalCode[] = ['busy', 'database_unavailable', 'keys_unavailable', 'sender_unavailable'];

/**
 * A callback through the front door. Once it is proved to be authentic it is carried out, or kept in a queue until it can
 * be, whatever comes between; but nothing is done at once by what was only remembered of its source.
 */
export async function receiveCallback(
  context: Context,
  sourceId: string,
  request: CallbackRequest,
): Promise<CallbackAnswer> {
  const arrival = { id: context.newId('cbk'), receivedAt: context.now() };
  const proved = await verifyCallback(context, sourceId, request, arrival);
  if (proved === null) return IGNORED;
  const { callback, source, recalled } = proved;
  const answer = recalled ? LATE : await attempt(context, source, callback);
  if (answer !== LATE) return answer;
  await queueCallback(context, callback, recalled);
  return QUEUED;
}

/** LATE: not now. */
async function attempt(
  context: Context,
  source: FoundSource,
  callback: AuthenticCallback,
): Promise<CallbackAnswer | typeof LATE> {
  try {
    const left = PATIENCE - (context.now() - callback.receivedAt);
    return await within(Math.max(left, 0), carryOut(context, source, callback));
  } catch (error) {
    if (error instanceof Refusal && !PASSING.includes(error.code)) return answerOrThrow(source, error);
    if (!(error instanceof Refusal)) logFailure('callback could not be carried out', error, { callback: callback.id });
    if (error instanceof Refusal && error.code === 'sender_unavailable') await announce(context, source, callback);
    return LATE;
  }
}

/** Some platforms switch an address off that answers with errors, with all the good callbacks that would come. */
function answerOrThrow(source: FoundSource, error: Refusal): CallbackAnswer {
  if (schemeFor(source).punishesErrors) return { ...IGNORED, status: 'unusable' };
  throw error;
}

/** So that the operator sees it while it waits. */
async function announce(context: Context, source: FoundSource, callback: AuthenticCallback): Promise<void> {
  const kept = { ...callback, source, messageId: null, type: '' };
  await keepCallback(context, kept, QUEUED).catch(() => {});
}

/** An authentic callback to its end: what it says, notice by notice, and its place in the inbox. */
export async function carryOut(
  context: Context,
  source: FoundSource,
  callback: AuthenticCallback,
): Promise<CallbackAnswer> {
  // Whatever cannot be told now may be told later under the same message id.
  const kept = { ...callback, source, messageId: null, type: '' };
  try {
    const read = await readCallback(context, source, callback);
    kept.type = read.type ?? '';
    if (read.outcome === 'held') return await hold(context, kept, read.detail);
    if (read.outcome === 'unusable') throw new Refusal('callback_unusable', { errors: read.errors });
    const answers: CallbackAnswer[] = [];
    for (const notice of read.callback.notices) {
      answers.push(await tell(context, { callback: read.callback, notice }));
    }
    return await settle(context, read.callback, answers);
  } catch (error) {
    if (error instanceof Refusal && isToBeKept(source, error)) await bemoan(context, kept, error);
    throw error;
  }
}

/** What is no JSON at all is the sender's to mend, unless the sender is a platform that does not listen. */
function isToBeKept(source: FoundSource, { code }: Refusal): boolean {
  return code === 'callback_unusable' || (code === 'body_malformed' && schemeFor(source).punishesErrors === true);
}

function tell(context: Context, { callback, notice }: Told): Promise<CallbackAnswer> {
  switch (notice.kind) {
    case 'sign_up':
    case 'order':
      return acceptConversion(context, { callback, notice });
    case 'refund':
    case 'cancellation':
    case 'edit':
    case 'dispute':
      return reverseConversion(context, { callback, notice });
    case 'order_name':
      return nameOrder(context, { callback, notice });
    case 'privacy_request':
      return recordPrivacyRequest(context, { callback, notice });
  }
}

/** A single notice that changed anything took the callback into the inbox with it. */
async function settle(
  context: Context,
  callback: VerifiedCallback,
  answers: CallbackAnswer[],
): Promise<CallbackAnswer> {
  const answer = answerOf(answers);
  if (answers.length === 1 && answer.status !== 'duplicate') return answer;
  const isNew = await keepCallback(context, callback, answer);
  return isNew || answers.length > 0 ? answer : { ...answer, status: 'duplicate' };
}

async function hold(context: Context, callback: KeptCallback, detail: string): Promise<CallbackAnswer> {
  const answer = { ...IGNORED, status: 'held' } as const;
  await keepCallback(context, callback, { ...answer, errors: [{ pointer: '', detail }] });
  return answer;
}

/** It was authentic, and stays to be looked at and carried out once more. */
async function bemoan(context: Context, callback: KeptCallback, { errors, detail }: Refusal): Promise<void> {
  const wrong = errors ?? [{ pointer: '', detail: detail ?? '' }];
  await keepCallback(context, callback, { ...IGNORED, status: 'unusable', errors: wrong });
}

/** A callback out of the queue. What is refused for good is written down and done with; whatever else fails is tried again. */
export async function carryOutQueued(context: Context, body: unknown): Promise<void> {
  const queued = readQueuedCallback(body);
  try {
    const { callback, source, doubt } = await open(context, queued);
    if (doubt === null) await carryOut(context, source, callback);
    else await hold(context, { ...callback, source, messageId: null, type: '' }, doubt);
  } catch (error) {
    if (!(error instanceof Refusal) || PASSING.includes(error.code)) throw error;
  }
}

/** One that a hundred attempts could not carry out: unless that is the database's fault, the operator is to look at it. */
export async function carryOutDead(context: Context, body: unknown): Promise<void> {
  try {
    await carryOutQueued(context, body);
  } catch (error) {
    if (databaseRefusal(error) !== null) throw error;
    logFailure('callback was given up', error);
    const { callback, source } = await open(context, readQueuedCallback(body));
    await hold(context, { ...callback, source, messageId: null, type: '' }, GIVEN_UP);
  }
}

const GIVEN_UP = 'A hundred attempts could not carry it out. The log says why; then replay it.';

async function open(context: Context, queued: QueuedCallback): Promise<Opened> {
  if (queued.kind === 'arrived') return openQueuedCallback(context, queued);
  return { ...(await openCallback(context, queued.storeId, queued.id)), doubt: null };
}

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
import { readQueuedCallback } from './domain/queued-callback.ts';
import type { CallbackRequest } from './domain/sources/contract.ts';
import { LATE, within } from './edge/within.ts';
import { acceptConversion } from './flows/accept-conversion.ts';
import { type KeptCallback, keepCallback } from './flows/keep-callback.ts';
import { nameOrder } from './flows/name-order.ts';
import { openCallback } from './flows/open-callback.ts';
import { openQueuedCallback } from './flows/open-queued-callback.ts';
import { queueCallback } from './flows/queue-callback.ts';
import { readCallback } from './flows/read-callback.ts';
import { recordPrivacyRequest } from './flows/record-privacy-request.ts';
import { reverseConversion } from './flows/reverse-conversion.ts';
import { verifyCallback } from './flows/verify-callback.ts';
import { Refusal, type RefusalCode } from './lib/refusal.ts';

/** The platforms wait five seconds at the least. */
const PATIENCE = 4000;
const IGNORED: CallbackAnswer = { status: 'ignored', reason: null, conversionId: null };
const QUEUED: CallbackAnswer = { status: 'queued', reason: null, conversionId: null };
const PASSING: RefusalCode[] = ['busy', 'database_unavailable', 'sender_unavailable'];

/** A callback through the front door. Once it is proved to be authentic it is carried out, or kept in a queue until it can be. */
export async function receiveCallback(
  context: Context,
  sourceId: string,
  request: CallbackRequest,
): Promise<CallbackAnswer> {
  const arrival = { id: context.newId('cbk'), receivedAt: context.now() };
  const proved = await verifyCallback(context, sourceId, request, arrival);
  if (proved === null) return IGNORED;
  const { callback, source } = proved;
  try {
    const answer = await within(PATIENCE, carryOut(context, source, callback));
    if (answer !== LATE) return answer;
  } catch (error) {
    if (!isPassing(error)) throw error;
  }
  await queueCallback(context, callback);
  return QUEUED;
}

/** An authentic callback to its end: what it says, notice by notice, and its place in the inbox. */
export async function carryOut(
  context: Context,
  source: FoundSource,
  callback: AuthenticCallback,
): Promise<CallbackAnswer> {
  const read = await readCallback(context, source, callback);
  // Whatever cannot be told now may be told later under the same message id.
  const kept = { ...callback, source, messageId: null, type: read.type ?? '' };
  if (read.outcome === 'held') return hold(context, kept, read.detail);
  try {
    if (read.outcome === 'unusable') throw new Refusal('callback_unusable', { errors: read.errors });
    const answers: CallbackAnswer[] = [];
    for (const notice of read.callback.notices) {
      answers.push(await tell(context, { callback: read.callback, notice }));
    }
    return await settle(context, read.callback, answers);
  } catch (error) {
    if (error instanceof Refusal && error.code === 'callback_unusable') await bemoan(context, kept, error);
    throw error;
  }
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

/** What may well go away by waiting. */
function isPassing(error: unknown): boolean {
  if (error instanceof Refusal) return PASSING.includes(error.code);
  return databaseRefusal(error) !== null;
}

/** A callback out of the queue. What is refused for good is written down and done with; whatever else fails is tried again. */
export async function carryOutQueued(context: Context, body: unknown): Promise<void> {
  const queued = readQueuedCallback(body);
  try {
    const opened =
      queued.kind === 'replay'
        ? await openCallback(context, queued.storeId, queued.id)
        : await openQueuedCallback(context, queued);
    if (opened !== null) await carryOut(context, opened.source, opened.callback);
  } catch (error) {
    if (!(error instanceof Refusal) || isPassing(error)) throw error;
  }
}

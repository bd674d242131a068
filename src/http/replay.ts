import type { Context } from '../context.ts';
import { commit } from '../db/client.ts';
import { type Claim, claimReplay, keepReplay, type Replay, releaseReplay } from '../db/replays.ts';
import { utf8 } from '../lib/encoding.ts';
import { sha256Hex } from '../lib/hmac.ts';
import { Refusal } from '../lib/refusal.ts';
import type { Answer } from './answer.ts';
import { logFailure } from './log-error.ts';

export interface Attempt {
  /** A store's id, or `deployment`: keys of different principals never meet. */
  principal: string;
  key: string;
  fingerprint: string;
}

const VISIBLE_ASCII = /^[\x21-\x7e]{1,255}$/;

export function idempotencyKey(request: Request): string | null {
  const key = request.headers.get('Idempotency-Key');
  if (key !== null && !VISIBLE_ASCII.test(key)) throw new Refusal('idempotency_key_invalid');
  return key;
}

export async function fingerprintOf(requestLine: string, body: Uint8Array): Promise<string> {
  const head = utf8(`${requestLine}\n`);
  const bytes = new Uint8Array(head.length + body.length);
  bytes.set(head);
  bytes.set(body, head.length);
  return sha256Hex(bytes);
}

/**
 * Runs a write once for its Idempotency-Key, and gives later requests the first answer. What failed on our side (500 and
 * above) leaves no trace, so that it can be tried again.
 */
export async function replay(context: Context, attempt: Attempt, run: () => Promise<Answer>): Promise<Answer> {
  const claim: Claim = { ...attempt, createdAt: context.now() };
  const earlier = await claimReplay(context.db, claim);
  if (earlier !== null) return answerAgain(context, attempt, earlier);
  let answer: Answer;
  try {
    answer = await run();
  } catch (error) {
    await settle(context, releaseReplay(context.db, claim));
    throw error;
  }
  if (answer.status >= 500) {
    await settle(context, releaseReplay(context.db, claim));
  } else {
    const { status, body, headers } = answer;
    const sealed = await context.keyring.seal(JSON.stringify({ body, headers }), rowOf(attempt));
    await settle(context, keepReplay(context.db, claim, status, sealed));
  }
  return answer;
}

async function answerAgain(context: Context, attempt: Attempt, earlier: Replay): Promise<Answer> {
  if (earlier.fingerprint !== attempt.fingerprint) throw new Refusal('idempotency_mismatch');
  if (earlier.status === null || earlier.sealedBody === null) {
    throw new Refusal('idempotency_running', { retryAfterSeconds: 1 });
  }
  const { body, headers } = JSON.parse(await context.keyring.open(earlier.sealedBody, rowOf(attempt)));
  return { status: earlier.status, body, headers: { ...headers, 'Idempotent-Replayed': 'true' } };
}

/** The answer stands whether or not this can be written: a claim that is left behind lapses by itself. */
async function settle({ db }: Context, statement: Parameters<typeof commit>[1][number]): Promise<void> {
  try {
    await commit(db, [statement]);
  } catch (error) {
    logFailure('first answer not kept', error);
  }
}

function rowOf({ principal, key }: Attempt): string {
  return `replays/${principal}/${key}`;
}

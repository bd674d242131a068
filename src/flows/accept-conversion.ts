import type { Context } from '../context.ts';
import { commit, untilCommitted } from '../db/client.ts';
import { type ConversionFactsRead, type ConversionKey, conversionFacts } from '../db/conversion-facts.ts';
import { insertConversion } from '../db/conversion-statements.ts';
import type { CallbackAnswer, VerifiedCallback } from '../domain/callback.ts';
import { verifyClickToken } from '../domain/click-token.ts';
import { identify } from '../domain/identity.ts';
import { type Judgement, judgeConversion } from '../domain/judge-conversion.ts';
import { momentOf } from '../domain/moment.ts';
import type { OrderNotice, SignUpNotice } from '../domain/notice.ts';
import { type OrderChange, stillParked } from '../domain/rewards/reversal.ts';
import { Refusal } from '../lib/refusal.ts';

const NAMELESS = {
  pointer: '/data/customer',
  detail: 'Give the id of the customer, or an e-mail address that can receive mail.',
};

type Acceptable = VerifiedCallback & { notice: SignUpNotice | OrderNotice };

/** A friend signed up or bought: find who brought them, decide credit, and write order, judgement and both rewards at once. */
export async function acceptConversion(context: Context, callback: Acceptable): Promise<CallbackAnswer> {
  const { db, newId } = context;
  const key = await keyOf(context, callback);
  return untilCommitted(async () => {
    const facts = await conversionFacts(db, key);
    if (facts.seen !== null) return { status: 'duplicate', reason: null, conversionId: facts.seen.conversionId };
    const judgement = judge(callback, key, facts);
    const id = newId('cnv');
    const orderId = key.kind === 'order' ? newId('ord') : null;
    const changes = applicableChanges(facts, callback);
    const conversion = { id, orderId, callback, key, judgement, changes, lastSeq: facts.lastSeq };
    const written = await commit(db, insertConversion(db, conversion, newId));
    if (written.outcome === 'conflict') return null;
    const { status, reason } = judgement;
    return { status: status === 'credited' ? 'credited' : 'recorded', reason, conversionId: id };
  });
}

async function keyOf(context: Context, { source, notice, messageId, receivedAt }: Acceptable): Promise<ConversionKey> {
  const friend = await identify(notice.customer, source.digestKey);
  const { clickTokens, clickIds, codes } = notice.touches;
  const signed = await Promise.all(
    clickTokens.map((token) => verifyClickToken(token, source.storeId, context.keyring)),
  );
  const externalId = notice.externalId ?? friend.customer ?? friend.email;
  if (externalId === null) throw new Refusal('callback_unusable', { errors: [NAMELESS] });
  return {
    storeId: source.storeId,
    sourceId: source.id,
    account: source.account,
    messageId,
    kind: notice.kind,
    externalId,
    friend,
    codes,
    clickIds,
    signedClicks: signed.filter((click) => click !== null),
    forgedTokens: signed.filter((click) => click === null).length,
    countTests: source.mode === 'test',
    occurredAt: momentOf(notice.occurredAt, receivedAt),
  };
}

function judge({ source, notice }: Acceptable, key: ConversionKey, facts: ConversionFactsRead): Judgement {
  return judgeConversion({
    kind: key.kind,
    occurredAt: key.occurredAt,
    friend: key.friend,
    testInLive: notice.test && source.mode === 'live',
    purchase: notice.kind === 'order' ? notice : null,
    signUpCurrency: notice.kind === 'sign_up' ? notice.currency : null,
    candidates: facts.candidates,
    unknown: facts.unknown,
    otherOrders: facts.otherOrders,
    rules: facts.rules,
  });
}

/** What had become of the order before it arrived. A refund in another currency cannot be of this order's money. */
function applicableChanges({ changes }: ConversionFactsRead, { notice, receivedAt }: Acceptable): OrderChange[] {
  if (notice.kind !== 'order') return [];
  const own = changes.filter(({ currency }) => currency === null || currency === notice.currency);
  return stillParked(own, receivedAt);
}

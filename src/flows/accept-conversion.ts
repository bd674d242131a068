import type { Context } from '../context.ts';
import { commit, untilCommitted } from '../db/client.ts';
import { type ConversionFactsRead, type ConversionKey, conversionFacts } from '../db/conversion-facts.ts';
import { insertConversion } from '../db/conversion-statements.ts';
import type { CallbackAnswer, Told } from '../domain/callback.ts';
import { verifyClickToken } from '../domain/click-token.ts';
import { addressDigest, identify } from '../domain/identity.ts';
import { type Judgement, judgeConversion } from '../domain/judge-conversion.ts';
import { momentOf } from '../domain/moment.ts';
import type { OrderNotice, SignUpNotice } from '../domain/notice.ts';
import { applicable } from '../domain/rewards/standing.ts';
import { Refusal } from '../lib/refusal.ts';

const NAMELESS = {
  pointer: '/data/customer',
  detail: 'Give the id of the customer, or an e-mail address that can receive mail.',
};

type Acceptable = Told<SignUpNotice | OrderNotice>;

/** A friend signed up or bought: find who brought them, decide credit, and write order, judgement and both rewards at once. */
export async function acceptConversion(context: Context, told: Acceptable): Promise<CallbackAnswer> {
  const { db, newId } = context;
  const key = await keyOf(context, told);
  return untilCommitted(async () => {
    const facts = await conversionFacts(db, key);
    if (facts.seen !== null) return { status: 'duplicate', reason: null, conversionId: facts.seen.conversionId };
    const judgement = judge(told, key, facts);
    const id = newId('cnv');
    const orderId = key.kind === 'order' ? newId('ord') : null;
    const answer = answerTo(id, judgement);
    const changes = applicableChanges(facts, told);
    const written = await commit(
      db,
      insertConversion(db, { id, orderId, ...told, key, judgement, facts, changes, answer }, newId),
    );
    return written.outcome === 'conflict' ? null : answer;
  });
}

async function keyOf(context: Context, { callback, notice }: Acceptable): Promise<ConversionKey> {
  const { source, messageId, receivedAt } = callback;
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
    names: notice.kind === 'order' ? notice.names : [],
    friend,
    addressDigest: await addressDigest(notice.kind === 'order' ? notice.address : null, source.digestKey),
    codes,
    clickIds,
    signedClicks: signed.filter((click) => click !== null),
    forgedTokens: signed.filter((click) => click === null).length,
    countTests: source.mode === 'test',
    occurredAt: momentOf(notice.occurredAt, receivedAt),
  };
}

function judge({ callback, notice }: Acceptable, key: ConversionKey, facts: ConversionFactsRead): Judgement {
  return judgeConversion({
    ...key,
    ...facts,
    testInLive: notice.test && callback.source.mode === 'live',
    purchase: notice.kind === 'order' ? notice : null,
    signUpCurrency: notice.kind === 'sign_up' ? notice.currency : null,
  });
}

function answerTo(conversionId: string, { status, reason }: Judgement): CallbackAnswer {
  return { status: status === 'credited' ? 'credited' : 'recorded', reason, conversionId };
}

/** What had become of the order before it arrived. */
function applicableChanges({ history }: ConversionFactsRead, { callback, notice }: Acceptable) {
  return notice.kind === 'order' ? applicable(history, { ...notice, receivedAt: callback.receivedAt }) : [];
}

import type { CallbackAnswer, Told } from '../domain/callback.ts';
import { identityKeys } from '../domain/identity.ts';
import type { Judgement } from '../domain/judge-conversion.ts';
import type { OrderNotice, SignUpNotice } from '../domain/notice.ts';
import { granted } from '../domain/rewards/granted.ts';
import { movesFor } from '../domain/rewards/reversal.ts';
import { type OrderChange, standingOf } from '../domain/rewards/standing.ts';
import type { NewId } from '../lib/ids.ts';
import { keepAlone } from './callback-statements.ts';
import type { Database, Statement } from './client.ts';
import type { ConversionFactsRead, ConversionKey } from './conversion-facts.ts';
import { insertName } from './order-names.ts';
import { insertReward, moveReward } from './reward-statements.ts';
import { conversions, events, locks, orderChanges, orders } from './schema.ts';
import { lastSeq } from './seen.ts';

export interface JudgedConversion extends Told<SignUpNotice | OrderNotice> {
  id: string;
  orderId: string | null;
  key: ConversionKey;
  judgement: Judgement;
  facts: Pick<ConversionFactsRead, 'history' | 'known'>;
  /** What had already become of the order when it arrived, oldest first. */
  changes: OrderChange[];
  answer: CallbackAnswer;
}

/** Everything a judged sign-up or order leaves behind, for one write batch; the rows with unique keys stand first. */
export function insertConversion(db: Database, told: JudgedConversion, newId: NewId): Statement[] {
  const conversion = { ...told, key: { ...told.key, externalId: ownNameOf(told) } };
  return [
    ...orderRows(db, conversion),
    ...nameRows(db, conversion),
    conversionRow(db, conversion),
    ...lockRows(db, conversion),
    ...rewardRows(conversion, newId),
    ...outcomeRows(db, conversion, newId),
  ];
}

/** The sender may have told before that this id is another name of the order. */
function ownNameOf({ key: { kind, externalId, names }, facts }: JudgedConversion): string {
  const known = [externalId, ...names].flatMap((id) => facts.known.filter(({ name }) => name === id));
  return (kind === 'order' ? known[0]?.orderExternalId : undefined) ?? externalId;
}

function orderRows(db: Database, { orderId, callback, notice, key, facts, changes }: JudgedConversion): Statement[] {
  if (notice.kind !== 'order' || orderId === null) return [];
  const { receivedAt } = callback;
  const { storeId, account, externalId, occurredAt } = key;
  const { currency, subtotal, tax, shipping, test } = notice;
  const { refunded, cancelled, disputed } = standingOf(changes, notice);
  return [
    db.query.insert(orders).values({
      storeId,
      id: orderId,
      account,
      externalId,
      sourceId: key.sourceId,
      ...personOf(key),
      addressDigest: key.addressDigest,
      currency,
      subtotal,
      tax,
      shipping,
      refunded,
      test,
      placedAt: occurredAt,
      cancelledAt: cancelled ? receivedAt : null,
      disputedAt: disputed ? receivedAt : null,
      createdAt: receivedAt,
    }),
    db.query.insert(orderChanges).values({
      storeId,
      account,
      orderExternalId: externalId,
      seq: lastSeq(facts.history, externalId) + 1,
      kind: 'paid',
      externalId,
      amount: subtotal,
      currency,
      occurredAt,
      receivedAt,
    }),
  ];
}

/** An order with several names takes each of them once: no second order can go by any. */
function nameRows(db: Database, { callback, notice, key, facts }: JudgedConversion): Statement[] {
  if (notice.kind !== 'order' || notice.names.length === 0) return [];
  const names = new Set([key.externalId, notice.externalId, ...notice.names]);
  const fresh = [...names].filter((name) => !facts.known.some((known) => known.name === name));
  return fresh.flatMap((name) => insertName(db, key, name, facts.history, callback.receivedAt));
}

function conversionRow(db: Database, { id, orderId, callback, notice, key, judgement }: JudgedConversion): Statement {
  const { winner, status, reason, verdict, explanation } = judgement;
  return db.query.insert(conversions).values({
    storeId: key.storeId,
    id,
    account: key.account,
    kind: key.kind,
    externalId: key.externalId,
    sourceId: key.sourceId,
    orderId,
    programId: winner?.programId,
    linkId: winner?.linkId,
    advocateId: winner?.advocateId,
    clickId: winner?.clickId,
    method: winner?.method,
    touchedAt: winner?.touchedAt,
    ...personOf(key),
    status,
    reason,
    verdict,
    explanation,
    test: notice.test,
    occurredAt: key.occurredAt,
    createdAt: callback.receivedAt,
  });
}

/** One row for each form the friend is known by; a form that is taken means that the friend was credited meanwhile. */
function lockRows(db: Database, { id, callback, key, judgement, changes }: JudgedConversion): Statement[] {
  const { winner, status } = judgement;
  if (winner === null || status !== 'credited' || isCancelled(changes)) return [];
  const lock = { storeId: key.storeId, programId: winner.programId, kind: key.kind, conversionId: id };
  return identityKeys(key.friend).map((identity) =>
    db.query.insert(locks).values({ ...lock, identity, lockedAt: callback.receivedAt }),
  );
}

function rewardRows({ id, callback, notice, key, judgement, changes }: JudgedConversion, newId: NewId): Statement[] {
  const { winner, grants } = judgement;
  if (winner === null) return [];
  const now = callback.receivedAt;
  return grants.flatMap((grant) => {
    const { reward, heldUntil, entries } = granted(grant, newId('rwd'), now);
    const { rule, amount, currency, base } = grant;
    const row = {
      storeId: key.storeId,
      id: reward.id,
      conversionId: id,
      ruleId: rule.id,
      ruleVersion: rule.version,
      programId: rule.programId,
      advocateId: winner.advocateId,
      side: rule.side,
      friend: key.friend.customer ?? key.friend.email ?? '',
      kind: rule.kind,
      currency,
      amount,
      base,
      state: reward.state,
      heldUntil,
      limit: rule.limitPerAdvocate,
      createdAt: now,
      updatedAt: now,
    };
    const reversals = notice.kind === 'order' ? movesFor(reward, notice, [], changes, key.sourceId) : [];
    return [
      ...insertReward(row, entries, newId),
      ...reversals.flatMap((move) => moveReward(key.storeId, move, now, newId)),
    ];
  });
}

function outcomeRows(
  db: Database,
  { id, orderId, callback, key, judgement, answer }: JudgedConversion,
  newId: NewId,
): Statement[] {
  const { winner, status, reason } = judgement;
  const about = { conversionId: id, kind: key.kind, status, reason, orderId };
  const data = { ...about, programId: winner?.programId ?? null, advocateId: winner?.advocateId ?? null };
  const createdAt = callback.receivedAt;
  return [
    ...keepAlone(db, callback, answer),
    db.query
      .insert(events)
      .values({ storeId: key.storeId, id: newId('evt'), type: `conversion.${status}`, data, createdAt }),
  ];
}

function personOf({ friend }: ConversionKey) {
  return { customerDigest: friend.customer, emailDigest: friend.email };
}

function isCancelled(changes: OrderChange[]): boolean {
  return changes.some((change) => change.kind === 'cancellation');
}

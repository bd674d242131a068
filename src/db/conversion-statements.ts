import type { VerifiedCallback } from '../domain/callback.ts';
import { identityKeys } from '../domain/identity.ts';
import type { Judgement } from '../domain/judge-conversion.ts';
import type { OrderNotice, SignUpNotice } from '../domain/notice.ts';
import { granted } from '../domain/rewards/granted.ts';
import { type OrderChange, reverseForAll } from '../domain/rewards/reversal.ts';
import type { NewId } from '../lib/ids.ts';
import { insertCallback } from './callback-statements.ts';
import type { Database, Statement } from './client.ts';
import type { ConversionKey } from './conversion-facts.ts';
import { insertReward, moveReward } from './reward-statements.ts';
import { conversions, events, locks, orderChanges, orders } from './schema.ts';

export interface JudgedConversion {
  id: string;
  orderId: string | null;
  callback: VerifiedCallback & { notice: SignUpNotice | OrderNotice };
  key: ConversionKey;
  judgement: Judgement;
  /** What had already become of the order when it arrived, oldest first. */
  changes: OrderChange[];
  /** The last number of the order's history that the judgement knew. */
  lastSeq: number;
}

/** Everything a judged sign-up or order leaves behind, for one write batch; the rows with unique keys stand first. */
export function insertConversion(db: Database, conversion: JudgedConversion, newId: NewId): Statement[] {
  return [
    ...orderRows(db, conversion),
    conversionRow(db, conversion),
    ...lockRows(db, conversion),
    ...rewardRows(conversion, newId),
    ...outcomeRows(db, conversion, newId),
  ];
}

function orderRows(db: Database, { orderId, callback, key, changes, lastSeq }: JudgedConversion): Statement[] {
  const { notice, receivedAt } = callback;
  if (notice.kind !== 'order' || orderId === null) return [];
  const { storeId, account, externalId, occurredAt } = key;
  const { currency, subtotal, tax, shipping, test } = notice;
  return [
    db.query.insert(orders).values({
      storeId,
      id: orderId,
      account,
      externalId,
      sourceId: key.sourceId,
      ...personOf(key),
      currency,
      subtotal,
      tax,
      shipping,
      refunded: changes.reduce((sum, change) => sum + change.amount, 0),
      test,
      placedAt: occurredAt,
      cancelledAt: isCancelled(changes) ? receivedAt : null,
      createdAt: receivedAt,
    }),
    db.query.insert(orderChanges).values({
      storeId,
      account,
      orderExternalId: externalId,
      seq: lastSeq + 1,
      kind: 'paid',
      externalId,
      amount: subtotal,
      currency,
      occurredAt,
      receivedAt,
    }),
  ];
}

function conversionRow(db: Database, { id, orderId, callback, key, judgement }: JudgedConversion): Statement {
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
    test: callback.notice.test,
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

function rewardRows({ id, callback, key, judgement, changes }: JudgedConversion, newId: NewId): Statement[] {
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
    const reversals = reverseForAll(reward, changes, key.sourceId);
    return [
      ...insertReward(row, entries, newId),
      ...reversals.flatMap((move) => moveReward(key.storeId, move, now, newId)),
    ];
  });
}

function outcomeRows(
  db: Database,
  { id, orderId, callback, key, judgement }: JudgedConversion,
  newId: NewId,
): Statement[] {
  const { winner, status, reason } = judgement;
  const about = { conversionId: id, kind: key.kind, status, reason, orderId };
  const data = { ...about, programId: winner?.programId ?? null, advocateId: winner?.advocateId ?? null };
  const createdAt = callback.receivedAt;
  return [
    insertCallback(
      db,
      callback,
      { status: status === 'credited' ? 'credited' : 'recorded', reason, conversionId: id },
      newId,
    ),
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

import { and, eq, inArray, isNotNull, isNull, not, type SQL, sql } from 'drizzle-orm';
import type { AnySQLiteColumn } from 'drizzle-orm/sqlite-core';
import type { Candidate } from '../domain/attribution.ts';
import { type Identity, identityKeys } from '../domain/identity.ts';
import type { Rule } from '../domain/rewards/rule.ts';
import type { ConversionKind, Method } from '../domain/terms.ts';
import type { Database } from './client.ts';
import {
  advocates,
  clicks,
  codes,
  conversions,
  links,
  locks,
  type orderChanges,
  orders,
  programs,
  rules,
} from './schema.ts';
import { callbackSeen, historyOf, knownNames, type OrderKey, realName } from './seen.ts';

/** What to look for: the natural key of the conversion, the friend, and every trace of a touch that the notice named. */
export interface ConversionKey {
  storeId: string;
  sourceId: string;
  account: string;
  messageId: string | null;
  kind: ConversionKind;
  externalId: string;
  /** Other ids of the order. */
  names: string[];
  friend: Identity;
  /** Of where the order goes. */
  addressDigest: string | null;
  codes: string[];
  clickIds: string[];
  /** From click tokens whose signature held. */
  signedClicks: { clickId: string; linkId: string; at: number }[];
  /** How many tokens had no valid signature of this store. */
  forgedTokens: number;
  /** Whether orders marked as tests count as orders: in a test store they do. */
  countTests: boolean;
  occurredAt: number;
}

export interface ConversionFactsRead {
  /** The conversion of the same callback or the same order, if it was judged before. */
  seen: { conversionId: string | null } | null;
  candidates: Candidate[];
  unknown: string[];
  otherOrders: { placedAt: number | null; creditedIn: string | null }[];
  rules: Rule[];
  /** What was told of the order before it arrived, under any of its names, oldest first. */
  history: (typeof orderChanges.$inferSelect)[];
  /** The names that are known already, and whose they are. */
  known: { name: string; orderExternalId: string }[];
}

const touched = {
  linkId: links.id,
  advocateId: links.advocateId,
  programId: links.programId,
  linkEnabled: links.enabled,
  programStatus: programs.status,
  model: programs.model,
  attributionWindowDays: programs.attributionWindowDays,
  qualificationWindowDays: programs.qualificationWindowDays,
  customerDigest: advocates.customerDigest,
  emailDigest: advocates.emailDigest,
  startsAt: links.startsAt,
  endsAt: links.endsAt,
  bannedAt: advocates.bannedAt,
  archivedAt: advocates.archivedAt,
};

/** One batch, one trip: everything that judging a sign-up or an order depends on. */
export async function conversionFacts(db: Database, key: ConversionKey): Promise<ConversionFactsRead> {
  const { query } = db;
  const { storeId } = key;
  const ofProgram = and(eq(programs.storeId, links.storeId), eq(programs.id, links.programId));
  const ofAdvocate = and(eq(advocates.storeId, links.storeId), eq(advocates.id, links.advocateId));
  const linkIds = key.signedClicks.map((click) => click.linkId);
  const order = orderOf(key);
  const [messages, same, history, known, lockRows, codeRows, tokenRows, clickRows, signUpRows, otherOrders, ruleRows] =
    await query.batch([
      callbackSeen(db, key),
      query
        .select({ conversionId: conversions.id })
        .from(conversions)
        .where(
          and(
            eq(conversions.storeId, storeId),
            eq(conversions.account, key.account),
            eq(conversions.kind, key.kind),
            isSame(db, key),
          ),
        ),
      historyOf(db, order, key.names),
      knownNames(db, order, key.names),
      query
        .select({
          ...touched,
          kind: locks.kind,
          clickId: conversions.clickId,
          touchedAt: conversions.touchedAt,
          at: conversions.occurredAt,
        })
        .from(locks)
        .innerJoin(conversions, and(eq(conversions.storeId, locks.storeId), eq(conversions.id, locks.conversionId)))
        .innerJoin(links, and(eq(links.storeId, conversions.storeId), eq(links.id, conversions.linkId)))
        .innerJoin(programs, ofProgram)
        .innerJoin(advocates, ofAdvocate)
        .where(and(eq(locks.storeId, storeId), inArray(locks.identity, identityKeys(key.friend)))),
      query
        .select({ ...touched, code: codes.code })
        .from(codes)
        .innerJoin(links, and(eq(links.storeId, codes.storeId), eq(links.id, codes.linkId)))
        .innerJoin(programs, ofProgram)
        .innerJoin(advocates, ofAdvocate)
        .where(and(eq(codes.storeId, storeId), inArray(codes.code, key.codes))),
      query
        .select(touched)
        .from(links)
        .innerJoin(programs, ofProgram)
        .innerJoin(advocates, ofAdvocate)
        .where(and(eq(links.storeId, storeId), inArray(links.id, linkIds))),
      query
        .select({ ...touched, clickId: clicks.id, touchedAt: clicks.at })
        .from(clicks)
        .innerJoin(links, and(eq(links.storeId, clicks.storeId), eq(links.id, clicks.linkId)))
        .innerJoin(programs, ofProgram)
        .innerJoin(advocates, ofAdvocate)
        .where(and(eq(clicks.storeId, storeId), inArray(clicks.id, key.clickIds))),
      query
        .select({
          ...touched,
          clickId: conversions.clickId,
          touchedAt: conversions.touchedAt,
          at: conversions.occurredAt,
        })
        .from(conversions)
        .innerJoin(links, and(eq(links.storeId, conversions.storeId), eq(links.id, conversions.linkId)))
        .innerJoin(programs, ofProgram)
        .innerJoin(advocates, ofAdvocate)
        .where(
          and(
            eq(conversions.storeId, storeId),
            eq(conversions.kind, 'sign_up'),
            eq(conversions.status, 'recorded'),
            isNotNull(conversions.linkId),
            ofPerson(conversions, storeId, key.friend),
          ),
        ),
      query
        .select({ placedAt: latestUntil(key.occurredAt), creditedIn: conversions.programId })
        .from(orders)
        .leftJoin(
          conversions,
          and(
            eq(conversions.storeId, orders.storeId),
            eq(conversions.orderId, orders.id),
            eq(conversions.status, 'credited'),
          ),
        )
        .where(
          and(
            eq(orders.storeId, storeId),
            isNull(orders.cancelledAt),
            key.countTests ? undefined : eq(orders.test, false),
            ofPerson(orders, storeId, key.friend),
            not(
              and(
                eq(orders.account, key.account),
                eq(orders.externalId, key.kind === 'order' ? key.externalId : ''),
              ) as SQL,
            ),
          ),
        )
        .groupBy(conversions.programId),
      query
        .select()
        .from(rules)
        .where(and(eq(rules.storeId, storeId), isNull(rules.retiredAt))),
    ]);

  const candidates: Candidate[] = [
    ...lockRows.map((row) =>
      candidate(
        row,
        'lock',
        row.clickId,
        row.touchedAt ?? row.at,
        row.at,
        row.kind === 'sign_up' ? row.qualificationWindowDays : null,
      ),
    ),
    ...codeRows.map((row) => candidate(row, 'code', null, key.occurredAt, key.occurredAt, row.attributionWindowDays)),
    ...signUpRows.map((row) =>
      candidate(row, 'sign_up', row.clickId, row.touchedAt ?? row.at, row.at, row.qualificationWindowDays),
    ),
  ];
  for (const click of key.signedClicks) {
    const row = tokenRows.find(({ linkId }) => linkId === click.linkId);
    if (row) candidates.push(candidate(row, 'click', click.clickId, click.at, click.at, row.attributionWindowDays));
  }
  for (const row of clickRows) {
    if (key.signedClicks.some(({ clickId }) => clickId === row.clickId)) continue;
    candidates.push(candidate(row, 'click', row.clickId, row.touchedAt, row.touchedAt, row.attributionWindowDays));
  }
  return {
    seen: messages[0] ?? same[0] ?? null,
    candidates: candidates.filter(isFirstOfItsKind),
    unknown: [
      ...key.codes.filter((code) => !codeRows.some((row) => row.code === code)),
      ...key.clickIds.filter((id) => !candidates.some((c) => c.clickId === id)),
      ...key.signedClicks
        .filter((click) => !candidates.some((c) => c.clickId === click.clickId))
        .map(({ clickId }) => clickId),
      ...Array.from({ length: key.forgedTokens }, () => 'click token without a valid signature of this store'),
    ],
    otherOrders,
    rules: ruleRows,
    history,
    known,
  };
}

function latestUntil(moment: number): SQL<number | null> {
  return sql`max(case when ${orders.placedAt} <= ${moment} then ${orders.placedAt} end)`;
}

/** A sign-up is no order, and has no history of one. */
function orderOf({ storeId, account, kind, externalId }: ConversionKey): OrderKey {
  return { storeId, account, orderExternalId: kind === 'order' ? externalId : '' };
}

/** Judged before, under any name of it. */
function isSame(db: Database, key: ConversionKey): SQL {
  const ids = [key.externalId, ...key.names].map((id) => sql`select ${id}`);
  const others = sql`select * from ${realName(db, orderOf(key), key.names)}`;
  return sql`${conversions.externalId} in (${sql.join([...ids, others], sql` union `)})`;
}

/** Rows of this person under either digest. Two look-ups by index: an `or` would walk through all of the store. */
function ofPerson(table: typeof orders | typeof conversions, storeId: string, friend: Identity): SQL {
  const found = (digest: AnySQLiteColumn, value: string | null) =>
    sql`select ${table.id} from ${table} where ${table.storeId} = ${storeId} and ${digest} = ${value}`;
  return sql`${table.id} in (${found(table.customerDigest, friend.customer)} union ${found(table.emailDigest, friend.email)})`;
}

type Touched = { [K in keyof typeof touched]: (typeof touched)[K]['_']['data'] | null } & {
  linkId: string;
  advocateId: string;
  programId: string;
  linkEnabled: boolean;
  programStatus: Candidate['programStatus'];
  model: Candidate['model'];
};

function candidate(
  row: Touched,
  method: Method,
  clickId: string | null,
  touchedAt: number,
  windowFrom: number,
  windowDays: number | null,
): Candidate {
  return {
    method,
    linkId: row.linkId,
    advocateId: row.advocateId,
    programId: row.programId,
    clickId,
    touchedAt,
    linkEnabled: row.linkEnabled && (row.startsAt ?? touchedAt) <= touchedAt && touchedAt <= (row.endsAt ?? touchedAt),
    programStatus: row.programStatus,
    model: row.model,
    windowFrom,
    windowDays,
    advocate: { customer: row.customerDigest, email: row.emailDigest },
    advocateBanned: row.bannedAt !== null,
    advocateArchived: row.archivedAt !== null,
  };
}

/** A friend is locked under several identities, and a link has several codes: each is one touch. */
function isFirstOfItsKind(candidate: Candidate, index: number, all: Candidate[]): boolean {
  const same = (other: Candidate) =>
    other.method === candidate.method &&
    other.linkId === candidate.linkId &&
    other.clickId === candidate.clickId &&
    other.windowFrom === candidate.windowFrom &&
    other.windowDays === candidate.windowDays;
  return all.findIndex(same) === index;
}

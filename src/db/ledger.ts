import { and, asc, count, eq, ne, or, type SQL, sql } from 'drizzle-orm';
import type { AnySQLiteColumn } from 'drizzle-orm/sqlite-core';
import { type Balance, type Entry, statesIn } from '../domain/rewards/ledger.ts';
import type { RewardState, Side } from '../domain/terms.ts';
import type { Database } from './client.ts';
import { matching, newestFirst, type PageOf } from './matching.ts';
import { advocates, conversions, ledgerEntries, rewards } from './schema.ts';

export interface LedgerEntry extends Entry {
  id: string;
  rewardId: string;
  side: Side;
  advocateId: string;
  currency: string;
  at: number;
}

/** Minor units. */
export type Balances = Record<Balance, number>;

export interface SideBalances extends Balances {
  side: Side;
  currency: string;
}

/** A reward whose entries do not add up to what it is. */
export interface Mismatch {
  rewardId: string;
  state: RewardState;
  currency: string;
  amount: number;
  reversed: number;
  expected: Balances;
  found: Balances;
  /** Entries that name another side, advocate, friend or currency than the reward. */
  strays: number;
}

export interface LedgerCheck {
  rewards: number;
  entries: number;
  /** The first 100. */
  mismatches: Mismatch[];
}

/** The friend's digest stays inside. */
export const ENTRY = {
  id: ledgerEntries.id,
  rewardId: ledgerEntries.rewardId,
  kind: ledgerEntries.kind,
  cause: ledgerEntries.cause,
  side: ledgerEntries.side,
  advocateId: ledgerEntries.advocateId,
  currency: ledgerEntries.currency,
  pending: ledgerEntries.pending,
  approved: ledgerEntries.approved,
  issued: ledgerEntries.issued,
  at: ledgerEntries.at,
};

const FILTERS = { rewardId: ledgerEntries.rewardId, advocateId: ledgerEntries.advocateId, side: ledgerEntries.side };

export async function entriesOf(
  db: Database,
  storeId: string,
  { limit, cursor, ...asked }: PageOf & { [Name in keyof typeof FILTERS]?: string | undefined },
): Promise<LedgerEntry[]> {
  const { after, order } = newestFirst(ledgerEntries.id, cursor, asked.rewardId, asked.advocateId);
  return db.query
    .select(ENTRY)
    .from(ledgerEntries)
    .where(and(eq(ledgerEntries.storeId, storeId), matching(FILTERS, asked), after))
    .orderBy(order)
    .limit(limit + 1);
}

/** null: no such advocate. */
export async function balancesOfAdvocate(db: Database, storeId: string, id: string): Promise<SideBalances[] | null> {
  const [known, balances] = await db.query.batch([
    db.query
      .select({ id: advocates.id })
      .from(advocates)
      .where(and(eq(advocates.storeId, storeId), eq(advocates.id, id))),
    balancesWhere(db, storeId, 'advocate', eq(ledgerEntries.advocateId, id)),
  ]);
  return known.length === 0 ? null : balances;
}

/** What the friend of a conversion has earned, by this and by any other; null: no such conversion. */
export async function balancesOfFriend(db: Database, storeId: string, id: string): Promise<SideBalances[] | null> {
  const isConversion = and(eq(conversions.storeId, storeId), eq(conversions.id, id));
  const friend = db.query
    .select({ digest: sql`coalesce(${conversions.customerDigest}, ${conversions.emailDigest})` })
    .from(conversions)
    .where(isConversion);
  const [known, balances] = await db.query.batch([
    db.query.select({ id: conversions.id }).from(conversions).where(isConversion),
    balancesWhere(db, storeId, 'friend', eq(ledgerEntries.friend, friend)),
  ]);
  return known.length === 0 ? null : balances;
}

/** Compares every reward with the sum of its entries: they must stand where its state says, with what is left of it. */
export async function ledgerCheck(db: Database, storeId: string): Promise<LedgerCheck> {
  const ofStore = eq(rewards.storeId, storeId);
  const expected = { pending: expectedIn('pending'), approved: expectedIn('approved'), issued: expectedIn('issued') };
  const found = {
    pending: total(ledgerEntries.pending),
    approved: total(ledgerEntries.approved),
    issued: total(ledgerEntries.issued),
  };
  const isStray = or(
    ne(ledgerEntries.side, rewards.side),
    ne(ledgerEntries.advocateId, rewards.advocateId),
    ne(ledgerEntries.friend, rewards.friend),
    ne(ledgerEntries.currency, rewards.currency),
  );
  const strays = sql<number>`count(case when ${isStray} then 1 end)`;
  const [[rewardCount], [entryCount], mismatches] = await db.query.batch([
    db.query.select({ rewards: count() }).from(rewards).where(ofStore),
    db.query.select({ entries: count() }).from(ledgerEntries).where(eq(ledgerEntries.storeId, storeId)),
    db.query
      .select({
        rewardId: rewards.id,
        state: rewards.state,
        currency: rewards.currency,
        amount: rewards.amount,
        reversed: rewards.reversed,
        expected,
        found,
        strays,
      })
      .from(rewards)
      .leftJoin(ledgerEntries, and(eq(ledgerEntries.storeId, rewards.storeId), eq(ledgerEntries.rewardId, rewards.id)))
      .where(ofStore)
      .groupBy(rewards.id)
      .having(
        or(
          ne(found.pending, expected.pending),
          ne(found.approved, expected.approved),
          ne(found.issued, expected.issued),
          ne(strays, 0),
        ),
      )
      .limit(100),
  ]);
  return { rewards: rewardCount?.rewards ?? 0, entries: entryCount?.entries ?? 0, mismatches };
}

function balancesWhere(db: Database, storeId: string, side: Side, isHolder: SQL) {
  return db.query
    .select({
      side: ledgerEntries.side,
      currency: ledgerEntries.currency,
      pending: total(ledgerEntries.pending),
      approved: total(ledgerEntries.approved),
      issued: total(ledgerEntries.issued),
    })
    .from(ledgerEntries)
    .where(and(eq(ledgerEntries.storeId, storeId), eq(ledgerEntries.side, side), isHolder))
    .groupBy(ledgerEntries.currency)
    .orderBy(asc(ledgerEntries.currency));
}

function expectedIn(balance: Balance): SQL<number> {
  return sql<number>`case when ${rewards.state} in ${statesIn(balance)} then ${rewards.amount} - ${rewards.reversed} else 0 end`;
}

function total(column: AnySQLiteColumn): SQL<number> {
  return sql<number>`coalesce(sum(${column}), 0)`;
}

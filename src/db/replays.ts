import { and, eq, isNull, lte, or, type SQL } from 'drizzle-orm';
import { commit, type Database, type Statement } from './client.ts';
import { replays } from './schema.ts';

/** The right to give the first answer; `createdAt` tells it from a later claim of the same key. */
export interface Claim {
  principal: string;
  key: string;
  fingerprint: string;
  createdAt: number;
}

export interface Replay {
  fingerprint: string;
  /** null while the first request is still running. */
  status: number | null;
  sealedBody: string | null;
}

const MINUTE = 60_000;
const KEPT = 7 * 24 * 60 * MINUTE;

/**
 * null: the claim is ours. Otherwise what stands there. A claim that has no answer after a minute was left by an isolate
 * that died, and is taken over; one that is too old to be kept counts as gone.
 */
export async function claimReplay(db: Database, claim: Claim): Promise<Replay | null> {
  const { principal, key, fingerprint, createdAt } = claim;
  const left = and(
    isNull(replays.status),
    lte(replays.createdAt, createdAt - MINUTE),
    eq(replays.fingerprint, fingerprint),
  );
  const insert = db.query
    .insert(replays)
    .values(claim)
    .onConflictDoUpdate({
      target: [replays.principal, replays.key],
      set: { fingerprint, status: null, sealedBody: null, createdAt },
      setWhere: or(left, lte(replays.createdAt, createdAt - KEPT)) as SQL,
    });
  const select = db.query
    .select({ fingerprint: replays.fingerprint, status: replays.status, sealedBody: replays.sealedBody })
    .from(replays)
    .where(and(eq(replays.principal, principal), eq(replays.key, key)));
  const done = await commit(db, [insert, select]);
  if (done.outcome === 'conflict') throw new Error(`A claim met ${done.constraint}`);
  const [inserted, found] = done.results;
  if (inserted?.rowsAffected === 1) return null;
  const row = found?.rows[0];
  return {
    fingerprint: String(row?.fingerprint),
    status: row?.status == null ? null : Number(row.status),
    sealedBody: row?.sealed_body == null ? null : String(row.sealed_body),
  };
}

export function keepReplay(db: Database, claim: Claim, status: number, sealedBody: string): Statement {
  return db.query.update(replays).set({ status, sealedBody }).where(isOpen(claim));
}

export function releaseReplay(db: Database, claim: Claim): Statement {
  return db.query.delete(replays).where(isOpen(claim));
}

export function deleteOldReplays(db: Database, now: number): Statement {
  return db.query.delete(replays).where(lte(replays.createdAt, now - KEPT));
}

function isOpen({ principal, key, createdAt }: Claim) {
  return and(
    eq(replays.principal, principal),
    eq(replays.key, key),
    eq(replays.createdAt, createdAt),
    isNull(replays.status),
  );
}

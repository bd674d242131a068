import { and, eq, sql } from 'drizzle-orm';
import type { Entry } from '../domain/rewards/ledger.ts';
import type { Move } from '../domain/rewards/moves.ts';
import type { RewardState } from '../domain/terms.ts';
import type { NewId } from '../lib/ids.ts';
import type { Statement } from './client.ts';
import { events, ledgerEntries, rewardMoves, rewards } from './schema.ts';

export interface NewReward extends Omit<typeof rewards.$inferInsert, 'state' | 'reason' | 'version' | 'reversed'> {
  /** What it becomes unless the limit is reached: `held`, or `approved` where there is nothing to wait for. */
  state: RewardState;
  /** Rewards of this rule that one advocate can earn; null: no limit. */
  limit: number | null;
}

const FREES_ITS_PLACE = ['blocked', 'voided', 'reversed'];

/**
 * The reward, its first audit row, its ledger entries and its event. Whether the limit still has room is asked inside the
 * write, so that no number of friends at once can pass it; a reward over the limit is written as blocked.
 */
export function insertReward(reward: NewReward, entries: Entry[], newId: NewId): Statement[] {
  const { storeId, id, limit, createdAt } = reward;
  const hasRoom =
    limit === null
      ? sql`true`
      : sql`(select count(*) from ${rewards} where ${and(
          eq(rewards.storeId, storeId),
          eq(rewards.advocateId, reward.advocateId),
          eq(rewards.ruleId, reward.ruleId),
          eq(rewards.side, reward.side),
        )} and ${rewards.state} not in ${FREES_ITS_PLACE}) < ${limit}`;
  const columns = sql.raw(
    'store_id, id, conversion_id, rule_id, rule_version, program_id, advocate_id, side, friend, kind, currency, amount, reversed, base, state, reason, held_until, version, created_at, updated_at',
  );
  const { conversionId, ruleId, ruleVersion, programId, advocateId, side, friend, kind, currency, amount, heldUntil } =
    reward;
  const insert = sql`insert into ${rewards} (${columns}) select ${storeId}, ${id}, ${conversionId}, ${ruleId}, ${ruleVersion},
    ${programId}, ${advocateId}, ${side}, ${friend}, ${kind}, ${currency}, ${amount}, 0, ${reward.base ?? null},
    case when room then ${reward.state} else 'blocked' end, case when room then null else 'cap_reached' end,
    ${heldUntil}, 1, ${createdAt}, ${createdAt} from (select ${hasRoom} as room)`;
  const audit = sql`insert into ${rewardMoves} (store_id, reward_id, seq, from_state, to_state, actor, reason, note, at)
    select store_id, id, 1, null, state, 'system', coalesce(reason, 'earned'), null, ${createdAt}
    from ${rewards} where store_id = ${storeId} and id = ${id}`;
  const told = sql`insert into ${events} (store_id, id, type, data, created_at)
    select store_id, ${newId('evt')}, case state when 'blocked' then 'reward.blocked' else 'reward.granted' end,
    ${eventData()}, ${createdAt} from ${rewards} where store_id = ${storeId} and id = ${id}`;
  return [insert, audit, ...entries.map((entry) => insertEntry(storeId, id, entry, createdAt, newId)), told];
}

/** One move with its audit row, ledger entries and event. The audit row's key makes two moves from one position collide. */
export function moveReward(storeId: string, move: Move, now: number, newId: NewId): Statement[] {
  const { rewardId, seq, from, to, reversed } = move;
  const unblocked = sql`from ${rewards} where store_id = ${storeId} and id = ${rewardId} and state <> 'blocked'`;
  return [
    sql`insert into ${rewardMoves} (store_id, reward_id, seq, from_state, to_state, actor, reason, note, at)
      select store_id, id, ${seq}, ${from}, ${to}, ${move.actor}, ${move.reason}, ${move.note}, ${now} ${unblocked}`,
    sql`update ${rewards} set state = ${to}, reversed = ${reversed}, version = ${seq}, updated_at = ${now}
      where store_id = ${storeId} and id = ${rewardId} and state = ${from} and version = ${seq - 1}`,
    ...move.entries.map((entry) => insertEntry(storeId, rewardId, entry, now, newId)),
    sql`insert into ${events} (store_id, id, type, data, created_at)
      select store_id, ${newId('evt')}, ${eventType(move)}, ${eventData(move.reason)}, ${now} ${unblocked}`,
  ];
}

/** Nothing of a blocked reward reaches the ledger. */
function insertEntry(storeId: string, rewardId: string, entry: Entry, now: number, newId: NewId): Statement {
  const { kind, cause, pending, approved, issued } = entry;
  return sql`insert into ${ledgerEntries}
    (store_id, id, reward_id, kind, cause, side, advocate_id, friend, currency, pending, approved, issued, at)
    select store_id, ${newId('led')}, id, ${kind}, ${cause}, side, advocate_id, friend, currency, ${pending}, ${approved}, ${issued}, ${now}
    from ${rewards} where store_id = ${storeId} and id = ${rewardId} and state <> 'blocked'`;
}

function eventType({ from, to, entries }: Move): string {
  return from === to && entries.length > 0 ? 'reward.reduced' : `reward.${to}`;
}

/** Of the row as it stands in this batch; a friend's digest is not told. */
function eventData(reason: string | null = null) {
  return sql`json_object('rewardId', id, 'conversionId', conversion_id, 'programId', program_id, 'advocateId', advocate_id,
    'side', side, 'kind', kind, 'currency', currency, 'amount', amount, 'reversed', reversed, 'state', state,
    'reason', coalesce(${reason}, reason))`;
}

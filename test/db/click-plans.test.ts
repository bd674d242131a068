import type { Client } from '@libsql/client/http';
import { drizzle } from 'drizzle-orm/libsql/http';
import { describe, expect, it } from 'vitest';
import { pipelineFigures } from '../../src/db/click-audits.ts';
import { deleteOldClicks } from '../../src/db/click-retention.ts';
import { storeClicks } from '../../src/db/click-rows.ts';
import { commit, type Database } from '../../src/db/client.ts';
import { openDeadDeliveries } from '../../src/db/dead-deliveries.ts';
import { deleteVisitorsBefore } from '../../src/db/salts.ts';
import type { Click } from '../../src/domain/click.ts';
import { createDatabase } from '../support/database.ts';
import { plansOf } from '../support/plans.ts';

const CLICK: Click = {
  ...{ storeId: 'sto_1', id: 'clk_1', linkId: 'lnk_1', programId: 'prg_1', at: 0, kind: 'human', channel: null },
  ...{ country: null, visitor: 'v', agent: 'mobile', rule: 1, referrerHost: null },
};

/** How SQLite would go about the statements of a commit, each in a database of its own: they are not run. */
async function plansOfCommit(write: (db: Database) => Promise<unknown>): Promise<string[]> {
  const sent: { sql: string; args: [] }[] = [];
  const listening = {
    batch: async (statements: typeof sent) => {
      sent.push(...statements);
      return statements.map(() => ({ rowsAffected: 0 }));
    },
  } as unknown as Client;
  await write({ client: listening, query: drizzle(listening) });
  const plans = await Promise.all(
    sent.map(({ sql, args }) => createDatabase().client.execute({ sql: `explain query plan ${sql}`, args })),
  );
  return plans.flatMap(({ rows }) => rows.map(({ detail }) => String(detail)));
}

/** Of stores and dead deliveries there are few. */
const WALK = /^SCAN (?!stores$|s$|dead_deliveries|json_each)/;

describe('however many clicks there are, they are not walked through to', () => {
  it.each<[string, (db: Database) => Promise<unknown>]>([
    ['say how the pipeline is', (db) => pipelineFigures(db, 0)],
    ['find dead deliveries', (db) => openDeadDeliveries(db, '', 10)],
  ])('%s', async (_, read) => {
    const plans = await plansOf(read);
    expect(plans.length).toBeGreaterThan(0);
    expect(plans.filter((plan) => WALK.test(plan))).toEqual([]);
  });

  it.each<[string, string, (db: Database) => Promise<unknown>]>([
    ['store and count some more', 'tag=?', (db) => storeClicks(db, [CLICK], { newId: () => 'clk_2', now: () => 0 })],
    ['delete old ones', 'store_id=? AND id<?', (db) => commit(db, [deleteOldClicks([90], 0, 10)])],
    ['delete visitors', 'at<?', (db) => commit(db, [deleteVisitorsBefore(db, 0)])],
  ])('%s', async (_, index, write) => {
    const plans = await plansOfCommit(write);
    expect(plans.join()).toContain(index);
    expect(plans.filter((plan) => WALK.test(plan))).toEqual([]);
  });
});

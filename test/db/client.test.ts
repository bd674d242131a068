import { sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { commit, untilCommitted } from '../../src/db/client.ts';
import { databaseRefusal } from '../../src/db/failure.ts';
import { createDatabase } from '../support/database.ts';

const LOCK = (storeId: string, id: string) =>
  sql`insert into stores (id, name, mode, twin_id, digest_key, created_at, updated_at) values (${storeId}, 'x', 'live', ${id}, 'x', 0, 0)`;

describe('commit', () => {
  it('writes all or nothing, and tells a taken key as an outcome', async () => {
    const db = createDatabase();
    expect((await commit(db, [LOCK('sto_1', 'a')])).outcome).toBe('committed');
    const second = await commit(db, [LOCK('sto_2', 'b'), LOCK('sto_1', 'c')]);
    expect(second).toMatchObject({ outcome: 'conflict', constraint: 'stores.id', statement: 1 });
    const { rows } = await db.client.execute('select id from stores');
    expect(rows).toHaveLength(1);
  });

  it('throws where the rows themselves are wrong: writing again could not help', async () => {
    const db = createDatabase();
    const check = sql`insert into stores (id, name, mode, twin_id, digest_key, created_at, updated_at) values ('s', 'x', 'other', 't', 'x', 0, 0)`;
    const reference = sql`insert into keys (store_id, id, kind, name, hash, hint, scopes, created_at) values ('none', 'k', 'secret', 'x', 'h', 'x', '[]', 0)`;
    await expect(commit(db, [check])).rejects.toThrow('CHECK');
    await expect(commit(db, [reference])).rejects.toThrow('FOREIGN KEY');
    await expect(commit(db, [sql`insert into no_such_table values (1)`])).rejects.toThrow('no such table');
  });
});

describe('untilCommitted', () => {
  it('tries again while another was faster, and is busy in the end', async () => {
    const outcomes = [null, null, 'done'];
    expect(await untilCommitted(async () => outcomes.shift() ?? null)).toBe('done');
    await expect(untilCommitted(async () => null)).rejects.toMatchObject({ code: 'busy', retryAfterSeconds: 1 });
  });
});

describe('databaseRefusal', () => {
  it('is for a database that is out of reach, and not for bugs', async () => {
    const db = createDatabase();
    const bug = await db.client.execute('select nothing from nowhere').catch((error: unknown) => error);
    expect(databaseRefusal(bug)).toBeNull();
    expect(databaseRefusal(new TypeError('x is not a function'))).toBeNull();
    expect(databaseRefusal(new Error('outer', { cause: new TypeError('fetch failed') }))?.code).toBe(
      'database_unavailable',
    );
  });
});

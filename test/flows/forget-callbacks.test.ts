import { beforeEach, describe, expect, it } from 'vitest';
import { createTestApp, type TestApp } from '../support/app.ts';
import { DAY } from '../support/clock.ts';
import { createShop, type Shop } from '../support/shop.ts';

describe('the requests of callbacks', () => {
  let app: TestApp;
  let shop: Shop;

  beforeEach(async () => {
    app = await createTestApp();
    shop = await createShop(app);
  });

  async function kept(): Promise<unknown[]> {
    const sql = 'select message_id as id, sealed is not null as kept from callbacks order by id';
    const { rows } = await app.database.client.execute(sql);
    return rows.map(({ id, kept }) => [id, kept]);
  }

  it('are forgotten after 30 days, each by its own time, and the rest of the row stays', async () => {
    await shop.post('newsletter.opened', {}, { messageId: 'old' });
    const { rows: before } = await app.database.client.execute('select * from callbacks');
    app.clock.advance(DAY);
    await shop.post('newsletter.opened', {}, { messageId: 'young' });
    app.clock.advance(29 * DAY);
    await app.cron();
    expect(await kept()).toEqual([
      ['old', 1],
      ['young', 1],
    ]);
    app.clock.advance(1);
    await app.cron();
    expect(await kept()).toEqual([
      ['old', 0],
      ['young', 1],
    ]);
    const { rows: after } = await app.database.client.execute("select * from callbacks where message_id = 'old'");
    expect(after).toEqual([{ ...before[0], sealed: null }]);
  });

  it('are forgotten in chunks, so many in every run, until none is left', async () => {
    await shop.post('newsletter.opened', {}, { messageId: 'first' });
    await app.database.client.execute(`
      insert into callbacks (store_id, id, source_id, type, status, received_at, sealed)
      with recursive n (i) as (select 1 union all select i + 1 from n where i < 4500)
      select store_id, 'cbk_' || i, source_id, type, status, received_at, sealed from callbacks, n`);
    app.clock.advance(31 * DAY);
    const left = async () => {
      const { rows } = await app.database.client.execute(
        'select count(*) as n from callbacks where sealed is not null',
      );
      return Number(rows[0]?.['n']);
    };
    await app.cron();
    const afterOne = await left();
    expect(afterOne).toBeGreaterThan(0);
    expect(afterOne).toBeLessThan(4501);
    await app.cron();
    expect(await left()).toBe(0);
    const { rows } = await app.database.client.execute('select count(*) as n from callbacks');
    expect(rows[0]?.['n']).toBe(4501);
  });
});

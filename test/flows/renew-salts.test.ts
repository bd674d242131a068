import { describe, expect, it } from 'vitest';
import { clickVisitors, salts } from '../../src/db/schema.ts';
import { openSalt } from '../../src/domain/visitor-digest.ts';
import { readSettings } from '../../src/env.ts';
import { createKeyring } from '../../src/lib/keyring.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { DAY, HOUR, MINUTE } from '../support/clock.ts';

async function daysIn(app: TestApp): Promise<string[]> {
  const rows = await app.database.query.select().from(salts).orderBy(salts.day);
  return rows.map(({ day }) => day);
}

describe('the salts', () => {
  it('are made for today and tomorrow, sealed, each of its own', async () => {
    const app = await createTestApp();
    await app.cron();
    const rows = await app.database.query.select().from(salts).orderBy(salts.day);
    expect(rows.map(({ day }) => day)).toEqual(['2026-11-21', '2026-11-22']);
    expect(new Set(rows.map(({ sealed }) => sealed)).size).toBe(2);
    const keyring = createKeyring(readSettings(app.bindings).MASTER_KEYS);
    for (const { day, sealed } of rows) await expect(openSalt(keyring, day, sealed)).resolves.toBeDefined();
  });

  it('stay what they are for their whole day, also when two crons run at once', async () => {
    const app = await createTestApp();
    await Promise.all([app.cron(), app.cron(), app.cron()]);
    const made = await app.database.query.select().from(salts).orderBy(salts.day);
    expect(made).toHaveLength(2);
    for (let hour = 0; hour < 4; hour += 1) {
      app.clock.advance(59 * MINUTE);
      await app.cron();
    }
    expect(await app.database.query.select().from(salts).orderBy(salts.day)).toEqual(made);
  });

  it('are destroyed a day after the end of their day, with who was counted by them', async () => {
    const app = await createTestApp();
    const visit = (at: number) => ({
      ...{ storeId: 'sto_1', linkId: 'lnk_1', visitor: 'v', clickId: 'clk_1' },
      day: String(at),
      at,
    });
    const midnight = Date.parse('2026-11-22T00:00:00Z');
    await app.database.query
      .insert(clickVisitors)
      .values([visit(app.clock.now()), visit(midnight - 1), visit(midnight)]);
    await app.cron();

    app.clock.advance(4 * HOUR + DAY - 1);
    await app.cron();
    expect(await daysIn(app)).toEqual(['2026-11-21', '2026-11-22', '2026-11-23']);
    expect(await app.database.query.select().from(clickVisitors)).toHaveLength(3);

    app.clock.advance(1);
    await app.cron();
    expect(await daysIn(app)).toEqual(['2026-11-22', '2026-11-23', '2026-11-24']);
    expect(await app.database.query.select().from(clickVisitors)).toEqual([visit(midnight)]);
  });

  it('that a cron left behind which did not run for days are all destroyed by its next run', async () => {
    const app = await createTestApp();
    await app.cron();
    app.clock.advance(9 * DAY);
    await app.cron();
    expect(await daysIn(app)).toEqual(['2026-11-30', '2026-12-01']);
  });
});

import { appendFileSync } from 'node:fs'; const w = (...a: unknown[]) => appendFileSync('/tmp/an-plans.txt', a.join(' ') + '\n');
import type { InStatement } from '@libsql/client/http';
import { drizzle } from 'drizzle-orm/libsql/http';
import { it } from 'vitest';
import { clickTallies } from '../../src/db/analytics.ts';
import { createDatabase } from '../support/database.ts';
it('x', async () => {
  const { client } = createDatabase();
  for (const groupBy of ['day','link','channel'] as const)
  for (const f of [{}, {linkId:'l'}, {programId:'p'}, {advocateId:'a'}, {advocateId:'a', programId:'p'}, {linkId:'l', programId:'p', advocateId: 'a'}, {country:'DE', kind:'human' as const}]) {
    const sent: any[] = [];
    const l = { batch: (s: any[], m: any) => { sent.push(...s); return client.batch(s, m); } } as any;
    await clickTallies({ client: l, query: drizzle(l) }, 's', { period: {from:'2026-11-01',to:'2026-11-21'}, since:'2026-10-01', groupBy, limit: 20, ...f });
    w(groupBy, JSON.stringify(f));
    if (groupBy==='day' && 'programId' in f) w(sent.at(-1).sql);
    const plans = await client.batch([{...sent.at(-1), sql: 'explain query plan ' + sent.at(-1).sql}] as InStatement[], 'read');
    for (const r of plans[0]!.rows) w('   ', r.detail);
  }
});

import type { Database } from '../../src/db/client.ts';
import { advocates, codes, links, programs, stores } from '../../src/db/schema.ts';
import { createNewId } from '../../src/lib/ids.ts';

const newId = createNewId(Date.now);

export interface LinkRow {
  storeId: string;
  programId: string;
  advocateId: string;
  linkId: string;
  code: string;
}

/** A link with all that it hangs on, written straight into the tables. */
export async function insertLink(
  { query }: Database,
  code: string,
  {
    link = {},
    program = {},
  }: { link?: Partial<typeof links.$inferInsert>; program?: Partial<typeof programs.$inferInsert> } = {},
): Promise<LinkRow> {
  const [storeId, twinId] = [newId('sto'), newId('sto')];
  const [programId, advocateId, linkId] = [newId('prg'), newId('adv'), newId('lnk')];
  const [version, createdAt, updatedAt] = [1, 0, 0];
  await query
    .insert(stores)
    .values({ id: storeId, name: 'Shop', mode: 'live', twinId, digestKey: '', createdAt, updatedAt });
  await query.insert(programs).values({
    ...{ storeId, id: programId, name: 'Give and get', status: 'active', version, createdAt, updatedAt },
    ...{ destination: 'https://shop.example/welcome?lang=en#top', allowedHosts: ['shop.example'], model: 'last_touch' },
    attributionWindowDays: 30,
    ...program,
  });
  await query
    .insert(advocates)
    .values({ storeId, id: advocateId, customerId: 'ann', customerDigest: '', createdAt, updatedAt });
  await query.insert(links).values({
    ...{
      storeId,
      id: linkId,
      programId,
      advocateId,
      host: 'go.example.com',
      code,
      enabled: true,
      version,
      createdAt,
      updatedAt,
    },
    ...link,
  });
  await query.insert(codes).values({ host: 'go.example.com', code, storeId, linkId, createdAt });
  return { storeId, programId, advocateId, linkId, code };
}

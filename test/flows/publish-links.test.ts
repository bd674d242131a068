import { eq } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { type Context, openContext } from '../../src/context.ts';
import { commit } from '../../src/db/client.ts';
import { insertLinkPut, insertLinkPutsOfProgram } from '../../src/db/link-records.ts';
import { codes, linkPuts, links, programs, stores } from '../../src/db/schema.ts';
import { readSettings } from '../../src/env.ts';
import { publishLinks } from '../../src/flows/publish-links.ts';
import { createIsolate } from '../../src/isolate.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { insertLink, type LinkRow } from '../support/link-rows.ts';

const SETTLED = 20_000;

function contextOf(app: TestApp): Context {
  const isolate = createIsolate({ now: app.clock.now, fetch: app.database.fetch });
  return openContext(readSettings(app.bindings), isolate, () => {});
}

function held(app: TestApp, code: string) {
  return JSON.parse(app.kv.entries.get(`go.example.com/${code}`) ?? 'null');
}

function waiting({ database }: TestApp) {
  return database.query.select().from(linkPuts);
}

/** A change of the link and its row in the outbox, as the API writes them. */
async function change(app: TestApp, { storeId, linkId }: LinkRow, values: Partial<typeof links.$inferInsert>) {
  const update = app.database.query.update(links).set(values).where(eq(links.id, linkId));
  await commit(app.database, [update, insertLinkPut(storeId, linkId, app.clock.now())]);
}

describe('publishLinks, right after a change', () => {
  it('puts the record under every code that the link ever had', async () => {
    const app = await createTestApp();
    const link = await insertLink(app.database, 'new-name');
    await app.database.query.insert(codes).values({ ...link, host: 'go.example.com', code: 'old-name', createdAt: 0 });
    await change(app, link, { destination: 'https://shop.example/tea', version: 2 });
    await publishLinks(contextOf(app), { storeId: link.storeId, linkId: link.linkId });
    expect(held(app, 'new-name')).toMatchObject({
      linkId: link.linkId,
      destination: 'https://shop.example/tea',
      version: 3,
    });
    expect(held(app, 'old-name')).toEqual(held(app, 'new-name'));
  });

  it('puts a disabled link as closed and a link of an archived store as missing', async () => {
    const app = await createTestApp();
    const [disabled, orphan] = [await insertLink(app.database, 'disabled'), await insertLink(app.database, 'orphan')];
    await change(app, disabled, { enabled: false, version: 2 });
    await app.database.query.update(stores).set({ archivedAt: 1 }).where(eq(stores.id, orphan.storeId));
    await change(app, orphan, { version: 2 });
    await publishLinks(contextOf(app), disabled);
    await publishLinks(contextOf(app), orphan);
    expect([held(app, 'disabled').state, held(app, 'orphan').state]).toEqual(['closed', 'missing']);
  });

  it('shows the change at once in its own isolate', async () => {
    const app = await createTestApp();
    const link = await insertLink(app.database, 'tea');
    const context = contextOf(app);
    const find = () =>
      context.links.find('go.example.com', 'tea', {
        ...{ kv: app.bindings.LINKS, now: app.clock.now, waitUntil: () => {} },
        lookUp: async () => null,
      });
    expect(await find()).toBeNull();
    await change(app, link, { destination: 'https://shop.example/green', version: 2 });
    await publishLinks(context, link);
    expect(await find()).toMatchObject({ destination: 'https://shop.example/green' });
  });

  it('touches no link of another store', async () => {
    const app = await createTestApp();
    const [ours, theirs] = [await insertLink(app.database, 'ours'), await insertLink(app.database, 'theirs')];
    await change(app, ours, { version: 2 });
    await change(app, theirs, { version: 2 });
    await publishLinks(contextOf(app), { storeId: ours.storeId });
    expect([...app.kv.entries.keys()]).toEqual(['go.example.com/ours']);
  });

  it('covers all links of a changed program', async () => {
    const app = await createTestApp();
    const [changed, other] = [await insertLink(app.database, 'changed'), await insertLink(app.database, 'other')];
    const update = app.database.query
      .update(programs)
      .set({ destination: 'https://shop.example/sale', version: 2 })
      .where(eq(programs.id, changed.programId));
    await commit(app.database, [update, insertLinkPutsOfProgram(changed.storeId, changed.programId, app.clock.now())]);
    await publishLinks(contextOf(app), { storeId: changed.storeId });
    expect(held(app, 'changed').destination).toBe('https://shop.example/sale');
    expect(held(app, other.code)).toBeNull();
  });
});

describe('publishLinks, by the cron', () => {
  it('puts a changed link once more when all readers of the old one are gone, and then never again', async () => {
    const app = await createTestApp();
    const link = await insertLink(app.database, 'tea');
    await change(app, link, { destination: 'https://shop.example/new', version: 2 });
    await publishLinks(contextOf(app), link);
    await publishLinks(contextOf(app));
    expect(await waiting(app)).toHaveLength(1);
    // A reader that had looked the link up before the change puts what it saw.
    app.kv.entries.set(
      'go.example.com/tea',
      JSON.stringify({ ...held(app, 'tea'), version: 1, destination: 'https://old.example/' }),
    );
    app.clock.advance(SETTLED);
    await publishLinks(contextOf(app));
    expect(held(app, 'tea').destination).toBe('https://shop.example/new');
    expect(await waiting(app)).toEqual([]);
    const puts = app.kv.calls.put;
    app.clock.advance(SETTLED);
    await publishLinks(contextOf(app));
    expect(app.kv.calls.put).toBe(puts);
  });

  it('repeats what KV refused', async () => {
    const app = await createTestApp();
    const link = await insertLink(app.database, 'tea');
    await change(app, link, { version: 2 });
    app.clock.advance(SETTLED);
    app.kv.failing = true;
    await publishLinks(contextOf(app));
    expect(await waiting(app)).toHaveLength(1);
    app.kv.failing = false;
    await publishLinks(contextOf(app));
    expect(held(app, 'tea').version).toBe(3);
    expect(await waiting(app)).toEqual([]);
  });

  it('keeps the row of a link that changes again while its record is put', async () => {
    const app = await createTestApp();
    const link = await insertLink(app.database, 'tea');
    await change(app, link, { version: 2 });
    app.clock.advance(SETTLED);
    const context = contextOf(app);
    const { publish } = context.links;
    context.links.publish = async (...put) => {
      await change(app, link, { destination: 'https://shop.example/late', version: 3 });
      await publish(...put);
    };
    await publishLinks(context);
    expect(await waiting(app)).toMatchObject([{ linkId: link.linkId, version: 4 }]);
    app.clock.advance(SETTLED);
    await publishLinks(contextOf(app));
    expect(held(app, 'tea').destination).toBe('https://shop.example/late');
  });

  it('begins with what has waited longest', async () => {
    const app = await createTestApp();
    for (const code of ['first', 'second', 'third']) {
      await change(app, await insertLink(app.database, code), { version: 2 });
      app.clock.advance(SETTLED);
    }
    const order: string[] = [];
    const context = contextOf(app);
    context.links.publish = async (_, code) => void order.push(code);
    await publishLinks(context);
    expect(order).toEqual(['first', 'second', 'third']);
  });
});

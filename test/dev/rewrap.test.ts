import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Client } from '@libsql/client/http';
import { getTableConfig, type SQLiteTable } from 'drizzle-orm/sqlite-core';
import { beforeEach, describe, expect, it } from 'vitest';
import { rewrapSecrets } from '../../dev/rewrap.ts';
import { SEALED_COLUMNS } from '../../dev/sealed-columns.ts';
import * as schema from '../../src/db/schema.ts';
import type { Bindings } from '../../src/env.ts';
import { createKeyring, type Master, parseMasters } from '../../src/lib/keyring.ts';
import { createTestApp, type Json, ORIGIN, type TestApp } from '../support/app.ts';
import { createDatabase } from '../support/database.ts';
import { makeAdvocate, makeSource } from '../support/resources.ts';
import { createShop, type Shop } from '../support/shop.ts';
import { STORE_HASH, signBigCommerce } from '../support/sign-bigcommerce.ts';

const ROOT = join(import.meta.dirname, '../..');
const NEW_KEY = btoa('another master of 32 bytes, too.');
const SEALED = /^(\d+)\.[\w-]{16}\.[\w-]*\.[\w-]{22}$/;
const CLIENT_SECRET = 'a-client-secret-of-enough-characters';
const ACCESS_TOKEN = 'an-access-token';

let app: TestApp;
let shop: Shop;
let held: string;
/** The old key and the new one, which is now first. */
let both: string;
let masters: Master[];

/** With a value in every column that holds sealed ones. */
beforeEach(async () => {
  app = await createTestApp();
  both = `2:${NEW_KEY},${app.bindings.MASTER_KEYS}`;
  masters = parseMasters(both);
  shop = await createShop(app);
  await makeAdvocate(app, app.store.live, { customerId: 'zoe', email: 'zoe@example.com', name: 'Zoë' });
  const settings = { scheme: 'bigcommerce', secret: CLIENT_SECRET, config: { storeHash: STORE_HASH } };
  const source = await makeSource(app, app.store.live, settings);
  const body = `{"producer":"stores/${STORE_HASH}","scope":"store/order/created","data":{"type":"order","id":250}}`;
  const timestamp = Math.floor(app.clock.now() / 1000);
  const headers = signBigCommerce({ clientSecret: CLIENT_SECRET, id: 'msg_1', timestamp, body });
  await app.request('POST', `/callbacks/${source.id}`, { key: null, body, headers });
  held = (await app.request('GET', '/v1/callbacks?status=held')).body.items[0].id;
  await app.request('PATCH', `/v1/sources/${source.id}`, { body: { accessToken: ACCESS_TOKEN } });
  await app.cron();
  await sendOnce('POST', '/v1/keys', { name: 'Once', scopes: [] });
});

async function sendOnce(
  method: string,
  path: string,
  body: object,
  environment: Bindings = app.bindings,
): Promise<Json> {
  const response = await app.fetch(
    new Request(ORIGIN + path, {
      method,
      headers: {
        Authorization: `Bearer ${app.store.live.secretKey}`,
        'Content-Type': 'application/json',
        'Idempotency-Key': 'once',
      },
      body: JSON.stringify(body),
    }),
    environment,
  );
  return response.json();
}

/** What the command says, as it is typed. */
async function rewrap(environment: Record<string, string>) {
  const { DATABASE_URL, DATABASE_TOKEN, MASTER_KEYS, ...rest } = process.env;
  const command = spawn(process.execPath, ['dev/rewrap.ts'], { cwd: ROOT, env: { ...rest, ...environment } });
  command.stdin.end();
  const [out, error, [code]] = await Promise.all([text(command.stdout), text(command.stderr), once(command, 'close')]);
  return { out, error, code };
}

/** Every sealed value in the database, wherever it lies, by the version of its key. */
async function sealedValues(client: Client = app.database.client): Promise<Map<string, Set<string>>> {
  const found = new Map<string, Set<string>>();
  const tables = await client.execute(
    "select name from sqlite_master where type = 'table' and name not like 'sqlite_%'",
  );
  for (const { name } of tables.rows) {
    const { rows } = await client.execute(`select * from ${name}`);
    for (const [column, value] of rows.flatMap((row) => Object.entries(row))) {
      const version = SEALED.exec(String(value))?.[1];
      if (version === undefined) continue;
      const place = `${name}.${column}`;
      found.set(place, (found.get(place) ?? new Set()).add(version));
    }
  }
  return found;
}

describe('npm run secrets:rewrap', { timeout: 30_000 }, () => {
  it('brings every sealed value under the new key, so that all goes on without the old one', async () => {
    const before = await sealedValues();
    expect([...before.keys()].sort()).toEqual(SEALED_COLUMNS.map(({ table, column }) => `${table}.${column}`).sort());
    const { out, error, code } = await rewrap({ DATABASE_URL: app.database.url, MASTER_KEYS: both });
    expect([code, error]).toEqual([0, '']);
    expect(out).toMatch(/^source_secrets\.sealed: 2 sealed anew\.$/m);
    expect(out).toMatch(/^Every sealed value is under version 2\.$/m);
    expect(new Set([...(await sealedValues()).values()].flatMap((versions) => [...versions]))).toEqual(new Set(['2']));

    app.bindings.MASTER_KEYS = `2:${NEW_KEY}`;
    const alone: Bindings = { ...app.bindings };
    const { fetch } = app;
    app.fetch = (request) => fetch(request, alone);
    app.coldStart();
    const { body: advocates } = await app.request('GET', '/v1/advocates?customerId=zoe');
    expect(advocates.items).toMatchObject([{ email: 'zoe@example.com', name: 'Zoë' }]);
    const clickToken = await shop.follow(shop.ann);
    const paid = await shop.post('order.paid', {
      orderId: 'o1',
      currency: 'USD',
      subtotal: 5000,
      customer: { id: 'ben' },
      clickToken,
    });
    expect(paid.body.status).toBe('credited');
    const tokens: (string | null)[] = [];
    app.outside = (request) => {
      tokens.push(request.headers.get('X-Auth-Token'));
      return new Response('', { status: 404 });
    };
    expect((await app.request('POST', `/v1/callbacks/${held}/replay`)).body.status).toBe('ignored');
    expect(tokens).toEqual([ACCESS_TOKEN]);
    const again = await sendOnce('POST', '/v1/keys', { name: 'Once', scopes: [] }, alone);
    expect(again).toMatchObject({ name: 'Once' });
  });

  it('has nothing to do the second time', async () => {
    await rewrapSecrets(app.database.client, masters);
    const values = await app.database.client.execute('select sealed from source_secrets order by id');
    const { out, code } = await rewrap({ DATABASE_URL: app.database.url, MASTER_KEYS: both });
    expect(code).toBe(0);
    expect(out).not.toMatch(/[1-9]\d* sealed anew/);
    expect((await app.database.client.execute('select sealed from source_secrets order by id')).rows).toEqual(
      values.rows,
    );
  });

  it('says that a deployment gets a new key in two steps, before anything is sealed', async () => {
    const { error } = await rewrap({ DATABASE_URL: app.database.url });
    expect(error).toMatch(/last.* only then first/);
  });

  it('says how long the old key is still needed for click tokens', async () => {
    await app.request('PATCH', `/v1/programs/${shop.programId}`, { body: { attributionWindowDays: 200 } });
    const { out } = await rewrap({ DATABASE_URL: app.database.url, MASTER_KEYS: both });
    expect(out).toMatch(/Keep version 1 for 230 days more/);
  });

  it('leaves what it cannot open as it is, says how much that is, and fails', async () => {
    const damage = "update advocates set sealed_name = substr(sealed_name, 1, 20) || 'xx' || substr(sealed_name, 23)";
    await app.database.client.execute(`${damage} where customer_id = 'zoe'`);
    const other = `3:${btoa('a third master of just 32 bytes.')},1:${btoa('a master key of exactly 32 bytes')}`;
    await rewrapSecrets(app.database.client, masters);
    const { out, error, code } = await rewrap({ DATABASE_URL: app.database.url, MASTER_KEYS: other });
    expect(code).toBe(1);
    expect(out).toMatch(/^source_secrets\.sealed: 0 sealed anew; 2 need the key of version 2, which is missing\.$/m);
    expect(out).toMatch(/^advocates\.sealed_name: 0 sealed anew; 1 open by no key\.$/m);
    expect(error).toMatch(/take no key out/);
    expect(error).toMatch(/version 3 last.* only then first/);
    expect((await sealedValues()).get('stores.digest_key')).toEqual(new Set(['2']));
    const mended = await rewrapSecrets(app.database.client, parseMasters(`${other},2:${NEW_KEY}`));
    expect(mended.reduce((sum, { left }) => sum + left, 0)).toBe(1);
  });

  it.each<[string, Record<string, string>, RegExp]>([
    ['no database', { MASTER_KEYS: 'x' }, /Set DATABASE_URL/],
    ['no keys', { DATABASE_URL: 'http://127.0.0.1:1/' }, /MASTER_KEYS/],
    ['keys that are none', { DATABASE_URL: 'http://127.0.0.1:1/', MASTER_KEYS: '1:s3cret' }, /version 1/],
    ['a database that is not there', { DATABASE_URL: 'http://127.0.0.1:1/', MASTER_KEYS: `1:${NEW_KEY}` }, /./],
  ])('fails with %s, in a line without a word of a key', async (_, environment, says) => {
    const { out, error, code } = await rewrap(environment);
    expect([code, out]).toEqual([1, '']);
    expect(error).toMatch(says);
    expect(error.trim().split('\n')).toHaveLength(1);
    expect(error).not.toMatch(/s3cret|YW5vdGhlc/);
  });
});

describe('sealing anew', () => {
  /** The database, with something that happens before it is written to. */
  function between(happens: (sql: string, count: number) => Promise<void>): Client {
    const { client } = app.database;
    let count = 0;
    return {
      execute: (statement: Parameters<Client['execute']>[0]) => client.execute(statement),
      async batch(statements: { sql: string; args: string[] }[], mode: 'write') {
        count += 1;
        await happens(statements[0]?.sql ?? '', count);
        return client.batch(statements, mode);
      },
    } as unknown as Client;
  }

  it('that is stopped at any point is completed by the next run', async () => {
    for (let stop = 1; stop <= SEALED_COLUMNS.length; stop += 1) {
      const stopping = between(async (_, count) => {
        if (count === stop) throw new Error('stopped');
      });
      await rewrapSecrets(stopping, masters).catch(() => {});
    }
    await rewrapSecrets(app.database.client, masters);
    expect(new Set([...(await sealedValues()).values()].flatMap((versions) => [...versions]))).toEqual(new Set(['2']));
  });

  it('never writes over what the deployment wrote meanwhile', async () => {
    const keyring = createKeyring(masters);
    const { rows } = await app.database.client.execute("select id from advocates where customer_id = 'zoe'");
    const changed = await keyring.seal('zoe@example.org', `advocates/${rows[0]?.['id']}/email`);
    const busy = between(async (sql) => {
      if (sql.includes('sealed_email')) {
        const update = "update advocates set sealed_email = ? where customer_id = 'zoe'";
        await app.database.client.execute({ sql: update, args: [changed] });
      }
      if (sql.includes('callbacks')) await app.database.client.execute('update callbacks set sealed = null');
    });
    const columns = await rewrapSecrets(busy, masters);
    const after = await app.database.client.execute("select sealed_email from advocates where customer_id = 'zoe'");
    expect(after.rows[0]?.['sealed_email']).toBe(changed);
    const { rows: callbacks } = await app.database.client.execute('select sealed from callbacks');
    expect(callbacks).toEqual([{ sealed: null }]);
    expect(columns.every(({ left, damaged }) => left === 0 && damaged === 0)).toBe(true);
  });

  it('goes through more values, and larger ones, than it takes at once', async () => {
    const { client } = createDatabase();
    const keyring = createKeyring(parseMasters(app.bindings.MASTER_KEYS));
    const sizes = [...Array.from({ length: 250 }, () => 10), 600_000, 600_000, 10, 1_200_000];
    const sql = "insert into replays (principal, key, fingerprint, sealed_body, created_at) values ('p', ?, '', ?, 0)";
    const inserts = sizes.map(async (size, i) => ({
      sql,
      args: [`k${i}`, await keyring.seal('x'.repeat(size), `replays/p/k${i}`)],
    }));
    await client.batch(await Promise.all(inserts), 'write');
    const columns = await rewrapSecrets(client, masters);
    expect(columns.find(({ column }) => column === 'replays.sealed_body')).toMatchObject({ done: 254, left: 0 });
  });

  it('knows every column that the schema calls sealed, or secret', () => {
    const tables = Object.values(schema).map((table) => getTableConfig(table as SQLiteTable));
    const named = tables.flatMap(({ name, columns }) =>
      columns
        .map((column) => `${name}.${column.name}`)
        .filter((place) => /\.(.*_)?(sealed|secret|token|digest_key|key_)/.test(place)),
    );
    const known = SEALED_COLUMNS.map(({ table, column }) => `${table}.${column}`);
    expect(named.filter((place) => !known.includes(place))).toEqual([]);
    expect(known.filter((place) => !named.includes(place))).toEqual([]);
  });
});

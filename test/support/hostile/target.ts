import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'libsql';
import { type Api, apiAt } from '../../../dev/api.ts';
import { openInstance } from '../../../dev/instance.ts';
import { makeSenderKey, type SenderKey } from '../sender-keys.ts';
import { CODE } from './bodies.ts';
import type { Expected } from './case.ts';
import type { Post } from './post.ts';
import { send } from './raw-http.ts';
import {
  ACCESS_TOKEN,
  type Credentials,
  createSenders,
  makeCredentials,
  SENDERS,
  type SenderName,
  type Senders,
  secretsOf,
  sourcesOf,
} from './senders.ts';

/** All that a callback may write. */
const TABLES = [
  'callbacks',
  'orders',
  'order_changes',
  'order_names',
  'conversions',
  'locks',
  'rewards',
  'reward_moves',
  'ledger_entries',
  'events',
  'privacy_requests',
  'replays',
];

/** The rows of each table, as texts. */
export type Rows = Map<string, Set<string>>;

export interface Target extends Senders {
  url: string;
  secretOf: Credentials;
  keyOfNobody: SenderKey;
  /** Where another store takes callbacks of the same sender, which signs there by other secrets. */
  others: Record<SenderName, string>;
  /** Sources that sign as `v1` does. */
  disabled: string;
  archived: string;
  /** A source of the live side that signs as `stripe` does. */
  liveStripe: string;
  log: string[];
  secrets: string[];
  rows(): Rows;
  /** For what has to come before an attack. */
  takes(post: Post, expected: Expected): Promise<void>;
  close(): Promise<void>;
}

interface Side {
  secretKey: string;
}

/** A whole Goodword with one store to be attacked, and another that has nothing to do with it. */
export async function openTarget(): Promise<Target> {
  const directory = mkdtempSync(join(tmpdir(), 'goodword-hostile-'));
  const log: string[] = [];
  const instance = await openInstance({ directory, port: 0, onLog: (line) => log.push(line) });
  const api = apiAt(instance.url);
  const credentials = makeCredentials();
  const foreign = makeCredentials();
  const store = await makeStore(api, instance.deploymentToken);
  const other = await makeStore(api, instance.deploymentToken);
  await makeAdvocate(api, store.test.secretKey);
  const own = sourcesOf(credentials);
  const paths = await makeSources(api, store.test.secretKey, own);
  const others = await makeSources(api, other.test.secretKey, sourcesOf(foreign));
  const disabled = await makeSource(api, store.test.secretKey, { ...own.v1, enabled: false });
  const archived = await makeSource(api, store.test.secretKey, own.v1);
  await api.call('DELETE', `/v1/sources/${archived.split('/').at(-1)}`, { key: store.test.secretKey });
  const liveStripe = await makeSource(api, store.live.secretKey, own.stripe);

  const database = new Database(join(directory, 'databases/goodword.db'), { readonly: true });
  const select = TABLES.map((table): [string, string] => [
    table,
    // What came in is sealed, and large.
    table === 'callbacks'
      ? 'select id, message_id, type, status, errors, replayed_at from callbacks'
      : `select * from ${table}`,
  ]);

  const read = (): Rows =>
    new Map(
      select.map(([table, sql]) => [
        table,
        new Set(
          database
            .prepare(sql)
            .all()
            .map((row) => JSON.stringify(row)),
        ),
      ]),
    );
  /** Another connection that commits makes the version another one. */
  let seen = { version: -1, rows: new Map() as Rows };

  return {
    ...createSenders(credentials, { url: instance.url, paths }),
    ...{
      url: instance.url,
      secretOf: credentials,
      keyOfNobody: makeSenderKey('Ed25519', 'nobody'),
      others,
      disabled,
      archived,
      liveStripe,
      log,
    },
    secrets: [...secretsOf(credentials), ...secretsOf(foreign), ACCESS_TOKEN, instance.deploymentToken],
    rows() {
      const { data_version: version } = database.prepare('pragma data_version').get() as { data_version: number };
      if (version !== seen.version) seen = { version, rows: read() };
      return seen.rows;
    },
    async takes(post, { status, says }) {
      const answer = await send(instance.url, post);
      const done = JSON.parse(answer?.text ?? '{}').status;
      if (answer?.status !== status || done !== says) throw new Error(`It was not taken: ${answer?.text}`);
    },
    async close() {
      database.close();
      await instance.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function makeStore(api: Api, deploymentToken: string) {
  const body = { name: 'Attacked Coffee' };
  return api.call<{ live: Side; test: Side }>('POST', '/v1/stores', { key: deploymentToken, body, status: 201 });
}

async function makeAdvocate(api: Api, key: string): Promise<void> {
  const made = <Body>(path: string, body: object) => api.call<Body>('POST', path, { key, body, status: 201 });
  const { id: programId } = await made<{ id: string }>('/v1/programs', {
    name: 'Give 5, get 10 %',
    destination: 'https://shop.example/',
    allowedHosts: ['shop.example'],
    rules: [
      { side: 'advocate', trigger: 'purchase', kind: 'store_credit', value: { type: 'percent', basisPoints: 1000 } },
      { side: 'advocate', trigger: 'sign_up', kind: 'store_credit', value: { type: 'fixed', amounts: { USD: 100 } } },
    ],
  });
  const { id: advocateId } = await made<{ id: string }>('/v1/advocates', { customerId: 'ann' });
  await made('/v1/links', { programId, advocateId, code: CODE });
}

async function makeSources(api: Api, key: string, sources: Record<SenderName, object>) {
  const paths: Partial<Record<SenderName, string>> = {};
  for (const name of SENDERS) paths[name] = await makeSource(api, key, sources[name]);
  return paths as Record<SenderName, string>;
}

/** The path of its address. */
async function makeSource(api: Api, key: string, source: object): Promise<string> {
  const body = { name: 'Any', ...source };
  const { callbackUrl } = await api.call<{ callbackUrl: string }>('POST', '/v1/sources', { key, body, status: 201 });
  return new URL(callbackUrl).pathname;
}

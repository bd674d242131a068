import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unstable_readConfig } from 'wrangler';
import { apiAt } from '../../dev/api.ts';
import { bundledParts, bundleWorker } from '../../dev/bundle.ts';
import { type DemoStore, makeDemoStore } from '../../dev/demo-store.ts';
import { startLibsqlServer } from '../../dev/libsql-server.ts';
import { migrate } from '../../dev/migrate.ts';
import type { Context } from '../../src/context.ts';
import { openDatabase } from '../../src/db/client.ts';
import { renewSalts } from '../../src/flows/renew-salts.ts';
import { createKeyring, parseMasters } from '../../src/lib/keyring.ts';
import { atExit } from './at-exit.ts';
import { countRequests } from './count-requests.ts';
import { inRawWorkerd } from './raw-workerd.ts';
import type { Runtime, Script, Target } from './runtime.ts';
import { openStandIns, type StandIns } from './stand-ins.ts';

/** What is read of wrangler.toml here; wrangler's own type does not say. */
interface WranglerConfig {
  compatibility_date: string;
  kv_namespaces: { binding: string }[];
  queues: { producers: { binding: string }[] };
}

const ROOT = join(import.meta.dirname, '../..');
/** Short links stand on this host, whichever port a Worker listens on: requests name it. */
export const HOST = 'go.example.com';

/** 302 and no logic: what the runtime costs by itself. */
const BARE = `export default {
  fetch: () => new Response(null, { status: 302, headers: { Location: 'https://shop.example.com/welcome' } }),
};`;

/** What all scenarios play on: one database with one store, and Workers as they ask for them. */
export interface Stage {
  store: DemoStore;
  databaseUrl: string;
  standIns: StandIns;
  /** How many requests the database has got so far. */
  databaseTrips: () => number;
  /** A new Goodword that remembers nothing. */
  openGoodword(runtime: Runtime): Promise<Target>;
  openBare(runtime: Runtime): Promise<Target>;
}

export async function openStage(): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), 'goodword-bench-'));
  atExit(() => rmSync(folder, { recursive: true, force: true }));
  const libsql = await startLibsqlServer({ directory: join(folder, 'databases') });
  const databaseUrl = libsql.urlFor('bench');
  await migrate(databaseUrl);
  await bundleWorker();
  const standIns = await openStandIns();
  const masterKeys = `1:${randomBytes(32).toString('base64')}`;
  await makeSalts(databaseUrl, masterKeys);
  const deploymentToken = randomBytes(32).toString('hex');
  const config: WranglerConfig = unstable_readConfig({ config: join(ROOT, 'wrangler.toml') });
  const goodword: Script = {
    parts: bundledParts(),
    compatibilityDate: config.compatibility_date,
    bindings: {
      DATABASE_URL: databaseUrl,
      PUBLIC_URL: `https://${HOST}`,
      MASTER_KEYS: masterKeys,
      DEPLOYMENT_TOKEN: deploymentToken,
    },
    world: {
      standIns,
      kvBindings: config.kv_namespaces.map(({ binding }) => binding),
      queueBindings: config.queues.producers.map(({ binding }) => binding),
      databasePort: libsql.port,
    },
  };

  async function makeStore(): Promise<DemoStore> {
    const { port, close } = await inRawWorkerd(goodword, folder);
    const store = await makeDemoStore(
      apiAt(`http://127.0.0.1:${port}`),
      deploymentToken,
      'https://shop.example.com/welcome',
    );
    await close();
    return store;
  }

  return {
    store: await makeStore(),
    databaseUrl,
    standIns,
    databaseTrips: countRequests(libsql.port),
    openGoodword: (runtime) => runtime(goodword, folder),
    openBare: (runtime) =>
      runtime(
        {
          parts: [{ name: 'worker.js', type: 'ESModule', contents: BARE }],
          compatibilityDate: config.compatibility_date,
          bindings: {},
        },
        folder,
      ),
  };
}

/** As the cron does, which raw workerd does not run. */
async function makeSalts(url: string, masterKeys: string): Promise<void> {
  const random = (bytes: Uint8Array<ArrayBuffer>) => crypto.getRandomValues(bytes);
  const keyring = createKeyring(parseMasters(masterKeys));
  await renewSalts({ db: openDatabase({ url, fetch }), now: Date.now, keyring, random } as Context);
}

import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from 'miniflare';
import { unstable_getMiniflareWorkerOptions } from 'wrangler';

const ROOT = join(import.meta.dirname, '..');
const WRANGLER = join(ROOT, 'node_modules', '.bin', 'wrangler');

export interface WorkerOptions {
  databaseUrl: string;
  publicUrl: string;
  masterKeys: string;
  deploymentToken: string;
  host?: string;
  port?: number;
  /** Where KV and queues keep their data; nowhere: in memory. */
  stateDirectory?: string;
  /** Lines that the Worker logs. */
  onLog?: (line: string) => void;
}

export interface RunningWorker {
  url: string;
  miniflare: Miniflare;
  /** Fires the cron trigger once. */
  tick(): Promise<void>;
  close(): Promise<void>;
}

/** Bundles the Worker as a deployment would, into `dist/worker.js`. */
export async function buildWorker(): Promise<void> {
  await promisify(execFile)(process.execPath, [WRANGLER, 'deploy', '--dry-run', '--outdir', join(ROOT, 'dist')], {
    cwd: ROOT,
    env: { ...process.env, WRANGLER_SEND_METRICS: 'false', NO_COLOR: '1' },
  });
}

/** Runs the bundle in workerd with the KV, queues and cron of wrangler.toml. */
export async function runWorker(options: WorkerOptions): Promise<RunningWorker> {
  const { workerOptions } = unstable_getMiniflareWorkerOptions(join(ROOT, 'wrangler.toml'));
  const { host = '127.0.0.1', port = 0, stateDirectory, onLog } = options;
  const bundle = join(ROOT, 'dist', 'worker.js');
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      ...workerOptions,
      modules: [{ type: 'ESModule', path: bundle, contents: await readFile(bundle, 'utf8') }],
      modulesRoot: join(ROOT, 'dist'),
      bindings: {
        ...workerOptions.bindings,
        DATABASE_URL: options.databaseUrl,
        PUBLIC_URL: options.publicUrl,
        MASTER_KEYS: options.masterKeys,
        DEPLOYMENT_TOKEN: options.deploymentToken,
      },
      host,
      port,
      cf: false,
      log: new Log(LogLevel.ERROR),
      handleStructuredLogs: ({ message }) => onLog?.(message),
      ...(stateDirectory === undefined ? {} : { resourcePersistencePath: stateDirectory }),
    }),
  );
  const url = await miniflare.ready;
  const worker = await miniflare.getWorker();
  return {
    url: url.origin,
    miniflare,
    tick: async () => {
      await worker.scheduled({ cron: '* * * * *' });
    },
    close: () => miniflare.dispose(),
  };
}

import { join } from 'node:path';
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from 'miniflare';
import { unstable_getMiniflareWorkerOptions } from 'wrangler';
import { bundledParts } from './bundle.ts';

const ROOT = join(import.meta.dirname, '..');

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

/** Runs the bundle in workerd with the KV, queues and cron of wrangler.toml. */
export async function runWorker(options: WorkerOptions): Promise<RunningWorker> {
  const { workerOptions } = unstable_getMiniflareWorkerOptions(join(ROOT, 'wrangler.toml'));
  const { host = '127.0.0.1', port = 0, stateDirectory, onLog } = options;
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      ...workerOptions,
      modules: bundledParts().map(({ name, type, contents }) => ({ type, path: `/${name}`, contents })),
      modulesRoot: '/',
      bindings: {
        ...(workerOptions.bindings as Record<string, string>),
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

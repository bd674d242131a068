import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { bundleWorker } from './bundle.ts';
import { startLibsqlServer } from './libsql-server.ts';
import { migrate } from './migrate.ts';
import { type RunningWorker, runWorker } from './worker.ts';

export interface Instance {
  url: string;
  deploymentToken: string;
  worker: RunningWorker;
  close(): Promise<void>;
}

export interface InstanceOptions {
  /** Holds the database, the state of KV and queues, and the secrets; made if it is not there. */
  directory: string;
  /** 0 takes any free port. */
  port: number;
  onLog?: (line: string) => void;
}

interface Secrets {
  masterKeys: string;
  deploymentToken: string;
}

/** A whole Goodword on this machine: database server, migrations, and the Worker with its cron. */
export async function openInstance({ directory, onLog, ...options }: InstanceOptions): Promise<Instance> {
  const port = await claimPort(options.port);
  makeFolder(directory);
  const secrets = keptSecrets(join(directory, 'secrets.json'));
  const libsql = await startLibsqlServer({ directory: join(directory, 'databases') });
  const databaseUrl = libsql.urlFor('goodword');
  await migrate(databaseUrl);
  await bundleWorker();
  const publicUrl = `http://127.0.0.1:${port}`;
  const stateDirectory = join(directory, 'state');
  const worker = await runWorker({ databaseUrl, publicUrl, ...secrets, port, stateDirectory, ...(onLog && { onLog }) });
  const tick = () => worker.tick().catch((error: unknown) => onLog?.(`cron: ${String(error)}`));
  await tick();
  const cron = setInterval(tick, 60_000);
  return {
    url: worker.url,
    deploymentToken: secrets.deploymentToken,
    worker,
    close: async () => {
      clearInterval(cron);
      await worker.close();
      await libsql.close();
    },
  };
}

/** The port to listen on, free at this moment; `wanted` 0 finds one. */
function claimPort(wanted: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) => {
      const reason = error.code === 'EADDRINUSE' ? 'is in use' : `cannot be used (${error.code})`;
      reject(
        new Error(`Port ${wanted} ${reason}. Stop what uses it, or name another one: PORT=${wanted + 1} npm start`),
      );
    });
    probe.listen(wanted, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : wanted));
    });
  });
}

function makeFolder(directory: string): void {
  try {
    mkdirSync(directory, { recursive: true });
  } catch (cause) {
    throw new Error(
      `The folder ${directory} cannot be made. Check its permissions, or name another: GOODWORD_HOME=… npm start`,
      { cause },
    );
  }
}

/** Made on the first start and kept: without its master keys a database cannot be read. */
function keptSecrets(file: string): Secrets {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Secrets;
  } catch {
    const secrets = {
      masterKeys: `1:${randomBytes(32).toString('base64')}`,
      deploymentToken: `gw_dt_${randomBytes(32).toString('hex')}`,
    };
    writeFileSync(file, JSON.stringify(secrets), { mode: 0o600 });
    return secrets;
  }
}

import { spawn } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { atExit } from './at-exit.ts';
import type { Script, Target } from './runtime.ts';

const WORKERD = join(import.meta.dirname, '../../node_modules/workerd/bin/workerd');

/** workerd alone: nothing stands between the socket and the Worker. */
export async function inRawWorkerd(script: Script, folder: string): Promise<Target> {
  const directory = mkdtempSync(join(folder, 'workerd-'));
  for (const { name, contents } of script.parts) writeFileSync(join(directory, name), contents);
  writeFileSync(join(directory, 'config.capnp'), configOf(script));
  const workerd = spawn(WORKERD, ['serve', join(directory, 'config.capnp'), '--control-fd=3'], {
    stdio: ['ignore', 'ignore', 'inherit', 'pipe'],
  });
  const gone = new Promise((resolve) => workerd.once('exit', resolve));
  atExit(() => workerd.kill('SIGKILL'));
  return {
    port: await portOf(workerd.stdio[3] as Readable),
    pid: workerd.pid,
    async close() {
      workerd.kill('SIGKILL');
      await gone;
    },
  };
}

/** workerd says on its control channel when it listens, and where. */
async function portOf(control: Readable): Promise<number> {
  for await (const line of createInterface(control)) {
    const { event, port } = JSON.parse(line) as { event: string; port?: number };
    if (event === 'listen' && port !== undefined) return port;
  }
  throw new Error('workerd did not start.');
}

function configOf({ parts, compatibilityDate, bindings, world }: Script): string {
  const modules = parts.map(
    ({ name, type }) => `(name = ${quote(name)}, ${type === 'Text' ? 'text' : 'esModule'} = embed ${quote(name)})`,
  );
  const services = ['(name = "worker", worker = .worker)'];
  const bound = Object.entries(bindings).map(([name, text]) => `(name = ${quote(name)}, text = ${quote(text)})`);
  if (world !== undefined) {
    const { kv, queue } = world.standIns;
    services.push(external('kv', kv.port), external('queue', queue.port));
    for (const name of world.kvBindings) bound.push(`(name = ${quote(name)}, kvNamespace = "kv")`);
    for (const name of world.queueBindings) bound.push(`(name = ${quote(name)}, queue = "queue")`);
    // Whatever the Worker fetches, from whichever host, arrives at the database's server and is counted there.
    services.push(external('internet', world.databasePort));
  }
  return `using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [${services.join(', ')}],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "worker")],
);

const worker :Workerd.Worker = (
  modules = [${modules.join(', ')}],
  compatibilityDate = ${quote(compatibilityDate)},
  bindings = [${bound.join(', ')}],
);
`;
}

function external(name: string, port: number): string {
  return `(name = ${quote(name)}, external = (address = "127.0.0.1:${port}", http = ()))`;
}

/** Cap'n Proto's text form escapes as JSON does. */
function quote(text: string): string {
  return JSON.stringify(text);
}

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { apiAt } from './api.ts';
import { type DemoStore, makeDemoStore } from './demo-store.ts';
import { type Instance, openInstance } from './instance.ts';

const directory = process.env['GOODWORD_HOME'] ?? join(import.meta.dirname, '..', '.goodword');
const port = Number(process.env['PORT'] ?? 8787);

try {
  await start();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}

async function start(): Promise<void> {
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new Error('PORT must be a whole number from 0 to 65535.');
  console.log('Starting Goodword: database, migrations, Worker …');
  const instance = await openInstance({ directory, port, onLog: (line) => console.log(line) });
  stopOnSignal(instance);
  const { store, isNew } = await keptDemoStore(instance);
  console.log(welcome(instance, store, isNew));
}

const LONGEST_STOP = 5000;

function stopOnSignal(instance: Instance): void {
  let stopping = false;
  const stop = async () => {
    if (stopping) return;
    stopping = true;
    console.log('\nStopping. The data stays in the folder.');
    // Ctrl-C reaches workerd as well; should waiting for its end take long, leaving ends it.
    setTimeout(() => process.exit(0), LONGEST_STOP);
    await instance.close();
    process.exit(0);
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    // Miniflare would leave at once, before the database is closed.
    process.removeAllListeners(signal);
    process.on(signal, stop);
  }
}

async function keptDemoStore(instance: Instance): Promise<{ store: DemoStore; isNew: boolean }> {
  const file = join(directory, 'demo-store.json');
  try {
    return { store: JSON.parse(readFileSync(file, 'utf8')) as DemoStore, isNew: false };
  } catch {
    const store = await makeDemoStore(
      apiAt(instance.url),
      instance.deploymentToken,
      'https://shop.example.com/welcome',
    );
    writeFileSync(file, JSON.stringify(store, null, 2), { mode: 0o600 });
    return { store, isNew: true };
  }
}

function welcome({ url, deploymentToken }: Instance, store: DemoStore, isNew: boolean): string {
  return `
Goodword runs at ${url}. Stop it with Ctrl-C; its data is kept in ${directory}.

  Demo store (test side)   ${isNew ? 'made just now' : 'kept from before'}
  Secret key               ${store.secretKey}
  Publishable key          ${store.publishableKey}
  Deployment token         ${deploymentToken}
  A short link             ${store.linkUrl}
  Callbacks go to          ${store.callbackUrl}
  signed with              ${store.sourceSecret}
  API description          ${url}/openapi.json

Follow the link, then see its click:

  curl -i ${store.linkUrl}
  curl -H 'Authorization: Bearer ${store.secretKey}' ${url}/v1/clicks

The whole story, from the click to the explained credit: npm run demo
`;
}

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openInstance } from './instance.ts';
import { playStory } from './story.ts';

const HELP = `Plays the story of one referral over HTTP, step by step.

  npm run demo                                      on an instance of its own, which is thrown away
  npm run demo -- --url URL --token DEPLOYMENT_TOKEN    on a running one, where it makes a store of its own
`;

const { values } = parseArgs({
  options: { url: { type: 'string' }, token: { type: 'string' }, help: { type: 'boolean' } },
});

if (values.help) {
  console.log(HELP);
} else {
  try {
    await (values.url === undefined ? playOnOwn() : playOn(values.url, values.token));
  } catch (error) {
    console.error(`\nThe story did not go as told: ${error instanceof Error ? error.message : error}`);
    process.exitCode = 1;
  }
}

async function playOn(url: string, token: string | undefined): Promise<void> {
  if (token === undefined) throw new Error('give --token, the deployment token of the instance');
  await playStory(url, token);
}

async function playOnOwn(): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'goodword-demo-'));
  console.log('Starting a Goodword of its own …');
  const instance = await openInstance({ directory, port: 0 });
  try {
    await playStory(instance.url, instance.deploymentToken);
  } finally {
    await instance.close();
    rmSync(directory, { recursive: true, force: true });
  }
}

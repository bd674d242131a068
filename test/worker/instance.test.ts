import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { apiAt } from '../../dev/api.ts';
import { bundledParts } from '../../dev/bundle.ts';
import { makeDemoStore } from '../../dev/demo-store.ts';
import { type Instance, openInstance } from '../../dev/instance.ts';
import { playStory } from '../../dev/story.ts';

const ROOT = join(import.meta.dirname, '../..');

/** The bundle that a deployment would upload, in workerd, with KV, queue and database. */
describe('the Worker in workerd', { timeout: 60_000 }, () => {
  const directory = mkdtempSync(join(tmpdir(), 'goodword-worker-'));
  const log: string[] = [];
  let instance: Instance;

  beforeAll(async () => {
    instance = await openInstance({ directory, port: 0, onLog: (line) => log.push(line) });
  }, 60_000);

  afterAll(async () => {
    await instance.close();
    rmSync(directory, { recursive: true, force: true });
  });

  async function newStoreKey(): Promise<string> {
    const store = await apiAt(instance.url).call<{ test: { secretKey: string } }>('POST', '/v1/stores', {
      key: instance.deploymentToken,
      body: { name: 'Tour' },
      status: 201,
    });
    return store.test.secretKey;
  }

  it('answers its first requests at once, also when the very first goes away', async () => {
    const gone = new AbortController();
    const first = fetch(`${instance.url}/version`, { signal: gone.signal });
    const others = Array.from({ length: 30 }, (_, i) => fetch(`${instance.url}/${['version', 'nothing'][i % 2]}`));
    gone.abort();
    await expect(first).rejects.toThrow('aborted');
    expect((await Promise.all(others)).map(({ status }) => status)).toEqual(Array(15).fill([200, 404]).flat());
  });

  it('plays the whole story of the demo', async () => {
    await playStory(instance.url, instance.deploymentToken, () => {});
  });

  it('does what the tour of the README says, command by command', async () => {
    const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
    const commands = Array.from(readme.matchAll(/<!-- tour -->\n```sh\n(.*?)```/gs), ([, block]) => block);
    expect(commands.length).toBeGreaterThan(5);
    const { stdout } = await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', commands.join('echo\n')], {
      env: { ...process.env, URL: instance.url, KEY: await newStoreKey() },
    });
    const explanation = JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
    expect(explanation.winner.method).toBe('click');
    expect(explanation.rewards).toHaveLength(2);
  });

  it('answers 60 requests at once, each with its own client of the database', async () => {
    const key = await newStoreKey();
    const answers = await Promise.all(
      Array.from({ length: 60 }, () =>
        fetch(`${instance.url}/v1/programs`, { headers: { Authorization: `Bearer ${key}` } }),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array(60).fill(200));
  });

  it.each([
    ['/version', /"version":"\d+\.\d+\.\d+"/],
    ['/openapi.json', /^\{"openapi":"3\.1/],
    ['/problems', /"code":"link_not_found"/],
    ['/ready', /ready/],
  ])('answers %s', async (path, content) => {
    const response = await fetch(instance.url + path);
    expect(response.status).toBe(200);
    expect(await response.text()).toMatch(content);
  });

  it('draws a link', async () => {
    const store = await makeDemoStore(apiAt(instance.url), instance.deploymentToken, 'https://shop.example.com/');
    const response = await fetch(`${store.linkUrl}/qr.svg`);
    expect([response.status, response.headers.get('Content-Type')]).toEqual([200, 'image/svg+xml; charset=utf-8']);
    expect(await response.text()).toMatch(/^<svg /);
  });

  it('is uploaded with every module that it may load', async () => {
    const upload = join(directory, 'upload');
    await promisify(execFile)('wrangler', ['deploy', '--dry-run', '--outdir', upload], { cwd: ROOT });
    expect(readdirSync(upload)).toEqual(expect.arrayContaining(bundledParts().map(({ name }) => name)));
  });

  it('runs its cron', async () => {
    await expect(instance.worker.tick()).resolves.toBeUndefined();
  });

  it('logs neither keys nor addresses nor raw paths', () => {
    const all = log.join('\n');
    expect(all).toContain('request');
    expect(all).not.toMatch(/gw_sk_|@example\.com|whsec_|tour-secret/);
  });
});

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { commit } from '../../src/db/client.ts';
import { insertDeadDeliveries } from '../../src/db/dead-deliveries.ts';
import { createNewId } from '../../src/lib/ids.ts';
import { createDatabase } from '../support/database.ts';

const ROOT = join(import.meta.dirname, '../..');
const newId = createNewId(Date.now);

function click(more: object = {}) {
  return {
    ...{ storeId: newId('sto'), id: newId('clk'), linkId: newId('lnk'), programId: newId('prg'), at: Date.now() },
    ...{ kind: 'human', channel: null, country: null, visitor: 'v', agent: 'mobile', rule: 1, referrerHost: null },
    ...more,
  };
}

/** What the command says, as it is typed. */
async function replay(args: string[], url: string | undefined, input = '') {
  const { DATABASE_URL, ...env } = process.env;
  const command = spawn(process.execPath, ['dev/replay-clicks.ts', ...args], {
    cwd: ROOT,
    env: url === undefined ? env : { ...env, DATABASE_URL: url },
  });
  command.stdin.end(input);
  const [out, error, [code]] = await Promise.all([text(command.stdout), text(command.stderr), once(command, 'close')]);
  return { out, error, code };
}

describe('npm run clicks:replay', () => {
  it('stores what dead deliveries and a log hold, says how much, and does it once', async () => {
    const database = createDatabase();
    const { url, client } = database;
    const bodies = Array.from({ length: 25 }, () => ({ clicks: [click(), click()] }));
    const odd = [{ clicks: [click(), click({ kind: 'ghost' })] }, null, 'text'];
    const dead = [...bodies, ...odd].map((body, i) => ({ id: `m${i}`, body }));
    await commit(database, [insertDeadDeliveries(database, dead, 0)]);
    const log = JSON.stringify({ message: 'clicks_unsent', clicks: [click(), bodies[0]?.clicks[0]] });
    const count = async () => {
      const { rows } = await client.execute(
        'select (select count(*) from clicks) as a, (select sum(clicks) from click_counts) as b',
      );
      return [rows[0]?.a, rows[0]?.b];
    };

    const dry = await replay(['--dry-run', '--log', '-'], url, log);
    expect([dry.code, dry.error]).toEqual([0, '']);
    expect(dry.out).toMatch(/dead deliveries: 28, with 51 clicks: nothing was written; 3 could not be read/);
    expect(await count()).toEqual([0, null]);

    const first = await replay(['--log', '-'], url, log);
    expect([first.code, first.error]).toEqual([0, '']);
    expect(first.out).toMatch(/dead deliveries: 28, with 51 clicks: 51 were new and are stored, 0 were there; 3 could/);
    expect(first.out).toMatch(/unsent clicks: 1, with 2 clicks: 1 were new and are stored, 1 were there\./);
    expect(await count()).toEqual([52, 52]);

    const second = await replay(['--log', '-'], url, log);
    expect(second.out).toMatch(/dead deliveries: 0, with 0 clicks/);
    expect(second.out).toMatch(/unsent clicks: 1, with 2 clicks: 0 were new/);
    expect(await count()).toEqual([52, 52]);
  }, 30_000);

  it.each<[string, string[], boolean, RegExp]>([
    ['no database', [], false, /Set DATABASE_URL/],
    ['a log that is not there', ['--log', '/no/such/file'], true, /no such file/],
    ['an option that it does not know', ['--force'], true, /--force/],
  ])(
    'fails with %s and says so in a line',
    async (_, args, hasDatabase, says) => {
      const { error, code } = await replay(args, hasDatabase ? createDatabase().url : undefined);
      expect(code).toBe(1);
      expect(error).toMatch(says);
      expect(error.trim().split('\n')).toHaveLength(1);
    },
    30_000,
  );
});

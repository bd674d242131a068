import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { startLibsqlServer } from '../../dev/libsql-server.ts';
import { migrate } from '../../dev/migrate.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The URL under which each path is a database of its own, migrated on first use. */
    databases: string;
  }
}

/** One database server for the whole run; every new database is a copy of one that was migrated once. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const directory = mkdtempSync(join(tmpdir(), 'goodword-test-'));
  const first = await startLibsqlServer({ directory, durability: 'fast' });
  await migrate(first.urlFor('template'));
  await first.close();
  const template = join(directory, 'template.db');
  const server = await startLibsqlServer({ directory: join(directory, 'copies'), template, durability: 'fast' });
  project.provide('databases', server.url);
  return async () => {
    await server.close();
    rmSync(directory, { recursive: true, force: true });
  };
}

import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'libsql';
import type { TestProject } from 'vitest/node';
import { startLibsqlServer } from '../../dev/libsql-server.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The URL under which each path is a database of its own, migrated on first use. */
    databases: string;
  }
}

/** One database server for the whole run; every new database is a copy of one that was migrated once. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const directory = mkdtempSync(join(tmpdir(), 'goodword-test-'));
  const template = join(directory, 'template.db');
  migrate(template);
  const server = await startLibsqlServer({ directory: join(directory, 'databases'), template, durability: 'fast' });
  project.provide('databases', server.url);
  return async () => {
    await server.close();
    rmSync(directory, { recursive: true, force: true });
  };
}

function migrate(file: string): void {
  const database = new Database(file);
  const folder = join(import.meta.dirname, '../../migrations');
  for (const name of readdirSync(folder).sort()) {
    if (name.endsWith('.sql')) database.exec(readFileSync(join(folder, name), 'utf8'));
  }
  database.close();
}

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createClient } from '@libsql/client/http';

const FOLDER = join(import.meta.dirname, '..', 'migrations');

/** Applies what is not applied yet, each file whole or not at all; answers the names of the files it applied. */
export async function migrate(url: string, token?: string): Promise<string[]> {
  const client = createClient({ url, ...(token === undefined ? {} : { authToken: token }) });
  await client.execute('create table if not exists migrations (name text primary key, applied_at text not null)');
  const known = await client.execute('select name from migrations');
  const applied = new Set(known.rows.map((row) => String(row['name'])));
  const files = readdirSync(FOLDER)
    .filter((name) => name.endsWith('.sql') && !applied.has(name))
    .sort();
  for (const name of files) {
    const statements = readFileSync(join(FOLDER, name), 'utf8').split('--> statement-breakpoint');
    // The row goes first: of two who migrate at once, the second fails before it has changed anything.
    const mark = { sql: "insert into migrations (name, applied_at) values (?, datetime('now'))", args: [name] };
    await client.migrate([mark, ...statements.map((sql) => ({ sql, args: [] }))]);
  }
  client.close();
  return files;
}

if (import.meta.main) {
  const url = process.env['DATABASE_URL'];
  if (url === undefined) {
    console.error('Set DATABASE_URL (and DATABASE_TOKEN, if the database asks for one) to the database to migrate.');
    process.exit(1);
  }
  const files = await migrate(url, process.env['DATABASE_TOKEN']);
  console.log(files.length === 0 ? 'Nothing to apply.' : `Applied ${files.join(', ')}.`);
}

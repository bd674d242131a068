import { type Client, createClient } from '@libsql/client/http';
import { createKeyring, type Keyring, type Master, parseMasters } from '../src/lib/keyring.ts';
import { SEALED_COLUMNS, type SealedColumn } from './sealed-columns.ts';

export interface Rewrapped {
  column: string;
  /** Sealed anew. */
  done: number;
  /** The versions of keys that are not at hand, and how many values each has sealed. */
  missing: Map<number, number>;
  /** How many open by no key: they were changed, or belong to another row. */
  damaged: number;
  /** How many are not under the current version now. */
  left: number;
}

const MOST_AT_ONCE = 200;
/** Requests of callbacks are large; a chunk has one value at least. */
const MOST_CHARACTERS_AT_ONCE = 1_000_000;

/** A callback can be carried out once more for so long, with the click tokens in it. */
const INBOX_DAYS = 30;

/**
 * Opens every sealed value of the database that is not under the current version, and seals it again under that. It can
 * be stopped and repeated, and run beside a deployment that has all of the keys: what changes meanwhile is left alone.
 */
export async function rewrapSecrets(client: Client, masters: Master[]): Promise<Rewrapped[]> {
  const keyring = createKeyring(masters);
  const versions = new Set(masters.map(({ version }) => version));
  const all: Rewrapped[] = [];
  for (const column of SEALED_COLUMNS) all.push(await rewrapColumn(client, keyring, versions, column));
  return all;
}

async function rewrapColumn(
  client: Client,
  keyring: Keyring,
  versions: ReadonlySet<number>,
  sealedColumn: SealedColumn,
): Promise<Rewrapped> {
  const { table, column } = sealedColumn;
  const sum: Rewrapped = { column: `${table}.${column}`, done: 0, missing: new Map(), damaged: 0, left: 0 };
  const isOld = `${column} not glob '${keyring.current}.*'`;
  for (let after = 0; ; ) {
    const values = await nextValues(client, sealedColumn, isOld, after);
    const last = values.at(-1);
    if (last === undefined) break;
    after = last.row;
    const updates = [];
    for (const { row, sealed, place } of values) {
      const version = keyring.versionOf(sealed);
      const anew = await keyring.open(sealed, place).then(
        (plain) => keyring.seal(plain, place),
        () => null,
      );
      // Only where it is the value that was opened: the deployment may have written another.
      const sql = `update ${table} set ${column} = ? where rowid = ? and ${column} = ?`;
      if (anew !== null) updates.push({ sql, args: [anew, row, sealed] });
      else if (version === null || versions.has(version)) sum.damaged += 1;
      else sum.missing.set(version, (sum.missing.get(version) ?? 0) + 1);
    }
    const results = await client.batch(updates, 'write');
    sum.done += results.reduce((rows, { rowsAffected }) => rows + rowsAffected, 0);
  }
  const left = await client.execute(`select count(*) as n from ${table} where ${isOld}`);
  return { ...sum, left: Number(left.rows[0]?.['n']) };
}

async function nextValues(client: Client, { table, column, names, place }: SealedColumn, isOld: string, after: number) {
  const { rows } = await client.execute({
    sql: `
      select row, value, ${names.join(', ')} from (
        select *, sum(length(value)) over (order by row) - length(value) as before from (
          select rowid as row, ${column} as value, ${names.join(', ')} from ${table}
          where rowid > ? and ${isOld} order by rowid limit ?
        )
      ) where before < ? order by row`,
    args: [after, MOST_AT_ONCE, MOST_CHARACTERS_AT_ONCE],
  });
  return rows.map((row) => ({
    row: Number(row['row']),
    sealed: String(row['value']),
    place: place(names.map((name) => String(row[name]))),
  }));
}

/** How long an old key may still be asked for, which is by the derived keys of click tokens. */
async function daysToKeep(client: Client): Promise<number> {
  const { rows } = await client.execute('select coalesce(max(attribution_window_days), 0) as days from programs');
  return Number(rows[0]?.['days']) + INBOX_DAYS;
}

function told({ column, done, missing, damaged, left }: Rewrapped): string {
  const faults = [...missing].map(
    ([version, count]) => `${count} need the key of version ${version}, which is missing`,
  );
  if (damaged > 0) faults.push(`${damaged} open by no key`);
  const open = left - damaged - [...missing.values()].reduce((sum, count) => sum + count, 0);
  if (open > 0) faults.push(`${open} came meanwhile under an old key`);
  return `${column}: ${[`${done} sealed anew`, ...faults].join('; ')}.`;
}

async function main(): Promise<void> {
  const { DATABASE_URL: url, DATABASE_TOKEN: token, MASTER_KEYS: keys } = process.env;
  if (url === undefined || keys === undefined) {
    throw new Error(
      'Set DATABASE_URL (and DATABASE_TOKEN, if the database asks for one) and MASTER_KEYS, as the deployment has them: the new key first, and all the old ones after it. ' +
        inTwoSteps('a new key'),
    );
  }
  const masters = readMasters(keys);
  const client = createClient({ url, ...(token === undefined ? {} : { authToken: token }) });
  const columns = await rewrapSecrets(client, masters);
  for (const column of columns) console.log(told(column));
  const [current, ...old] = masters.map(({ version }) => version);
  const left = columns.reduce((sum, column) => sum + column.left, 0);
  if (left > 0) {
    throw new Error(
      `${left} values are not under version ${current}: take no key out. Add what is missing, see that the deployment has version ${current} first, and run this again. ${inTwoSteps(`version ${current}`)}`,
    );
  }
  console.log(`Every sealed value is under version ${current}.`);
  if (old.length > 0) {
    const days = await daysToKeep(client);
    console.log(
      `Keep version ${old.join(', ')} for ${days} days more, counted from the day that version ${current} was put first: click tokens signed by an old key are good for the longest attribution window of all programs, and a callback that holds one can be carried out once more for ${INBOX_DAYS} days after that. Copies in KV and in queues are gone sooner.`,
    );
  }
}

function inTwoSteps(key: string): string {
  return `To put ${key} first: deploy MASTER_KEYS with ${key} last, wait ten minutes, and only then first. What runs without the key takes the clicks signed by it for forged, and nobody is credited for them.`;
}

function readMasters(keys: string): Master[] {
  try {
    return parseMasters(keys);
  } catch (error) {
    throw new Error(`MASTER_KEYS ${error instanceof Error ? error.message : 'cannot be read'}`, { cause: error });
  }
}

if (import.meta.main) {
  await main().catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : 'This failed.');
    process.exitCode = 1;
  });
}

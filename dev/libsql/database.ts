import { constants, copyFileSync, existsSync, linkSync, rmSync, statSync } from 'node:fs';
import { type Connection, closeConnection, execute, openConnection } from './engine.ts';
import { createLockQueue, type LockQueue } from './lock-queue.ts';

/** One database file: lends a connection to each stream, and takes back those that carry nothing over. */
export interface Database {
  readonly locks: LockQueue;
  borrow(): Promise<Connection>;
  giveBack(connection: Connection): void;
  /** Brings the file up to date, so that it can be copied without its write-ahead log. */
  close(): void;
}

/** `fast` may lose the last writes when the machine, not just the process, goes down. */
export type Durability = 'normal' | 'fast';

export interface DatabaseOptions {
  template: string | undefined;
  durability: Durability;
  busyMs: number;
}

/** Idle connections of all databases, the least recently used first: opening one costs ten times a short query. */
export type IdleConnections = { file: string; connection: Connection }[];

const MAX_IDLE = 16;

export function createDatabase(file: string, idle: IdleConnections, options: DatabaseOptions): Database {
  const { template, durability, busyMs } = options;
  const locks = createLockQueue(busyMs);
  let wasOpened = false;
  const settings = `
    PRAGMA journal_mode = WAL;
    PRAGMA foreign_keys = ON;
    PRAGMA synchronous = ${durability === 'fast' ? 'OFF' : 'NORMAL'};
  `;

  async function borrow(): Promise<Connection> {
    const at = idle.findLastIndex((entry) => entry.file === file);
    const [reused] = at < 0 ? [] : idle.splice(at, 1);
    if (reused) return reused.connection;

    if (template !== undefined && !existsSync(file)) copyTemplate(template, file);
    const connection = openConnection(file);
    try {
      await locks.patiently(() => execute(connection, settings));
      wasOpened = true;
      return connection;
    } catch (error) {
      closeConnection(connection);
      throw new Error(`The database file ${file} cannot be opened: ${error}`, { cause: error });
    }
  }

  function giveBack(connection: Connection): void {
    rollBack(connection);
    if (connection.reusable) idle.push({ file, connection });
    else closeConnection(connection);
    const [surplus] = idle.length > MAX_IDLE ? idle.splice(0, 1) : [];
    if (surplus) closeConnection(surplus.connection);
    locks.released();
  }

  function close(): void {
    if (!wasOpened) return;
    const connection = openConnection(file);
    execute(connection, 'PRAGMA wal_checkpoint(TRUNCATE)');
    closeConnection(connection);
  }

  return { locks, borrow, giveBack, close };
}

/** Also before a connection is closed: statements that are not collected yet would keep its transaction and lock. */
function rollBack(connection: Connection): void {
  if (!connection.handle.inTransaction) return;
  try {
    execute(connection, 'ROLLBACK');
  } catch {
    connection.reusable = false;
  }
}

/** Refuses a template that is still being written: part of it would be in its log, and missing from the copy. */
export function checkTemplate(template: string): void {
  if (!existsSync(template)) throw new Error(`The template database ${template} does not exist.`);
  const unsettled = ['-wal', '-journal'].some(
    (log) => (statSync(template + log, { throwIfNoEntry: false })?.size ?? 0) > 0,
  );
  if (unsettled) throw new Error(`The template database ${template} is still in use: close it before it is copied.`);
}

function copyTemplate(template: string, file: string): void {
  checkTemplate(template);
  // Linked into place whole: another process may open the same name at this moment.
  const copy = `${file}.${crypto.randomUUID()}`;
  try {
    copyFileSync(template, copy, constants.COPYFILE_FICLONE);
    linkSync(copy, file);
  } catch (error) {
    if (!existsSync(file)) throw error;
  } finally {
    rmSync(copy, { force: true });
  }
}

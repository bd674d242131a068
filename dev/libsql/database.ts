import { constants, copyFileSync, existsSync, linkSync, rmSync, statSync } from 'node:fs';
import { type Connection, closeConnection, type Durability, execute, openConnection } from './engine.ts';
import { createLockQueue, type LockQueue } from './lock-queue.ts';

/** One database file: lends a connection to each stream, and takes back those that carry nothing over. */
export interface Database {
  readonly locks: LockQueue;
  borrow(): Promise<Connection>;
  giveBack(connection: Connection): void;
  /** Brings the file up to date, so that it can be copied without its write-ahead log. */
  close(): void;
}

export interface DatabaseOptions {
  template: string | undefined;
  durability: Durability;
  busyMs: number;
}

/** Idle connections of all databases, the least recently used first: opening one costs ten times a short query. */
export type IdleConnections = { file: string; connection: Connection }[];

const MAX_IDLE = 16;

export function createDatabase(file: string, idle: IdleConnections, options: DatabaseOptions): Database {
  const locks = createLockQueue(options.busyMs);
  let isReady = false;

  async function borrow(): Promise<Connection> {
    const at = idle.findLastIndex((entry) => entry.file === file);
    const [reused] = at < 0 ? [] : idle.splice(at, 1);
    if (reused) return reused.connection;

    if (!isReady && options.template !== undefined) copyTemplate(options.template, file);
    const connection = openConnection(file, options.durability);
    if (!isReady) await locks.patiently(() => execute(connection, 'PRAGMA journal_mode = WAL'));
    isReady = true;
    return connection;
  }

  function giveBack(connection: Connection): void {
    if (connection.reusable && !connection.handle.inTransaction) {
      idle.push({ file, connection });
      if (idle.length > MAX_IDLE) closeConnection((idle.shift() as (typeof idle)[number]).connection);
    } else {
      closeConnection(connection);
    }
    locks.released();
  }

  function close(): void {
    if (!isReady) return;
    const connection = openConnection(file, options.durability);
    execute(connection, 'PRAGMA wal_checkpoint(TRUNCATE)');
    closeConnection(connection);
  }

  return { locks, borrow, giveBack, close };
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
  if (existsSync(file)) return;
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

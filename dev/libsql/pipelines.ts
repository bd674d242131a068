import { join } from 'node:path';
import { createDatabase, type Database, type DatabaseOptions, type IdleConnections } from './database.ts';
import { closeConnection } from './engine.ts';
import { createParkedStreams, type Lifetimes } from './parked-streams.ts';
import type { Pipeline, StreamResult } from './protocol.ts';
import { answer, closeStream, openStream } from './stream.ts';

/** What a pipeline request is answered with. */
export interface PipelineResult {
  /** Continues the stream in the next request; null once it is closed. */
  baton: string | null;
  base_url: null;
  results: StreamResult[];
}

export interface Pipelines {
  /** `isGone` says whether the client still waits for the answer. */
  run(name: string, pipeline: Pipeline, isGone: () => boolean): Promise<PipelineResult>;
  /** Fails everything that waits for a lock. */
  interrupt(): void;
  close(): void;
}

/** The databases of one folder, and the streams that are open on them. */
export function createPipelines(directory: string, options: DatabaseOptions & Lifetimes): Pipelines {
  const databases = new Map<string, Database>();
  const idle: IdleConnections = [];
  const parked = createParkedStreams(options);

  function databaseOf(name: string): Database {
    const database = databases.get(name) ?? createDatabase(join(directory, `${name}.db`), idle, options);
    databases.set(name, database);
    return database;
  }

  async function run(name: string, { baton, requests }: Pipeline, isGone: () => boolean): Promise<PipelineResult> {
    const database = databaseOf(name);
    const stream = baton == null ? await openStream(database) : parked.claim(baton, database);
    const results: StreamResult[] = [];
    try {
      for (const request of requests) results.push(await answer(stream, request));
    } catch (error) {
      closeStream(stream);
      throw error;
    }
    // Nobody is left to receive the baton.
    if (isGone()) closeStream(stream);
    return { baton: stream.isClosed ? null : parked.park(stream), base_url: null, results };
  }

  return {
    run,
    interrupt: () => {
      for (const { locks } of databases.values()) locks.close();
    },
    close: () => {
      parked.close();
      for (const { connection } of idle.splice(0)) closeConnection(connection);
      for (const database of databases.values()) database.close();
      databases.clear();
    },
  };
}

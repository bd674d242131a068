import { randomBytes } from 'node:crypto';
import type { Database } from './database.ts';
import { ProtocolError } from './errors.ts';
import { closeStream, type Stream } from './stream.ts';

/** Streams between two requests, each under a baton that nobody can guess and that opens it once. */
export interface ParkedStreams {
  park(stream: Stream): string;
  claim(baton: string, database: Database): Stream;
  close(): void;
}

export interface Lifetimes {
  /** How long a stream may wait for its next request. */
  idleMs: number;
  /** How long a transaction may hold its locks. */
  transactionMs: number;
}

type Place = { database: Database } & ({ stream: Stream; timer: NodeJS.Timeout } | { expired: string });

const REMEMBERED_MS = 60_000;

export function createParkedStreams({ idleMs, transactionMs }: Lifetimes): ParkedStreams {
  const places = new Map<string, Place>();

  function park(stream: Stream): string {
    const baton = randomBytes(24).toString('base64url');
    const leftMs =
      stream.transactionSince === null ? Infinity : stream.transactionSince + transactionMs - performance.now();
    const reason =
      leftMs < idleMs
        ? `The transaction was rolled back: it was open for more than ${transactionMs} ms.`
        : `The stream has expired: it was idle for more than ${idleMs} ms.`;
    const timer = setTimeout(
      () => {
        closeStream(stream);
        places.set(baton, { database: stream.database, expired: reason });
        setTimeout(() => places.delete(baton), REMEMBERED_MS).unref();
      },
      Math.max(0, Math.min(leftMs, idleMs)),
    );
    places.set(baton, { database: stream.database, stream, timer });
    return baton;
  }

  function claim(baton: string, database: Database): Stream {
    const place = places.get(baton);
    if (place?.database !== database) throw new ProtocolError('The baton is unknown here, or was used before.');
    if ('expired' in place) throw new ProtocolError(place.expired, { code: 'STREAM_EXPIRED' });
    places.delete(baton);
    clearTimeout(place.timer);
    return place.stream;
  }

  function close(): void {
    for (const place of places.values()) {
      if ('expired' in place) continue;
      clearTimeout(place.timer);
      closeStream(place.stream);
    }
    places.clear();
  }

  return { park, claim, close };
}

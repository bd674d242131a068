import { subscribe } from 'node:diagnostics_channel';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Counts the requests that arrive at a server of this process, without standing in their way. */
export function countRequests(port: number): () => number {
  let requests = 0;
  subscribe('http.server.request.start', (message) => {
    const { server } = message as { server: Server };
    if ((server.address() as AddressInfo | null)?.port === port) requests += 1;
  });
  return () => requests;
}

import { connect } from 'node:net';

/** One kept-alive HTTP/1.1 connection with one request at a time. */
export interface Connection {
  /** Resolves with the answer as it came over the wire; rejects when it has another status. */
  ask(request: Buffer, status: number): Promise<string>;
  close(): void;
}

const PATIENCE = 20_000;

/**
 * The least that can be a client: it shares the machine with what it measures, and answers here take fractions of a
 * millisecond.
 */
export function openConnection(port: number): Promise<Connection> {
  return new Promise((opened, failed) => {
    let received = '';
    let waiting: PromiseWithResolvers<string> | undefined;
    const socket = connect({ port, host: '127.0.0.1', noDelay: true, timeout: PATIENCE });

    function fail(error: Error): void {
      failed(error);
      waiting?.reject(error);
      socket.destroy();
    }

    async function ask(request: Buffer, status: number): Promise<string> {
      waiting = Promise.withResolvers();
      received = '';
      socket.write(request);
      const answer = await waiting.promise;
      if (answer.slice(9, 12) !== String(status)) throw new Error(`An answer should be ${status} and is:\n${answer}`);
      return answer;
    }

    socket.setEncoding('latin1');
    socket.on('connect', () => opened({ ask, close: () => void socket.destroy() }));
    socket.on('data', (text: string) => {
      received += text;
      if (isWhole(received)) waiting?.resolve(received);
    });
    socket.on('timeout', () => fail(new Error(`No answer came within ${PATIENCE / 1000} s.`)));
    socket.on('close', () => fail(new Error('The server closed the connection.')));
    socket.on('error', fail);
  });
}

/** RFC 9112 §6.3: a body is chunked or has a length. */
function isWhole(answer: string): boolean {
  const end = answer.indexOf('\r\n\r\n');
  if (end < 0) return false;
  const length = /\r\ncontent-length: (\d+)/i.exec(answer.slice(0, end))?.[1];
  return length === undefined ? answer.endsWith('\r\n0\r\n\r\n') : answer.length === end + 4 + Number(length);
}

/** A request as its bytes, made before the clock runs. */
export function httpRequest(method: string, path: string, headers: Record<string, string>, body = ''): Buffer {
  const all = body === '' ? headers : { ...headers, 'Content-Length': String(Buffer.byteLength(body)) };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(`${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n${body}`);
}

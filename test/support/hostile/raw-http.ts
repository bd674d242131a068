import { connect } from 'node:net';
import type { Post } from './post.ts';

export interface RawAnswer {
  status: number;
  /** Names in lower case, in the order in which they came. */
  headers: [name: string, value: string][];
  text: string;
}

/** Of more than this, the rest is held back for a moment: who answers before the end closes the connection on what still comes. */
const AT_ONCE = 1024 * 1024;
const MOMENT = 200;

/**
 * Posts a request byte by byte as it is given, since fetch mends much of what is wrong with one. null: the connection
 * was closed without an answer.
 */
export function send(url: string, post: Post): Promise<RawAnswer | null> {
  const { hostname, port, host } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname);
    const received: Buffer[] = [];
    socket.setTimeout(20_000, () => socket.destroy(new Error('There is neither an answer nor an end')));
    socket.on('data', (bytes) => received.push(bytes));
    // Who refuses what it has not read to its end may end the connection so; the answer has come before.
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ECONNRESET' && error.code !== 'EPIPE') reject(error);
    });
    socket.on('close', () => resolve(answerIn(Buffer.concat(received), post.method)));
    write(Buffer.from(headOf(post, host), 'latin1'), bodyOf(post));

    function write(piece: Buffer, rest: Buffer): void {
      if (received.length > 0 || socket.destroyed) return;
      socket.write(piece);
      if (rest.length > AT_ONCE) setTimeout(write, MOMENT, rest.subarray(0, AT_ONCE), rest.subarray(AT_ONCE));
      else if (rest.length > 0) socket.write(rest);
      if (rest.length <= AT_ONCE && post.breaksOff) socket.end();
    }
  });
}

function headOf({ method, target, headers, body, framing = 'length', host }: Post, ownHost: string): string {
  const lines = [`${method} ${target} HTTP/1.1`, `Host: ${host ?? ownHost}`, 'Connection: close'];
  lines.push(...headers.map(([name, value]) => `${name}: ${value}`));
  if (framing === 'length') lines.push(`Content-Length: ${body.length}`);
  else if (framing === 'chunked') lines.push('Transfer-Encoding: chunked');
  return `${lines.join('\r\n')}\r\n\r\n`;
}

function bodyOf({ body, framing }: Post): Buffer {
  if (framing !== 'chunked') return body;
  const chunks: Buffer[] = [];
  for (let at = 0; at < body.length; at += 60_000) {
    const chunk = body.subarray(at, at + 60_000);
    chunks.push(Buffer.from(`${chunk.length.toString(16)}\r\n`), chunk, Buffer.from('\r\n'));
  }
  return Buffer.concat([...chunks, Buffer.from('0\r\n\r\n')]);
}

function answerIn(bytes: Buffer, method: string): RawAnswer | null {
  const end = bytes.indexOf('\r\n\r\n');
  if (end < 0) return null;
  const [first = '', ...lines] = bytes.subarray(0, end).toString('latin1').split('\r\n');
  const status = Number(first.split(' ')[1]);
  const rest = bytes.subarray(end + 4);
  // What is asked to go on is answered a second time.
  if (status === 100) return answerIn(rest, method);
  const headers = lines.map((line): [string, string] => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
  });
  const isChunked = headers.some(([name, value]) => name === 'transfer-encoding' && value === 'chunked');
  const text = method === 'HEAD' ? '' : (isChunked ? unchunked(rest) : rest).toString('utf8');
  return { status, headers, text };
}

function unchunked(bytes: Buffer): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; ; ) {
    const line = bytes.indexOf('\r\n', at);
    const length = line < 0 ? 0 : Number.parseInt(bytes.subarray(at, line).toString('latin1'), 16);
    if (length === 0) return Buffer.concat(parts);
    parts.push(bytes.subarray(line + 2, line + 2 + length));
    at = line + 2 + length + 2;
  }
}

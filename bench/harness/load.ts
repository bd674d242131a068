import { readFileSync } from 'node:fs';
import { type Connection, openConnection } from './connection.ts';
import { percentile } from './percentile.ts';
import type { Target } from './runtime.ts';

/** Somebody to ask, what to ask, and what must be answered. */
export interface Party {
  target: Target;
  request: () => Buffer;
  status: number;
}

export interface Load {
  connections: number;
  milliseconds: number;
}

export interface Round {
  answers: number;
  perSecond: number;
  /** Milliseconds, of the whole process and with the work after the answers; NaN where they cannot be read. */
  cpuPerAnswer: number;
  p50: number;
  p99: number;
}

/** Work that goes on after the answers: a pack of clicks waits a moment before it is sent. */
const SETTLE = 150;

/** Every connection asks again as soon as it is answered. */
export async function drive(party: Party, { connections, milliseconds }: Load): Promise<Round> {
  const { port, pid } = party.target;
  const open = await Promise.all(Array.from({ length: connections }, () => openConnection(port)));
  const latencies: number[] = [];
  const cpu = cpuOf(pid);
  const start = performance.now();
  const end = start + milliseconds;
  await Promise.all(open.map((connection) => askUntil(end, connection, party, latencies)));
  const seconds = (performance.now() - start) / 1000;
  await new Promise((resolve) => setTimeout(resolve, SETTLE));
  const cpuPerAnswer = (cpuOf(pid) - cpu) / latencies.length;
  for (const connection of open) connection.close();
  return {
    answers: latencies.length,
    perSecond: latencies.length / seconds,
    cpuPerAnswer,
    p50: percentile(latencies, 50),
    p99: percentile(latencies, 99),
  };
}

async function askUntil(end: number, connection: Connection, { request, status }: Party, latencies: number[]) {
  for (let now = performance.now(); now < end; ) {
    const bytes = request();
    const start = performance.now();
    await connection.ask(bytes, status);
    now = performance.now();
    latencies.push(now - start);
  }
}

const TICKS_PER_SECOND = 100;

/** Milliseconds of processor time that a process has used, in user and system mode (proc_pid_stat(5)); Linux alone tells. */
function cpuOf(pid: number | undefined): number {
  if (pid === undefined || process.platform !== 'linux') return Number.NaN;
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name before may hold spaces; utime and stime are the 14th and 15th of all fields.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / TICKS_PER_SECOND;
}

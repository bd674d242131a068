import { type Connection, openConnection } from './connection.ts';
import { cpuOf } from './cpu.ts';
import type { Target } from './runtime.ts';

/** A Worker that takes callbacks over connections that stay open. */
export interface Receiver {
  /** Posts each of them once. */
  take(callbacks: readonly Buffer[]): Promise<Toll>;
  close(): Promise<void>;
}

export interface Toll {
  perSecond: number;
  /** Milliseconds for each, of the whole process; NaN where they cannot be read. */
  cpu: number;
}

/** Work that goes on after the answers. */
const SETTLE = 20;

export async function openReceiver({ port, pid, close }: Target, connections: number): Promise<Receiver> {
  const open = await Promise.all(Array.from({ length: connections }, () => openConnection(port)));
  return {
    async take(callbacks) {
      const left = [...callbacks];
      const cpu = cpuOf(pid);
      const start = performance.now();
      await Promise.all(open.map((connection) => postFrom(left, connection)));
      const seconds = (performance.now() - start) / 1000;
      await new Promise((resolve) => setTimeout(resolve, SETTLE));
      return { perSecond: callbacks.length / seconds, cpu: (cpuOf(pid) - cpu) / callbacks.length };
    },

    async close() {
      for (const connection of open) connection.close();
      await close();
    },
  };
}

/** The next one as soon as one is answered. Any other answer would cost something else. */
async function postFrom(left: Buffer[], connection: Connection): Promise<void> {
  for (let callback = left.pop(); callback !== undefined; callback = left.pop()) {
    const answer = await connection.ask(callback, 200);
    if (!answer.includes('"ignored"')) throw new Error(`A callback should be none of our business:\n${answer}`);
  }
}

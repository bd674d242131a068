import { readdirSync, readFileSync } from 'node:fs';

/**
 * Milliseconds of processor time that the threads of a process have used, to the nanosecond (sched-stats.rst of the
 * kernel); NaN where it cannot be read: Linux alone tells.
 */
export function cpuOf(pid: number | undefined): number {
  if (pid === undefined || process.platform !== 'linux') return Number.NaN;
  const threads = `/proc/${pid}/task`;
  const times = readdirSync(threads).map((id) => readFileSync(`${threads}/${id}/schedstat`, 'utf8').split(' ', 1)[0]);
  return times.reduce((sum, nanoseconds) => sum + Number(nanoseconds), 0) / 1e6;
}

const seen: unknown[] = [];

export function recordErrors(): void {
  console.error = (...said: unknown[]) => void seen.push(...said);
}

/** What was logged as an error since the last look; a test that leaves some behind fails. */
export function loggedErrors(): unknown[] {
  return seen.splice(0);
}

/** What the work logged by console.log. */
export async function loggedLines(work: () => Promise<unknown>): Promise<unknown[]> {
  const { log } = console;
  const lines: unknown[] = [];
  console.log = (...said: unknown[]) => void lines.push(...said);
  try {
    await work();
  } finally {
    console.log = log;
  }
  return lines;
}

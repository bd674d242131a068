const closers: (() => void)[] = [];

/** Runs when this process ends, however it ends: no child process and no folder may stay behind. Last come, first served. */
export function atExit(close: () => void): void {
  if (closers.length === 0) listen();
  closers.unshift(close);
}

function listen(): void {
  process.on('exit', () => {
    for (const close of closers) close();
  });
  // By default a signal ends Node without `exit`.
  process.on('SIGINT', () => process.exit(130));
  process.on('SIGTERM', () => process.exit(143));
  process.on('SIGHUP', () => process.exit(129));
}

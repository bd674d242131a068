/** Senders count whole seconds: a difference is too large once it is a whole second over 300. */
const TOO_FAR_MS = 301_000;

/** Whether a signed time is near enough, on either side of now, for a captured callback to lose its worth soon. */
export function isFresh(at: number, now: number): boolean {
  return Math.abs(now - at) < TOO_FAR_MS;
}

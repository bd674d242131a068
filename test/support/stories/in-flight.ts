/** Runs the work so many times, a certain number of them at any moment, and answers all that came of it. */
export async function inFlight<T>(width: number, count: number, work: (index: number) => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  let next = 0;
  const lanes = Array.from({ length: width }, async () => {
    while (next < count) {
      next += 1;
      results.push(await work(next));
    }
  });
  await Promise.all(lanes);
  return results;
}

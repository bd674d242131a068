import type { Lookup, Reading } from './contract.ts';

export type CompleteReading = Exclude<Reading, { outcome: 'incomplete' }>;

const MOST_ROUNDS = 3;

/** Asks for what a reading lacks, until it lacks nothing. */
export async function complete(
  reading: Reading,
  lookUp: (wanted: Lookup) => Promise<unknown>,
): Promise<CompleteReading> {
  let reached = reading;
  for (let round = 0; reached.outcome === 'incomplete'; round += 1) {
    if (round === MOST_ROUNDS) throw new Error(`A reading of ${reached.type} never has enough`);
    const { read } = reached;
    reached = read(await Promise.all(reached.lookups.map(lookUp)));
  }
  return reached;
}

import type { Lookup, Reading } from './contract.ts';

export type CompleteReading = Exclude<Reading, { outcome: 'incomplete' }>;

/** `refused`: the token is not, or no more, good for this. `unreadable`: the answer cannot be read, and will not be better. */
type Found = { outcome: 'found'; value: unknown } | { outcome: 'refused' } | { outcome: 'unreadable' };

const MOST_ROUNDS = 3;
const REFUSED =
  'The platform refuses the access token: give the source one that may read all that its guide names, and replay this callback.';
const UNREADABLE = 'The platform answers what cannot be read. Look at it there, and replay this callback.';

/** Asks for what a reading lacks, until it lacks nothing. */
export async function complete(reading: Reading, lookUp: (wanted: Lookup) => Promise<Found>): Promise<CompleteReading> {
  let reached = reading;
  for (let round = 0; reached.outcome === 'incomplete'; round += 1) {
    const { type, lookups, read } = reached;
    if (round === MOST_ROUNDS) throw new Error(`A reading of ${type} never has enough`);
    const answers = await Promise.all(lookups.map(lookUp));
    const values = answers.flatMap((answer) => (answer.outcome === 'found' ? [answer.value] : []));
    const isRefused = answers.some(({ outcome }) => outcome === 'refused');
    reached =
      values.length === answers.length
        ? read(values)
        : { outcome: 'held', type, detail: isRefused ? REFUSED : UNREADABLE };
  }
  return reached;
}

import { drive, type Load, type Party, type Round } from './load.ts';
import { percentile } from './percentile.ts';

/** Ours over the bare peer's: the median of all pairs of rounds, and where the middle half of the pairs lies. */
export interface Ratio {
  median: number;
  from: number;
  to: number;
}

export interface Comparison {
  perSecond: Ratio;
  cpuPerAnswer: Ratio;
  p50: Ratio;
  p99: Ratio;
  /** How many answers ours gave in all. */
  answers: number;
}

/** Many short rounds in turn, ours, theirs, ours, …, so that whatever else the machine does hits both. */
export async function compare(ours: Party, bare: Party, load: Load & { rounds: number }): Promise<Comparison> {
  // V8 compiles what runs often, and not at once.
  const warmUp = { ...load, milliseconds: 1500 };
  await drive(bare, warmUp);
  let { answers } = await drive(ours, warmUp);
  const pairs: [Round, Round][] = [];
  for (let round = 0; round < load.rounds; round += 1) {
    const pair: [Round, Round] = [await drive(ours, load), await drive(bare, load)];
    answers += pair[0].answers;
    pairs.push(pair);
  }
  const ratio = (figure: keyof Round) => middleHalf(pairs.map(([ours, bare]) => ours[figure] / bare[figure]));
  return {
    perSecond: ratio('perSecond'),
    cpuPerAnswer: ratio('cpuPerAnswer'),
    p50: ratio('p50'),
    p99: ratio('p99'),
    answers,
  };
}

export function middleHalf(ratios: readonly number[]): Ratio {
  return { median: percentile(ratios, 50), from: percentile(ratios, 25), to: percentile(ratios, 75) };
}

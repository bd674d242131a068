/** One hour of clicks, in milliseconds on the hour: what isolates say they answered, and what was stored. */
export interface HourFigures {
  hour: number;
  answered: number;
  stored: number;
}

export interface PipelineFigures {
  hours: readonly HourFigures[];
  openDeadDeliveries: number;
  /** When the oldest change of a link was made that its copy at the edge does not show yet. */
  oldestLinkPut: number | null;
}

export const PIPELINE_STATES = ['ok', 'behind', 'lossy'] as const;
export type PipelineState = (typeof PIPELINE_STATES)[number];

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** A delivery that failed is tried again after ten minutes at the latest. */
const LATE = 10 * MINUTE;
/** No delivery is tried for longer: a hundred retries, with delays that grow to ten minutes, take 15.5 hours. */
const GIVEN_UP = 16 * HOUR;
const LINKS_LATE = 5 * MINUTE;

/**
 * lossy: an hour lacks clicks that nothing will bring any more. behind: an hour that is over lacks some, a delivery is dead,
 * or a link's change has not reached the edge. An isolate that dies takes its last tally with it, so more may be stored than
 * was said to be answered, and that is no alarm.
 */
export function judgePipeline(
  { hours, openDeadDeliveries, oldestLinkPut }: PipelineFigures,
  now: number,
): PipelineState {
  const lacking = (patience: number) =>
    hours.some(({ hour, answered, stored }) => answered > stored && now >= hour + HOUR + patience);
  if (openDeadDeliveries === 0 && lacking(GIVEN_UP)) return 'lossy';
  const linksLate = oldestLinkPut !== null && now - oldestLinkPut >= LINKS_LATE;
  return openDeadDeliveries > 0 || linksLate || lacking(LATE) ? 'behind' : 'ok';
}

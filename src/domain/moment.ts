import { Refusal } from '../lib/refusal.ts';
import { CLOCKS_DIFFER } from './attribution.ts';

/** When it happened: as the store says, else when we heard. A store's clock may run ahead a little; no time later than ours is kept. */
export function momentOf(said: number | null, receivedAt: number): number {
  if (said === null) return receivedAt;
  if (said > receivedAt + CLOCKS_DIFFER) {
    throw new Refusal('callback_unusable', {
      detail:
        'The time of the event lies more than 5 minutes in the future. Check the clock of the sender, and that the time carries its offset.',
    });
  }
  return Math.min(said, receivedAt);
}

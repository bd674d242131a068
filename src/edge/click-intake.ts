import type { Click } from '../domain/click.ts';
import { visitorDigest } from '../domain/visitor-digest.ts';
import type { Mac } from '../lib/mac.ts';
import { type ClickOutlets, createClickPool } from './click-pool.ts';
import { createClickTally, type TallySources } from './click-tally.ts';
import { createSaltMemory, type SaltSources } from './salts.ts';

export interface AnsweredClick {
  click: Click;
  /** By what its visitor is told from others; null: by nothing. */
  visitor: { address: string | null; agent: string | null } | null;
  /** Whether the answer waits until the click is in the queue. */
  strict: boolean;
}

/** Handed in with every click, because no I/O may be kept from one request for another. */
export interface IntakeOutlets extends ClickOutlets, TallySources, SaltSources {}

export interface ClickIntake {
  /** Done at once, unless the click is strict: the rest goes on after the answer. */
  take(answered: AnsweredClick, outlets: IntakeOutlets): Promise<void>;
}

/** What an isolate does with the clicks that it answers: it tallies each, marks its visitor and hands it to the pool. */
export function createClickIntake(chance: () => number): ClickIntake {
  const pool = createClickPool(chance);
  const tally = createClickTally();
  const salts = createSaltMemory();

  return {
    async take(answered, outlets) {
      tally.count(answered.click, outlets);
      const salt = answered.visitor === null ? null : salts.find(outlets);
      if (answered.strict) await pool.deliver(marked(answered, await salt), outlets);
      // Without a promise where the salt is at hand: to keep one beyond the answer is dearer than all that is done here.
      else if (salt instanceof Promise)
        outlets.waitUntil(salt.then((late) => pool.add(marked(answered, late), outlets)));
      else pool.add(marked(answered, salt), outlets);
    },
  };
}

function marked({ click, visitor }: AnsweredClick, salt: Mac | null): Click {
  if (visitor === null || salt === null) return click;
  return { ...click, visitor: visitorDigest(salt, { storeId: click.storeId, ...visitor }) };
}

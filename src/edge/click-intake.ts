import type { Click } from '../domain/click.ts';
import { visitorDigest } from '../domain/visitor-digest.ts';
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
      const kept = keep(answered, salt, outlets);
      if (answered.strict) await kept;
      else outlets.waitUntil(kept);
    },
  };

  async function keep(
    { click, visitor, strict }: AnsweredClick,
    salt: CryptoKey | null | Promise<CryptoKey | null>,
    outlets: IntakeOutlets,
  ): Promise<void> {
    const marked = { ...click, visitor: await digest(click, visitor, await salt) };
    if (strict) await pool.deliver(marked, outlets);
    else pool.add(marked, outlets);
  }
}

async function digest({ storeId }: Click, visitor: AnsweredClick['visitor'], salt: CryptoKey | null) {
  return visitor === null || salt === null
    ? null
    : visitorDigest(salt, { storeId, address: visitor.address, agent: visitor.agent });
}

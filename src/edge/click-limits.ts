import type { LinkRecord } from '../domain/link-record.ts';
import type { ClickKind } from '../domain/terms.ts';
import { createRecent } from './recent.ts';

const LINKS = 10_000;

export interface ClickLimits {
  /** Whether the link may be followed once more; a human click that may is counted. */
  admit(record: LinkRecord, kind: ClickKind): boolean;
}

/**
 * Counts human clicks of links that have a limit: from what the record said when it was read, and on with those of this
 * isolate. Neither is ever more than there were, so the greater is nearer to the truth, and no friend is refused early.
 */
export function createClickLimits(): ClickLimits {
  const counted = createRecent<number>(LINKS);
  return {
    admit({ linkId, maxClicks, clicks = 0 }, kind) {
      if (maxClicks === undefined) return true;
      const before = Math.max(clicks, counted.get(linkId) ?? 0);
      const open = before < maxClicks;
      counted.set(linkId, open && kind === 'human' ? before + 1 : before);
      return open;
    },
  };
}

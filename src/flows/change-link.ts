import type { Context } from '../context.ts';
import { commit, untilCommitted } from '../db/client.ts';
import { insertLinkPut } from '../db/link-records.ts';
import { insertCode, type Link, linkWithParents, updateLink } from '../db/links.ts';
import { type LinkTerms, requireDestinations, requireInUse, requirePeriod } from '../domain/link-terms.ts';
import { Refusal } from '../lib/refusal.ts';

/** Each of them stays this link's for good, and has a copy of its own at the edge. */
const MOST_CODES = 20;

/** Changes what is given. A new code becomes the one that is shown, and every earlier one keeps leading to the link. */
export async function changeLink(
  { db, now }: Context,
  storeId: string,
  id: string,
  changes: Partial<LinkTerms & Pick<Link, 'code'>>,
): Promise<Link> {
  return untilCommitted(async () => {
    const facts = await linkWithParents(db, storeId, id);
    if (facts === null) throw new Refusal('link_not_found');
    const { link } = facts;
    requireInUse(facts);
    requireDestinations(changes, facts.program.allowedHosts);
    const at = now();
    const after: Link = { ...link, ...changes, version: link.version + 1, updatedAt: at };
    requirePeriod(after);
    const hasNewCode = !link.codes.includes(after.code);
    if (hasNewCode) requireRoom(link);

    // The link first: whoever loses to another change of it runs into its version, not into the code of that change.
    const done = await commit(db, [
      updateLink(db, storeId, after),
      ...(hasNewCode ? [insertCode(db, storeId, after, at)] : []),
      insertLinkPut(storeId, id, at),
    ]);
    if (done.outcome === 'committed') return hasNewCode ? { ...after, codes: [...link.codes, after.code] } : after;
    if (done.constraint.startsWith('codes.')) throw new Refusal('code_taken');
    return null;
  });
}

function requireRoom({ codes }: Link): void {
  if (codes.length < MOST_CODES) return;
  throw new Refusal('invalid_transition', {
    detail: `A link has at most ${MOST_CODES} codes over its life. Go back to one of them, or create another link.`,
  });
}

import type { Context } from '../context.ts';
import { commit, untilCommitted } from '../db/client.ts';
import { insertLinkPutsOfProgram } from '../db/link-records.ts';
import {
  insertRule,
  type Program,
  type ProgramWithRules,
  programById,
  retireRule,
  updateProgram,
} from '../db/programs.ts';
import type { ProgramPreview } from '../domain/card.ts';
import { type ProgramTerms, requireDestinations } from '../domain/program-terms.ts';
import { changeRules } from '../domain/rewards/change-rules.ts';
import type { RuleInput } from '../domain/rewards/rule-input.ts';
import { Refusal } from '../lib/refusal.ts';

type TermChanges = Partial<Omit<ProgramTerms, 'preview'>> & { preview?: Partial<ProgramPreview> | undefined };

/** Changes what is given and leaves the rest; rewards that were earned by a rule as it was keep that version of it. */
export async function changeProgram(
  { db, newId, now }: Context,
  storeId: string,
  id: string,
  { rules: wanted, preview, ...terms }: TermChanges & { rules?: RuleInput[] },
): Promise<ProgramWithRules> {
  return untilCommitted(async () => {
    const program = await programById(db, storeId, id);
    if (program === null) throw new Refusal('program_not_found');
    if (program.status === 'archived') throw new Refusal('program_archived');

    const { rules: current, ...before } = program;
    const at = now();
    const changed = { ...terms, preview: { ...before.preview, ...preview } };
    const after: Program = { ...before, ...changed, version: before.version + 1, updatedAt: at };
    requireDestinations(after);
    const { rules, added, retired } =
      wanted === undefined
        ? { rules: current, added: [], retired: [] }
        : changeRules(id, current, wanted, () => newId('rul'));

    const done = await commit(db, [
      updateProgram(db, storeId, after),
      ...retired.map((rule) => retireRule(db, storeId, rule, at)),
      ...added.map((rule) => insertRule(db, storeId, rule, at)),
      ...(changesLinks({ ...terms, preview }) ? [insertLinkPutsOfProgram(storeId, id, at)] : []),
    ]);
    return done.outcome === 'conflict' ? null : { ...after, rules };
  });
}

/** Whether the edge's copies of its links have to follow. */
function changesLinks({
  status,
  destination,
  allowedHosts,
  fallbackUrl,
  utm,
  clickDurability,
  timeZone,
  name,
  preview,
}: TermChanges): boolean {
  const seen = [status, destination, allowedHosts, fallbackUrl, utm, clickDurability, timeZone, name, preview];
  return seen.some((changed) => changed !== undefined);
}

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
import { type ProgramTerms, requireDestinations } from '../domain/program-terms.ts';
import { changeRules } from '../domain/rewards/change-rules.ts';
import type { RuleInput } from '../domain/rewards/rule-input.ts';
import { Refusal } from '../lib/refusal.ts';

/** Changes what is given and leaves the rest; rewards that were earned by a rule as it was keep that version of it. */
export async function changeProgram(
  { db, newId, now }: Context,
  storeId: string,
  id: string,
  { rules: wanted, ...terms }: Partial<ProgramTerms> & { rules?: RuleInput[] },
): Promise<ProgramWithRules> {
  return untilCommitted(async () => {
    const program = await programById(db, storeId, id);
    if (program === null) throw new Refusal('program_not_found');
    if (program.status === 'archived') throw new Refusal('program_archived');

    const { rules: current, ...before } = program;
    const at = now();
    const after: Program = { ...before, ...terms, version: before.version + 1, updatedAt: at };
    requireDestinations(after);
    const { rules, added, retired } =
      wanted === undefined
        ? { rules: current, added: [], retired: [] }
        : changeRules(id, current, wanted, () => newId('rul'));

    const done = await commit(db, [
      updateProgram(db, storeId, after),
      ...retired.map((rule) => retireRule(db, storeId, rule, at)),
      ...added.map((rule) => insertRule(db, storeId, rule, at)),
      ...(leadsElsewhere(terms) ? [insertLinkPutsOfProgram(storeId, id, at)] : []),
    ]);
    return done.outcome === 'conflict' ? null : { ...after, rules };
  });
}

/** Whether the edge's copies of its links have to follow. */
function leadsElsewhere({ status, destination, allowedHosts, fallbackUrl }: Partial<ProgramTerms>): boolean {
  return [status, destination, allowedHosts, fallbackUrl].some((changed) => changed !== undefined);
}

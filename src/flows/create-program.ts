import type { Context } from '../context.ts';
import { commit } from '../db/client.ts';
import { insertProgram, insertRule, type ProgramWithRules } from '../db/programs.ts';
import { type ProgramTerms, requireDestinations } from '../domain/program-terms.ts';
import { changeRules } from '../domain/rewards/change-rules.ts';
import type { RuleInput } from '../domain/rewards/rule-input.ts';

/** Makes a program with its rules in one batch. */
export async function createProgram(
  { db, newId, now }: Context,
  storeId: string,
  { rules: wanted, ...terms }: ProgramTerms & { rules: RuleInput[] },
): Promise<ProgramWithRules> {
  requireDestinations(terms);
  const at = now();
  const program = { id: newId('prg'), ...terms, version: 1, createdAt: at, updatedAt: at };
  const { rules } = changeRules(program.id, [], wanted, () => newId('rul'));
  const done = await commit(db, [
    insertProgram(db, storeId, program),
    ...rules.map((rule) => insertRule(db, storeId, rule, at)),
  ]);
  if (done.outcome === 'conflict') throw new Error(`A new program met ${done.constraint}`);
  return { ...program, rules };
}

import { type InputError, Refusal } from '../../lib/refusal.ts';
import type { Rule } from './rule.ts';
import { type RuleInput, type RuleTerms, ruleTerms } from './rule-input.ts';

export interface RuleChanges {
  /** In force after the change, by id: the oldest first. */
  rules: Rule[];
  /** To be written: new rules, and new versions of changed ones. */
  added: Rule[];
  /** No longer in force: left out, or followed by a new version. */
  retired: Rule[];
}

/** Rewards were earned by a rule as it was, so a change never touches it: it makes a new version beside it. */
export function changeRules(
  programId: string,
  current: readonly Rule[],
  wanted: readonly RuleInput[],
  newRuleId: () => string,
): RuleChanges {
  refuseUnknown(current, wanted);
  const rules = wanted.map((input): Rule => {
    const terms = ruleTerms(input);
    const old = current.find(({ id }) => id === input.id);
    if (old === undefined) return { id: newRuleId(), version: 1, programId, ...terms };
    return hasTerms(old, terms) ? old : { id: old.id, version: old.version + 1, programId, ...terms };
  });
  return {
    rules: rules.toSorted((a, b) => (a.id < b.id ? -1 : 1)),
    added: rules.filter((rule) => !current.includes(rule)),
    retired: current.filter((rule) => !rules.includes(rule)),
  };
}

function refuseUnknown(current: readonly Rule[], wanted: readonly RuleInput[]): void {
  const errors = wanted.flatMap(({ id }, index): InputError[] => {
    const pointer = `/rules/${index}/id`;
    if (id === undefined) return [];
    if (!current.some((rule) => rule.id === id)) return [{ pointer, detail: 'The program has no such rule in force.' }];
    const isRepeated = wanted.findIndex((other) => other.id === id) < index;
    return isRepeated ? [{ pointer, detail: 'This rule stands in the list already.' }] : [];
  });
  if (errors.length > 0) throw new Refusal('body_invalid', { errors });
}

function hasTerms(rule: Rule, terms: RuleTerms): boolean {
  return Object.entries(terms).every(([key, value]) => canonical(rule[key as keyof RuleTerms]) === canonical(value));
}

/** The order in which currencies are named has no meaning. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, part) =>
    part !== null && typeof part === 'object' ? Object.fromEntries(Object.entries(part).sort()) : part,
  );
}

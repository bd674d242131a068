import { and, asc, desc, eq, inArray, isNull, lt, ne, sql } from 'drizzle-orm';
import type { ProgramTerms } from '../domain/program-terms.ts';
import type { Rule } from '../domain/rewards/rule.ts';
import type { ProgramStatus } from '../domain/terms.ts';
import type { Database, Statement } from './client.ts';
import { insertLinkPutsOfProgram } from './link-records.ts';
import { PREVIEW, previewColumns } from './previews.ts';
import { programs, rules } from './schema.ts';

export interface Program extends ProgramTerms {
  id: string;
  version: number;
  createdAt: number;
  updatedAt: number;
}

/** With the rules in force, the oldest first. */
export interface ProgramWithRules extends Program {
  rules: Rule[];
}

const PROGRAM = {
  id: programs.id,
  name: programs.name,
  status: programs.status,
  destination: programs.destination,
  allowedHosts: programs.allowedHosts,
  fallbackUrl: programs.fallbackUrl,
  model: programs.model,
  attributionWindowDays: programs.attributionWindowDays,
  qualificationWindowDays: programs.qualificationWindowDays,
  timeZone: programs.timeZone,
  utm: programs.utm,
  clickDurability: programs.clickDurability,
  preview: PREVIEW,
  version: programs.version,
  createdAt: programs.createdAt,
  updatedAt: programs.updatedAt,
};

const RULE = {
  id: rules.id,
  version: rules.version,
  programId: rules.programId,
  side: rules.side,
  trigger: rules.trigger,
  kind: rules.kind,
  amounts: rules.amounts,
  basisPoints: rules.basisPoints,
  maxAmounts: rules.maxAmounts,
  includeTax: rules.includeTax,
  includeShipping: rules.includeShipping,
  minOrder: rules.minOrder,
  holdDays: rules.holdDays,
  approval: rules.approval,
  newFriendsOnly: rules.newFriendsOnly,
  limitPerAdvocate: rules.limitPerAdvocate,
  refundThresholdBasisPoints: rules.refundThresholdBasisPoints,
  priority: rules.priority,
};

export async function programById(db: Database, storeId: string, id: string): Promise<ProgramWithRules | null> {
  const [[program], programRules] = await db.query.batch([
    db.query.select(PROGRAM).from(programs).where(isProgram(storeId, id)),
    db.query
      .select(RULE)
      .from(rules)
      .where(and(eq(rules.storeId, storeId), eq(rules.programId, id), isNull(rules.retiredAt)))
      .orderBy(asc(rules.id)),
  ]);
  return program === undefined ? null : { ...program, rules: programRules };
}

export async function programsOf(
  db: Database,
  storeId: string,
  { limit, cursor, status }: { limit: number; cursor?: string | undefined; status?: ProgramStatus | undefined },
): Promise<ProgramWithRules[]> {
  const where = and(
    eq(programs.storeId, storeId),
    cursor === undefined ? undefined : lt(programs.id, cursor),
    status === undefined ? undefined : eq(programs.status, status),
  );
  const ids = db.query
    .select({ id: programs.id })
    .from(programs)
    .where(where)
    .orderBy(desc(programs.id))
    .limit(limit + 1);
  const [rows, ruleRows] = await db.query.batch([
    db.query
      .select(PROGRAM)
      .from(programs)
      .where(where)
      .orderBy(desc(programs.id))
      .limit(limit + 1),
    db.query
      .select(RULE)
      .from(rules)
      .where(and(eq(rules.storeId, storeId), inArray(rules.programId, ids), isNull(rules.retiredAt)))
      .orderBy(asc(rules.id)),
  ]);
  return rows.map((row) => ({ ...row, rules: ruleRows.filter(({ programId }) => programId === row.id) }));
}

export function insertProgram(db: Database, storeId: string, { preview, ...program }: Program): Statement {
  return db.query.insert(programs).values({ storeId, ...program, ...previewColumns(preview) });
}

/** Fails, and the batch with it, unless the program is still the version before this one. */
export function updateProgram(
  db: Database,
  storeId: string,
  { id, version, createdAt, preview, ...changed }: Program,
): Statement {
  return db.query
    .update(programs)
    .set({
      ...changed,
      ...previewColumns(preview),
      version: sql`case when ${programs.version} = ${version - 1} then ${version} end`,
    })
    .where(isProgram(storeId, id));
}

/** Closes its links too; changes nothing where it is archived already. */
export function archiveProgram(db: Database, storeId: string, id: string, now: number): Statement[] {
  return [
    db.query
      .update(programs)
      .set({ status: 'archived', version: sql`${programs.version} + 1`, updatedAt: now })
      .where(and(isProgram(storeId, id), ne(programs.status, 'archived'))),
    insertLinkPutsOfProgram(storeId, id, now),
  ];
}

export function insertRule(db: Database, storeId: string, rule: Rule, now: number): Statement {
  return db.query.insert(rules).values({ storeId, ...rule, createdAt: now });
}

export function retireRule(db: Database, storeId: string, { id, version }: Rule, now: number): Statement {
  return db.query
    .update(rules)
    .set({ retiredAt: now })
    .where(and(eq(rules.storeId, storeId), eq(rules.id, id), eq(rules.version, version)));
}

function isProgram(storeId: string, id: string) {
  return and(eq(programs.storeId, storeId), eq(programs.id, id));
}

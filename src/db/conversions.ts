import { and, eq } from 'drizzle-orm';
import type { ConversionKind, ConversionStatus, Method, Reason, Verdict } from '../domain/terms.ts';
import type { Database } from './client.ts';
import { matching, newestFirst, type PageOf } from './matching.ts';
import { conversions } from './schema.ts';

export interface Conversion {
  id: string;
  kind: ConversionKind;
  sourceId: string;
  orderId: string | null;
  programId: string | null;
  linkId: string | null;
  advocateId: string | null;
  clickId: string | null;
  method: Method | null;
  touchedAt: number | null;
  status: ConversionStatus;
  reason: Reason | null;
  verdict: Verdict;
  test: boolean;
  occurredAt: number;
  createdAt: number;
}

/** Without the external id: a sign-up that the store gave none is known by a digest of the friend. */
export const CONVERSION = {
  id: conversions.id,
  kind: conversions.kind,
  sourceId: conversions.sourceId,
  orderId: conversions.orderId,
  programId: conversions.programId,
  linkId: conversions.linkId,
  advocateId: conversions.advocateId,
  clickId: conversions.clickId,
  method: conversions.method,
  touchedAt: conversions.touchedAt,
  status: conversions.status,
  reason: conversions.reason,
  verdict: conversions.verdict,
  test: conversions.test,
  occurredAt: conversions.occurredAt,
  createdAt: conversions.createdAt,
};

const FILTERS = {
  status: conversions.status,
  kind: conversions.kind,
  advocateId: conversions.advocateId,
  programId: conversions.programId,
  orderId: conversions.orderId,
};

export type ConversionFilter = { [Name in keyof typeof FILTERS]?: string | undefined };

export async function conversionById(db: Database, storeId: string, id: string): Promise<Conversion | null> {
  const [row] = await db.query
    .select(CONVERSION)
    .from(conversions)
    .where(and(eq(conversions.storeId, storeId), eq(conversions.id, id)));
  return row ?? null;
}

export async function conversionsOf(
  db: Database,
  storeId: string,
  { limit, cursor, ...asked }: PageOf & ConversionFilter,
): Promise<Conversion[]> {
  const { after, order } = newestFirst(conversions.id, cursor, asked.advocateId, asked.orderId);
  return db.query
    .select(CONVERSION)
    .from(conversions)
    .where(and(eq(conversions.storeId, storeId), matching(FILTERS, asked), after))
    .orderBy(order)
    .limit(limit + 1);
}

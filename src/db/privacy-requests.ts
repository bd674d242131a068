import { and, eq } from 'drizzle-orm';
import type { VerifiedCallback } from '../domain/callback.ts';
import type { Identity } from '../domain/identity.ts';
import type { PrivacyRequestNotice } from '../domain/notice.ts';
import type { PrivacyRequestKind } from '../domain/terms.ts';
import type { NewId } from '../lib/ids.ts';
import type { Database, Statement } from './client.ts';
import { newestFirst, type PageOf } from './matching.ts';
import { events, privacyRequests } from './schema.ts';

/** The person is kept as digests only. */
export interface PrivacyRequest {
  id: string;
  sourceId: string;
  externalId: string;
  kind: PrivacyRequestKind;
  receivedAt: number;
}

const PRIVACY_REQUEST = {
  id: privacyRequests.id,
  sourceId: privacyRequests.sourceId,
  externalId: privacyRequests.externalId,
  kind: privacyRequests.kind,
  receivedAt: privacyRequests.receivedAt,
};

export function insertPrivacyRequest(
  db: Database,
  { source, receivedAt }: VerifiedCallback,
  { request: kind, externalId }: PrivacyRequestNotice,
  { customer, email }: Identity,
  newId: NewId,
): Statement[] {
  const { storeId } = source;
  const id = newId('prq');
  const row = { storeId, id, sourceId: source.id, externalId, kind, receivedAt };
  const data = { privacyRequestId: id, kind, sourceId: source.id };
  return [
    db.query.insert(privacyRequests).values({ ...row, customerDigest: customer, emailDigest: email }),
    db.query
      .insert(events)
      .values({ storeId, id: newId('evt'), type: 'privacy.requested', data, createdAt: receivedAt }),
  ];
}

export async function privacyRequestsOf(
  db: Database,
  storeId: string,
  { limit, cursor }: PageOf,
): Promise<PrivacyRequest[]> {
  const { after, order } = newestFirst(privacyRequests.id, cursor);
  return db.query
    .select(PRIVACY_REQUEST)
    .from(privacyRequests)
    .where(and(eq(privacyRequests.storeId, storeId), after))
    .orderBy(order)
    .limit(limit + 1);
}

import type { Context } from '../context.ts';
import { keepAlone } from '../db/callback-statements.ts';
import { commit } from '../db/client.ts';
import { insertPrivacyRequest } from '../db/privacy-requests.ts';
import type { CallbackAnswer, Told } from '../domain/callback.ts';
import { identify } from '../domain/identity.ts';
import type { PrivacyRequestNotice } from '../domain/notice.ts';

/** Somebody asks, through the platform, for their data or to be forgotten: note it once, and tell the store. */
export async function recordPrivacyRequest(
  { db, newId }: Context,
  { callback, notice }: Told<PrivacyRequestNotice>,
): Promise<CallbackAnswer> {
  const person = await identify(notice.customer, callback.source.digestKey);
  const answer = { status: 'recorded', reason: null, conversionId: null } as const;
  const written = await commit(db, [
    ...insertPrivacyRequest(db, callback, notice, person, newId),
    ...keepAlone(db, callback, answer),
  ]);
  return written.outcome === 'committed' ? answer : { ...answer, status: 'duplicate' };
}

import * as v from 'valibot';
import type { PrivacyRequest as PrivacyRequestRow } from '../../db/privacy-requests.ts';
import { PRIVACY_REQUESTS } from '../../domain/terms.ts';
import { Id, Time, time } from '../schemas.ts';

export const PrivacyRequest = v.pipe(
  v.object({
    id: Id('prq'),
    sourceId: v.pipe(Id('src'), v.description('The source through which it was asked.')),
    externalId: v.pipe(v.string(), v.description("The platform's own id of the request.")),
    kind: v.pipe(
      v.picklist(PRIVACY_REQUESTS),
      v.description(
        'export: somebody asks for their data; erase: to be forgotten; erase_store: everything of the shop is to be forgotten.',
      ),
    ),
    receivedAt: Time,
  }),
  v.title('PrivacyRequest'),
);

export const privacyRequestExample = {
  id: 'prq_01kar7b2e5f3v8t9w0x1y2z3a4',
  sourceId: 'src_01kar7b2e5f3v8t9w0x1y2z3a5',
  externalId: '9999',
  kind: 'erase',
  receivedAt: '2026-11-21T20:00:00.000Z',
} as const;

export function viewOfPrivacyRequest({ receivedAt, ...request }: PrivacyRequestRow) {
  return { ...request, receivedAt: time(receivedAt) };
}

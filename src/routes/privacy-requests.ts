import { privacyRequestsOf } from '../db/privacy-requests.ts';
import { answer } from '../http/answer.ts';
import { operation } from '../http/describe.ts';
import { Page, page, pageQuery } from '../http/paging.ts';
import { PrivacyRequest, privacyRequestExample, viewOfPrivacyRequest } from '../http/views/privacy-request.ts';

const listPrivacyRequests = operation(
  {
    method: 'get',
    path: '/v1/privacy-requests',
    operationId: 'listPrivacyRequests',
    tag: 'privacy',
    summary: 'List privacy requests',
    description:
      'What people asked for through the platforms of the sources, each once, newest first. Of who asked nothing is told, nor kept but digests: the platform knows them by the id of the request.',
    auth: { scope: 'callbacks:read' },
    query: pageQuery('prq'),
    answers: {
      200: {
        description: 'One page.',
        schema: Page(PrivacyRequest),
        example: { items: [privacyRequestExample], nextCursor: null },
      },
    },
  },
  async ({ context, principal: { storeId }, query }) =>
    answer(200, page(await privacyRequestsOf(context.db, storeId, query), query.limit, viewOfPrivacyRequest)),
);

export const privacyRequests = [listPrivacyRequests];

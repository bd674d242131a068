import * as v from 'valibot';
import { conversionById, conversionsOf } from '../db/conversions.ts';
import { explanationFacts } from '../db/explanation-facts.ts';
import { CONVERSION_KINDS } from '../domain/terms.ts';
import { answer } from '../http/answer.ts';
import { operation } from '../http/describe.ts';
import { Page, page, pageQuery } from '../http/paging.ts';
import { Id } from '../http/schemas.ts';
import { Conversion, ConversionStatus, conversionExample, viewOfConversion } from '../http/views/conversion.ts';
import { Explanation, explanationExample, viewOfExplanation } from '../http/views/explanation.ts';
import { Refusal } from '../lib/refusal.ts';

const listConversions = operation(
  {
    method: 'get',
    path: '/v1/conversions',
    operationId: 'listConversions',
    tag: 'conversions',
    summary: 'List conversions',
    description: 'Every sign-up and order that was judged, credited or not, newest first.',
    auth: { scope: 'conversions:read' },
    query: {
      ...pageQuery('cnv'),
      status: v.optional(ConversionStatus),
      kind: v.optional(v.picklist(CONVERSION_KINDS)),
      advocateId: v.optional(Id('adv')),
      programId: v.optional(Id('prg')),
      orderId: v.optional(Id('ord')),
    },
    answers: {
      200: {
        description: 'One page.',
        schema: Page(Conversion),
        example: { items: [conversionExample], nextCursor: null },
      },
    },
  },
  async ({ context, principal: { storeId }, query }) =>
    answer(200, page(await conversionsOf(context.db, storeId, query), query.limit, viewOfConversion)),
);

const getConversion = operation(
  {
    method: 'get',
    path: '/v1/conversions/{conversionId}',
    operationId: 'getConversion',
    tag: 'conversions',
    summary: 'Get a conversion',
    description: 'Who was credited, and by what; its explanation says why.',
    auth: { scope: 'conversions:read' },
    answers: { 200: { description: 'The conversion.', schema: Conversion, example: conversionExample } },
  },
  async ({ context, principal: { storeId }, params: { conversionId } }) => {
    const conversion = await conversionById(context.db, storeId, conversionId);
    if (conversion === null) throw new Refusal('conversion_not_found');
    return answer(200, viewOfConversion(conversion));
  },
);

const explainConversion = operation(
  {
    method: 'get',
    path: '/v1/conversions/{conversionId}/explanation',
    operationId: 'explainConversion',
    tag: 'conversions',
    summary: 'Explain a conversion',
    description:
      'Why it was credited, or was not: every touch and why it won or lost, every check, every rule with its calculation, as they stood when it was judged; and what came of it: the order with its refunds, the rewards with every move, and the ledger.',
    auth: { scope: 'conversions:read' },
    answers: { 200: { description: 'The explanation.', schema: Explanation, example: explanationExample } },
  },
  async ({ context, principal: { storeId }, params: { conversionId } }) => {
    const facts = await explanationFacts(context.db, storeId, conversionId);
    if (facts === null) throw new Refusal('conversion_not_found');
    return answer(200, viewOfExplanation(facts, context.now()));
  },
);

export const conversions = [listConversions, getConversion, explainConversion];

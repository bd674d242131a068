import * as v from 'valibot';
import { clickById, clicksOf } from '../db/clicks.ts';
import { CHANNELS } from '../domain/terms.ts';
import { answer } from '../http/answer.ts';
import { operation } from '../http/describe.ts';
import { Page, page, pageQuery } from '../http/paging.ts';
import { Id, TimeInput } from '../http/schemas.ts';
import { Click, ClickKind, clickExample, viewOfClick } from '../http/views/click.ts';
import { Refusal } from '../lib/refusal.ts';

const listClicks = operation(
  {
    method: 'get',
    path: '/v1/clicks',
    operationId: 'listClicks',
    tag: 'clicks',
    summary: 'List clicks',
    description: 'Every request that followed a link, newest first. A click is here a few seconds after it was made.',
    auth: { scope: 'clicks:read' },
    query: {
      ...pageQuery('clk'),
      linkId: v.optional(Id('lnk')),
      kind: v.optional(ClickKind),
      channel: v.optional(v.picklist(CHANNELS)),
      from: v.optional(v.pipe(TimeInput, v.description('Not before this moment.'))),
      to: v.optional(v.pipe(TimeInput, v.description('Before this moment.'))),
    },
    answers: {
      200: { description: 'One page.', schema: Page(Click), example: { items: [clickExample], nextCursor: null } },
    },
  },
  async ({ context, principal: { storeId }, query }) =>
    answer(200, page(await clicksOf(context.db, storeId, query), query.limit, viewOfClick)),
);

const getClick = operation(
  {
    method: 'get',
    path: '/v1/clicks/{clickId}',
    operationId: 'getClick',
    tag: 'clicks',
    summary: 'Get a click',
    description: 'One request that followed a link.',
    auth: { scope: 'clicks:read' },
    answers: { 200: { description: 'The click.', schema: Click, example: clickExample } },
  },
  async ({ context, principal: { storeId }, params: { clickId } }) => {
    const click = await clickById(context.db, storeId, clickId);
    if (click === null) throw new Refusal('click_not_found');
    return answer(200, viewOfClick(click));
  },
);

export const clicks = [listClicks, getClick];

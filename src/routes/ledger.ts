import * as v from 'valibot';
import { balancesOfAdvocate, balancesOfFriend, entriesOf, ledgerCheck } from '../db/ledger.ts';
import { answer } from '../http/answer.ts';
import { operation } from '../http/describe.ts';
import { Page, page, pageQuery } from '../http/paging.ts';
import { Id } from '../http/schemas.ts';
import { LedgerEntry, ledgerEntryExample, viewOfLedgerEntry } from '../http/views/ledger-entry.ts';
import { Amount, balances as balanceEntries, Currency, withTotal } from '../http/views/money.ts';
import { RewardState, Side } from '../http/views/reward.ts';
import { Refusal } from '../lib/refusal.ts';

const Balance = v.pipe(v.object({ side: Side, currency: Currency, ...balanceEntries }), v.title('Balance'));

const Sums = v.object(balanceEntries);

const Mismatch = v.object({
  rewardId: Id('rwd'),
  state: RewardState,
  currency: Currency,
  amount: Amount('What was granted'),
  reversed: Amount('What was taken back'),
  expected: v.pipe(Sums, v.description('Where the state of the reward puts what is left of it.')),
  found: v.pipe(Sums, v.description('What its entries add up to.')),
  strays: v.pipe(v.number(), v.integer(), v.description('Entries that name another side, holder or currency.')),
});

const balanceExample = { side: 'advocate', currency: 'EUR', pending: 499, approved: 0, issued: 1200, total: 1699 };

const listEntries = operation(
  {
    method: 'get',
    path: '/v1/ledger/entries',
    operationId: 'listLedgerEntries',
    tag: 'ledger',
    summary: 'List ledger entries',
    description: 'Newest first. An entry is never changed and never deleted: what was wrong is set right by another.',
    auth: { scope: 'ledger:read' },
    query: {
      ...pageQuery('led'),
      rewardId: v.optional(Id('rwd')),
      advocateId: v.optional(v.pipe(Id('adv'), v.description('Who brought the friend, on either side.'))),
      side: v.optional(Side),
    },
    answers: {
      200: {
        description: 'One page.',
        schema: Page(LedgerEntry),
        example: { items: [ledgerEntryExample], nextCursor: null },
      },
    },
  },
  async ({ context, principal: { storeId }, query }) =>
    answer(200, page(await entriesOf(context.db, storeId, query), query.limit, viewOfLedgerEntry)),
);

const listBalances = operation(
  {
    method: 'get',
    path: '/v1/ledger/balances',
    operationId: 'listBalances',
    tag: 'ledger',
    summary: 'Get the balances of an advocate or a friend',
    description:
      'In each currency, the sum of all entries. A friend has no id of ours: ask for the friend of any of their conversions. Money of different currencies is never added up.',
    auth: { scope: 'ledger:read' },
    query: {
      advocateId: v.optional(v.pipe(Id('adv'), v.description('What this advocate earned. Give this or friendOf.'))),
      friendOf: v.optional(v.pipe(Id('cnv'), v.description('What the friend of this conversion earned, by any.'))),
    },
    answers: {
      200: {
        description: 'None in a currency in which nothing was earned.',
        schema: v.object({ items: v.array(Balance) }),
        example: { items: [balanceExample] },
      },
    },
    refusals: ['advocate_not_found', 'conversion_not_found'],
  },
  async ({ context: { db }, principal: { storeId }, query: { advocateId, friendOf } }) => {
    if ((advocateId === undefined) === (friendOf === undefined)) throw eitherOne();
    const balances =
      advocateId === undefined
        ? await balancesOfFriend(db, storeId, friendOf ?? '')
        : await balancesOfAdvocate(db, storeId, advocateId);
    if (balances === null) throw new Refusal(advocateId === undefined ? 'conversion_not_found' : 'advocate_not_found');
    return answer(200, { items: balances.map(withTotal) });
  },
);

const checkLedger = operation(
  {
    method: 'get',
    path: '/v1/ledger/check',
    operationId: 'checkLedger',
    tag: 'ledger',
    summary: 'Check the ledger',
    description: 'Compares every reward of the store with the sum of its entries.',
    auth: { scope: 'ledger:read' },
    answers: {
      200: {
        description: 'Whether the books are right, and if not, where.',
        schema: v.object({
          balanced: v.boolean(),
          rewards: v.pipe(v.number(), v.integer()),
          entries: v.pipe(v.number(), v.integer()),
          mismatches: v.pipe(v.array(Mismatch), v.description('The first 100.')),
        }),
        example: { balanced: true, rewards: 1240, entries: 2911, mismatches: [] },
      },
    },
  },
  async ({ context, principal: { storeId } }) => {
    const { mismatches, ...counts } = await ledgerCheck(context.db, storeId);
    const items = mismatches.map(({ expected, found, ...rest }) => ({
      ...rest,
      expected: withTotal(expected),
      found: withTotal(found),
    }));
    return answer(200, { balanced: items.length === 0, ...counts, mismatches: items });
  },
);

function eitherOne(): Refusal {
  const detail = 'Give either advocateId or friendOf, and not both.';
  return new Refusal('query_invalid', { detail, errors: [{ pointer: '#query/advocateId', detail }] });
}

export const ledger = [listEntries, listBalances, checkLedger];

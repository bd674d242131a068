import { describe, expect, it } from 'vitest';
import { callbackById, callbacksOf, callbacksToReplay, forgetRequestsBefore } from '../../src/db/callbacks.ts';
import { clickById, clicksOf } from '../../src/db/clicks.ts';
import type { Database } from '../../src/db/client.ts';
import { type ConversionKey, conversionFacts } from '../../src/db/conversion-facts.ts';
import { conversionById, conversionsOf } from '../../src/db/conversions.ts';
import { explanationFacts } from '../../src/db/explanation-facts.ts';
import { balancesOfAdvocate, balancesOfFriend, entriesOf } from '../../src/db/ledger.ts';
import { linkRecordByCode } from '../../src/db/link-records.ts';
import { orderById, ordersOf } from '../../src/db/orders.ts';
import { privacyRequestsOf } from '../../src/db/privacy-requests.ts';
import { type ReversalKey, reversalFacts } from '../../src/db/reversal-facts.ts';
import { dueRewards, rewardById, rewardsOf } from '../../src/db/rewards.ts';
import { createDatabase } from '../support/database.ts';
import { plansOf } from '../support/plans.ts';

const STORE = 'sto_1';
const PAGE = { limit: 20, cursor: 'cursor' };

const CONVERSION: ConversionKey = {
  storeId: STORE,
  sourceId: 'x',
  account: 'x',
  messageId: 'x',
  kind: 'order',
  externalId: 'x',
  names: ['y'],
  friend: { customer: 'x', email: 'x' },
  addressDigest: null,
  codes: ['x'],
  clickIds: ['x'],
  signedClicks: [{ clickId: 'x', linkId: 'x', at: 0 }],
  forgedTokens: 0,
  countTests: false,
  occurredAt: 0,
};

const REFUND: ReversalKey = {
  storeId: STORE,
  sourceId: 'x',
  account: 'x',
  messageId: 'x',
  orderExternalId: 'x',
  kind: 'refund',
  externalId: 'x',
};

/** Reads a whole table, or all that the store has in it; its rules, a few a program, may be read whole. */
const WALK = /^SCAN (?!CONSTANT ROW)|^SEARCH (?!rules ).*\(store_id=\?( AND id<\?)?\)/;

describe('what is asked for by an index', () => {
  it.each<[string, (db: Database) => Promise<unknown>]>([
    ['a click', (db) => clickById(db, STORE, 'x')],
    ['the clicks of a link', (db) => clicksOf(db, STORE, { ...PAGE, linkId: 'x' })],
    ['the record of a link', (db) => linkRecordByCode(db, 'x', 'x')],
    ['an order', (db) => orderById(db, STORE, 'x')],
    ['a conversion', (db) => conversionById(db, STORE, 'x')],
    ['the conversions of an advocate', (db) => conversionsOf(db, STORE, { ...PAGE, advocateId: 'x' })],
    ['the conversion of an order', (db) => conversionsOf(db, STORE, { ...PAGE, orderId: 'x' })],
    ['an explanation', (db) => explanationFacts(db, STORE, 'x')],
    ['a reward', (db) => rewardById(db, STORE, 'x')],
    ['the rewards of an advocate', (db) => rewardsOf(db, STORE, { ...PAGE, advocateId: 'x', state: 'held' })],
    ['the rewards of a conversion', (db) => rewardsOf(db, STORE, { ...PAGE, conversionId: 'x' })],
    ['the rewards whose hold is over', (db) => dueRewards(db, 0, 50)],
    ['the entries of a reward', (db) => entriesOf(db, STORE, { ...PAGE, rewardId: 'x' })],
    ['the entries of an advocate', (db) => entriesOf(db, STORE, { ...PAGE, advocateId: 'x', side: 'friend' })],
    ['the balances of an advocate', (db) => balancesOfAdvocate(db, STORE, 'x')],
    ['what a conversion depends on', (db) => conversionFacts(db, CONVERSION)],
    ['what a refund depends on', (db) => reversalFacts(db, REFUND)],
    ['a callback', (db) => callbackById(db, STORE, 'x')],
    ['the callbacks of a source', (db) => callbacksOf(db, STORE, { ...PAGE, sourceId: 'x' })],
    ['the callbacks of a type', (db) => callbacksOf(db, STORE, { ...PAGE, type: 'x' })],
    [
      'the callbacks of a status in a time',
      (db) => callbacksOf(db, STORE, { ...PAGE, status: 'held', from: 0, to: 1 }),
    ],
    ['the callbacks of a time', (db) => callbacksOf(db, STORE, { limit: 20, from: 0, to: 1 })],
    ['the callbacks to replay', (db) => callbacksToReplay(db, STORE, { ...PAGE, status: 'unusable' })],
    ['the balances of a friend', (db) => balancesOfFriend(db, STORE, 'x')],
  ])('is found without walking through the store: %s', async (_, read) => {
    const plans = await plansOf(read);
    expect(plans.length).toBeGreaterThan(0);
    expect(plans.filter((plan) => WALK.test(plan))).toEqual([]);
  });

  it('is found by it too when it is the id that the store gave an order', async () => {
    const plans = await plansOf((db) => ordersOf(db, STORE, { ...PAGE, externalId: 'x' }));
    expect(plans.join()).toContain('(store_id=? AND account=? AND external_id=?)');
  });
});

describe('the requests of callbacks', () => {
  it('that are too old are found by an index that holds no others', async () => {
    const database = createDatabase();
    const statement = forgetRequestsBefore(database, 0, 200);
    const { sql, params } = 'toSQL' in statement ? statement.toSQL() : { sql: '', params: [] };
    const { rows } = await database.client.execute({ sql: `explain query plan ${sql}`, args: params as number[] });
    const plans = rows.map(({ detail }) => detail);
    expect(plans.join()).toContain('callbacks_sealed (received_at<?)');
    expect(plans.join()).not.toContain('SCAN');
  });
});

describe('a list without a filter', () => {
  it.each<[string, (db: Database) => Promise<unknown>]>([
    ['clicks', (db) => clicksOf(db, STORE, PAGE)],
    ['orders', (db) => ordersOf(db, STORE, PAGE)],
    ['conversions', (db) => conversionsOf(db, STORE, PAGE)],
    ['rewards', (db) => rewardsOf(db, STORE, PAGE)],
    ['entries', (db) => entriesOf(db, STORE, PAGE)],
    ['callbacks', (db) => callbacksOf(db, STORE, PAGE)],
    ['privacy requests', (db) => privacyRequestsOf(db, STORE, PAGE)],
  ])('of %s is read in the order of ids, with no sorting', async (_, read) => {
    const plans = await plansOf(read);
    expect(plans[0]).toContain('(store_id=? AND id<?)');
    expect(plans.join()).not.toContain('TEMP B-TREE');
  });
});

import { commit } from '../../src/db/client.ts';
import { insertReward } from '../../src/db/reward-statements.ts';
import {
  advocates,
  clicks,
  conversions,
  links,
  orderChanges,
  orders,
  programs,
  rules,
  sources,
} from '../../src/db/schema.ts';
import { grantEntry } from '../../src/domain/rewards/ledger.ts';
import type { Approval, Verdict } from '../../src/domain/terms.ts';
import { createNewId } from '../../src/lib/ids.ts';
import type { TestApp } from './app.ts';

export interface CreditRows {
  programId: string;
  advocateId: string;
  linkId: string;
  clickId: string;
  orderId: string;
  conversionId: string;
  rewardIds: string[];
}

export interface CreditOptions {
  approval?: Approval;
  verdict?: Verdict;
  /** How many rewards of 5.00 USD are held, each by a rule of its own. */
  rewards?: number;
  /** From now on. */
  heldFor?: number;
}

/** An order of a friend that was credited, with all that it hangs on, written straight into the tables in one trip. */
export async function insertCredit(
  { database, clock }: TestApp,
  storeId: string,
  { approval = 'automatic', verdict = 'pass', rewards = 1, heldFor = 0 }: CreditOptions = {},
): Promise<CreditRows> {
  const now = clock.now();
  const newId = createNewId(clock.now);
  const { query } = database;
  const [programId, advocateId, linkId, clickId] = [newId('prg'), newId('adv'), newId('lnk'), newId('clk')];
  const [sourceId, orderId, conversionId] = [newId('src'), newId('ord'), newId('cnv')];
  const made = { storeId, createdAt: now, updatedAt: now };
  const of = { storeId, programId, linkId };
  const window = { model: 'last_touch' as const, attributionWindowDays: 30 };
  const program = { name: 'Give and get', status: 'active' as const, destination: 'https://shop.example/', version: 1 };
  const order = { account: 'default', externalId: orderId, sourceId, currency: 'USD' };
  const friend = { customerDigest: `friend of ${orderId}`, emailDigest: null };
  const touch = { advocateId, programId, linkId, clickId, method: 'click' as const, touchedAt: now };
  const explanation = { model: 'last_touch' as const, windowDays: 30, winner: { ...touch }, losers: [] };
  const rewardIds = Array.from({ length: rewards }, () => newId('rwd'));
  const ruleIds = rewardIds.map(() => newId('rul'));
  const done = await commit(database, [
    query.insert(programs).values({ ...made, ...program, ...window, id: programId, allowedHosts: ['shop.example'] }),
    query.insert(advocates).values({ ...made, id: advocateId, customerId: advocateId, customerDigest: advocateId }),
    query.insert(links).values({
      ...{ ...made, id: linkId, programId, advocateId, host: 'go.example.com', code: linkId },
      ...{ enabled: true, version: 1 },
    }),
    query.insert(sources).values({
      ...{ ...made, id: sourceId, name: 'Shop', account: 'default', scheme: 'standard_webhooks', config: {} },
      enabled: true,
    }),
    query.insert(clicks).values({
      ...of,
      id: clickId,
      at: now,
      kind: 'human',
      channel: 'qr',
      country: 'FR',
      agent: 'mobile',
      tag: clickId,
    }),
    query.insert(orders).values({
      ...{ storeId, id: orderId, ...order, ...friend, subtotal: 5000, tax: 0, shipping: 0, refunded: 0 },
      ...{ test: false, placedAt: now, createdAt: now },
    }),
    query.insert(orderChanges).values({
      ...{ storeId, account: 'default', orderExternalId: orderId, seq: 1, kind: 'paid' as const, externalId: orderId },
      ...{ amount: 5000, currency: 'USD', occurredAt: now, receivedAt: now },
    }),
    query.insert(conversions).values({
      ...{
        storeId,
        id: conversionId,
        ...touch,
        ...friend,
        account: 'default',
        kind: 'order' as const,
        sourceId,
        orderId,
      },
      ...{ externalId: orderId, status: 'credited' as const, verdict, test: false, occurredAt: now, createdAt: now },
      explanation: { ...explanation, unknown: [], checks: [], rules: [] },
    }),
    ...ruleIds.map((id) =>
      query.insert(rules).values({
        ...{ storeId, id, version: 1, programId, side: 'advocate', trigger: 'purchase', kind: 'store_credit' },
        ...{ amounts: { USD: 500 }, minOrder: {}, includeTax: false, includeShipping: false, newFriendsOnly: true },
        ...{ approval, holdDays: 14, refundThresholdBasisPoints: 5000, priority: 0, createdAt: now },
      }),
    ),
    ...rewardIds.flatMap((id, index) => {
      const by = { ruleId: ruleIds[index] ?? '', ruleVersion: 1, programId, advocateId, side: 'advocate' as const };
      const what = { kind: 'store_credit' as const, currency: 'USD', amount: 500, base: 5000, state: 'held' as const };
      const reward = { ...made, id, conversionId, ...by, ...what, friend: friend.customerDigest, limit: null };
      return insertReward({ ...reward, heldUntil: now + heldFor }, [grantEntry(500)], newId);
    }),
  ]);
  if (done.outcome === 'conflict') throw new Error(`The rows of a credit met ${done.constraint}`);
  return { programId, advocateId, linkId, clickId, orderId, conversionId, rewardIds };
}

import { commit, type Statement } from '../../src/db/client.ts';
import { insertReward, type NewReward } from '../../src/db/reward-statements.ts';
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
  const rewardIds = Array.from({ length: rewards }, () => newId('rwd'));
  const made = { storeId, createdAt: now, updatedAt: now };
  const told = { storeId, sourceId, account: 'default', externalId: orderId, createdAt: now, test: false };
  const friend = { customerDigest: `friend of ${orderId}`, emailDigest: null };
  const touch = { advocateId, programId, linkId, clickId, method: 'click', touchedAt: now } as const;

  const program = query.insert(programs).values({
    ...made,
    ...{ id: programId, name: 'Give and get', status: 'active', version: 1, model: 'last_touch' },
    ...{ destination: 'https://shop.example/', allowedHosts: ['shop.example'], attributionWindowDays: 30 },
  });
  const advocate = { ...made, id: advocateId, customerId: advocateId, customerDigest: advocateId };
  const link = { ...made, id: linkId, programId, advocateId, host: 'go.example.com', code: linkId, enabled: true };
  const source = { ...made, id: sourceId, name: 'Shop', account: 'default', scheme: 'standard_webhooks', config: {} };
  const click = query.insert(clicks).values({
    ...{ storeId, id: clickId, linkId, programId, at: now },
    ...{ kind: 'human', channel: 'qr', country: 'FR', agent: 'mobile', tag: clickId },
  });
  const order = query.insert(orders).values({
    ...{ ...told, ...friend, id: orderId, placedAt: now },
    ...{ currency: 'USD', subtotal: 5000, tax: 0, shipping: 0, refunded: 0 },
  });
  const paid = query.insert(orderChanges).values({
    ...{ storeId, account: 'default', orderExternalId: orderId, seq: 1, kind: 'paid', externalId: orderId },
    ...{ amount: 5000, currency: 'USD', occurredAt: now, receivedAt: now },
  });
  const conversion = query.insert(conversions).values({
    ...{ ...told, ...friend, ...touch, id: conversionId, kind: 'order', orderId, occurredAt: now },
    ...{ status: 'credited', verdict },
    explanation: { model: 'last_touch', windowDays: 30, winner: touch, losers: [], unknown: [], checks: [], rules: [] },
  });

  function rewardRows(id: string): Statement[] {
    const ruleId = newId('rul');
    const side = 'advocate';
    const kind = 'store_credit';
    const rule = query.insert(rules).values({
      ...{ storeId, id: ruleId, version: 1, programId, side, trigger: 'purchase', kind, amounts: { USD: 500 } },
      ...{ minOrder: {}, includeTax: false, includeShipping: false, newFriendsOnly: true, priority: 0 },
      ...{ approval, holdDays: 14, refundThresholdBasisPoints: 5000, createdAt: now },
    });
    const reward: NewReward = {
      ...{ ...made, id, conversionId, programId, advocateId, ruleId, ruleVersion: 1, friend: friend.customerDigest },
      ...{ side, kind, currency: 'USD', amount: 500, base: 5000, heldUntil: now + heldFor, limit: null },
      state: 'held',
    };
    return [rule, ...insertReward(reward, [grantEntry(500)], newId)];
  }

  const done = await commit(database, [
    program,
    query.insert(advocates).values(advocate),
    query.insert(links).values({ ...link, version: 1 }),
    query.insert(sources).values({ ...source, enabled: true }),
    ...[click, order, paid, conversion],
    ...rewardIds.flatMap(rewardRows),
  ]);
  if (done.outcome === 'conflict') throw new Error(`The rows of a credit met ${done.constraint}`);
  return { programId, advocateId, linkId, clickId, orderId, conversionId, rewardIds };
}

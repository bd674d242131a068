import { expect } from 'vitest';
import { createTestApp, type TestApp } from '../app.ts';
import { HOUR, MINUTE } from '../clock.ts';
import { createShop, type Shop } from '../shop.ts';
import { type End, endsOf } from './ends.ts';
import { openSender, type Platform } from './platform.ts';
import { twice } from './sequences.ts';

/** How many orders are told of at the same time. */
const LANES = 8;

/** Tells of one order for each sequence, everything twice: every one of them must come to this end. */
export async function expectEnd(platform: Platform, sequences: string[][], end: End): Promise<void> {
  const ends = await endsOfSequences(platform, sequences);
  expect(ends).toEqual(Object.fromEntries(sequences.map((sequence) => [sequence.join(' → '), end])));
}

async function endsOfSequences(platform: Platform, sequences: string[][]): Promise<Record<string, End>> {
  const app = await createTestApp();
  const shop = await createShop(app);
  const sender = await openSender(app, shop, platform);
  app.clock.advance(HOUR);
  const told: Record<string, string> = {};
  const players = sequences.map((sequence, index) => {
    const number = index + 1;
    const purchase = { number, code: shop.ann.code, paidAt: app.clock.now() - HOUR };
    told[platform.orderId(purchase)] = sequence.join(' → ');
    return { number, story: platform.story(purchase), steps: twice(sequence, number) };
  });

  async function tell({ number, story, steps }: (typeof players)[number], turn: number): Promise<void> {
    const step = steps[turn];
    const message = story[step?.told ?? '']?.(`${number}-${step?.message}`);
    if (message === undefined) throw new Error(`The story has no ${step?.told}`);
    const answer = await sender.post(message);
    expect(answer.status, answer.text).toBe(200);
  }

  const turns = Math.max(...players.map(({ steps }) => steps.length));
  for (let at = 0; at < players.length; at += LANES) {
    for (let turn = 0; turn < turns; turn += 1) {
      app.clock.advance(MINUTE);
      await Promise.all(players.slice(at, at + LANES).map((player) => tell(player, turn)));
    }
  }

  const ends = await endsOf(app);
  await expectBalance(app, shop, Object.values(ends));
  return Object.fromEntries(Object.entries(ends).map(([orderId, end]) => [told[orderId] ?? orderId, end]));
}

/** The balance of the advocate is the sum of the ledger, and that of what is left of the rewards. */
export async function expectBalance({ request }: TestApp, shop: Shop, ends: End[]): Promise<void> {
  const rewards = ends.flatMap((end) => end.rewards);
  const { body } = await request('GET', '/v1/ledger/check', { key: shop.key });
  expect(body).toMatchObject({ rewards: rewards.length, mismatches: [] });
  const left = rewards
    .filter(({ side }) => side === 'advocate')
    .reduce((sum, { amount, reversed }) => sum + amount - reversed, 0);
  expect(await shop.balances(shop.ann.id)).toMatchObject([{ currency: 'USD', total: left }]);
}

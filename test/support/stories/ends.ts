import type { TestApp } from '../app.ts';

/** What is left of a reward, by its own row and by the sum of its ledger entries. */
export interface RewardEnd {
  side: string;
  state: string;
  amount: number;
  reversed: number;
  ledger: { pending: number; approved: number; issued: number };
}

const NOTHING = { pending: 0, approved: 0, issued: 0 };

/** Where an order has come to. */
export interface End {
  subtotal: number;
  refunded: number;
  cancelled: boolean;
  disputed: boolean;
  conversions: number;
  /** How many grants of rewards the outside world is told of. */
  granted: number;
  rewards: RewardEnd[];
}

/** The ends of all orders that the database holds, by the sender's id of each. */
export async function endsOf({ database }: TestApp): Promise<Record<string, End>> {
  const [orders, rewards] = await database.client.batch([
    `select external_id, subtotal, refunded, cancelled_at, disputed_at,
      (select count(*) from conversions where conversions.order_id = orders.id) as conversions,
      (select count(*) from events join conversions on conversions.order_id = orders.id
        where events.type = 'reward.granted' and json_extract(events.data, '$.conversionId') = conversions.id) as granted
    from orders`,
    `select orders.external_id, rewards.side, rewards.state, rewards.amount, rewards.reversed,
      sum(pending) as pending, sum(approved) as approved, sum(issued) as issued
    from orders join conversions on conversions.order_id = orders.id
      join rewards on rewards.conversion_id = conversions.id
      left join ledger_entries on ledger_entries.reward_id = rewards.id
    group by rewards.id order by rewards.side`,
  ]);
  const ends: Record<string, End> = {};
  for (const row of orders?.rows ?? []) {
    ends[String(row['external_id'])] = {
      subtotal: Number(row['subtotal']),
      refunded: Number(row['refunded']),
      cancelled: row['cancelled_at'] !== null,
      disputed: row['disputed_at'] !== null,
      conversions: Number(row['conversions']),
      granted: Number(row['granted']),
      rewards: [],
    };
  }
  for (const row of rewards?.rows ?? []) {
    ends[String(row['external_id'])]?.rewards.push({
      side: String(row['side']),
      state: String(row['state']),
      amount: Number(row['amount']),
      reversed: Number(row['reversed']),
      ledger: { pending: Number(row['pending']), approved: Number(row['approved']), issued: Number(row['issued']) },
    });
  }
  return ends;
}

/** The sum of both refunds in cents, its part of 5.00 that was 10 %, and 5.00 that was fixed. */
export const REFUNDED: End = {
  ...{ subtotal: 4995, refunded: 2955, cancelled: false, disputed: false, conversions: 1, granted: 2 },
  rewards: [
    {
      ...{ side: 'advocate', state: 'held', amount: 500, reversed: 251 },
      ledger: { pending: 249, approved: 0, issued: 0 },
    },
    { ...{ side: 'friend', state: 'voided', amount: 500, reversed: 500 }, ledger: NOTHING },
  ],
};

export const CANCELLED: End = {
  ...{ ...REFUNDED, cancelled: true },
  rewards: REFUNDED.rewards.map((reward) => ({ ...reward, state: 'voided', reversed: 500, ledger: NOTHING })),
};

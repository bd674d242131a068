import type { Json, TestAnswer, TestApp } from './app.ts';
import { signStandardWebhooks } from './signers.ts';

export const BROWSER = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0';

export interface Advocate {
  id: string;
  customerId: string;
  linkId: string;
  url: string;
  code: string;
}

export interface Shop {
  key: string;
  programId: string;
  sourceId: string;
  secret: string;
  /** Ann, customer `ann` with the address ann@example.com. */
  ann: Advocate;
  enrol(customerId: string, email?: string): Promise<Advocate>;
  /** A friend follows the link; answers the click token. */
  follow(advocate: Advocate): Promise<string>;
  /** Posts a signed neutral event, under a new message id unless one is given. */
  post(type: string, data: Json, options?: { messageId?: string }): Promise<TestAnswer>;
  rewards(conversionId: string): Promise<{ advocate: Json; friend: Json }>;
  explanation(conversionId: string): Promise<Json>;
  balances(advocateId: string): Promise<Json[]>;
}

export const ADVOCATE_RULE = {
  side: 'advocate',
  trigger: 'purchase',
  kind: 'store_credit',
  value: { type: 'percent', basisPoints: 1000 },
};

export const FRIEND_RULE = {
  side: 'friend',
  trigger: 'purchase',
  kind: 'coupon',
  value: { type: 'fixed', amounts: { USD: 500, JPY: 500, KWD: 1500 } },
  holdDays: 0,
};

/** A store that is ready to credit, set up over the API: 10 % for the advocate, a fixed coupon for the friend. */
export async function createShop(
  app: TestApp,
  { program = {}, side = 'live' }: { program?: Json; side?: 'live' | 'test' } = {},
): Promise<Shop> {
  const key = app.store[side].secretKey;
  const made = async (method: string, path: string, body: Json): Promise<Json> => {
    const answer = await app.request(method, path, { key, body });
    if (answer.status !== 201 && answer.status !== 200) throw new Error(`${method} ${path}: ${answer.text}`);
    return answer.body;
  };
  const read = async (path: string): Promise<Json> => {
    const answer = await app.request('GET', path, { key });
    if (answer.status !== 200) throw new Error(`GET ${path}: ${answer.text}`);
    return answer.body;
  };
  const { id: programId } = await made('POST', '/v1/programs', {
    name: 'Give 5, get 10 %',
    destination: 'https://shop.example.com/welcome?lang=en#top',
    allowedHosts: ['shop.example.com'],
    rules: [ADVOCATE_RULE, FRIEND_RULE],
    ...program,
  });
  const source = await made('POST', '/v1/sources', { name: 'Own shop', scheme: 'standard_webhooks' });
  let messages = 0;

  const shop: Omit<Shop, 'ann'> = {
    key,
    programId,
    sourceId: source.id,
    secret: source.secret,

    async enrol(customerId, email) {
      const advocate = await made('POST', '/v1/advocates', { customerId, ...(email === undefined ? {} : { email }) });
      const link = await made('POST', '/v1/links', { programId, advocateId: advocate.id });
      return { id: advocate.id, customerId, linkId: link.id, url: link.url, code: link.code };
    },

    async follow({ url }) {
      const response = await app.fetch(new Request(url, { headers: { 'User-Agent': BROWSER } }));
      const token = new URL(response.headers.get('Location') ?? 'https://nowhere.example').searchParams.get('gw');
      if (token === null) throw new Error(`${url} answered ${response.status} without a token`);
      return token;
    },

    post(type, data, { messageId } = {}) {
      messages += 1;
      const body = JSON.stringify({ type, data });
      const id = messageId ?? `msg_${messages}`;
      const timestamp = Math.floor(app.clock.now() / 1000);
      const headers = signStandardWebhooks({ secret: source.secret, id, timestamp, body });
      return app.request('POST', `/callbacks/${source.id}`, { key: null, body, headers });
    },

    async rewards(conversionId) {
      const { items } = await read(`/v1/rewards?conversionId=${conversionId}`);
      const of = (side: string) => items.find((reward: Json) => reward.side === side);
      return { advocate: of('advocate'), friend: of('friend') };
    },

    explanation: (conversionId) => read(`/v1/conversions/${conversionId}/explanation`),

    async balances(advocateId) {
      return (await read(`/v1/ledger/balances?advocateId=${advocateId}`)).items;
    },
  };
  return { ...shop, ann: await shop.enrol('ann', 'ann@example.com') };
}

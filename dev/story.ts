import { Webhook } from 'standardwebhooks';
import { formatMoney } from '../src/lib/money.ts';
import { type Api, apiAt, UnexpectedAnswer } from './api.ts';
import { type DemoStore, makeDemoStore } from './demo-store.ts';

interface Answer {
  status: string;
  reason: string | null;
  conversionId: string;
}

interface Reward {
  id: string;
  side: string;
  kind: string;
  state: string;
  currency: string;
  amount: number;
  reversed: number;
}

const ORDER = { orderId: 'order-1001', currency: 'USD', subtotal: 5000, tax: 400, shipping: 500 };
const FRIEND = { id: 'customer-2', email: 'ben@example.com' };
const BROWSER = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36';

/** One referral from the empty store to the explained credit; throws at the first step that is not as told. */
export async function playStory(
  url: string,
  deploymentToken: string,
  say: (line: string) => void = console.log,
): Promise<void> {
  const tell = (what: string, came: string) => say(`  ✓ ${what}: ${came}`);
  const api = apiAt(url);
  const store = await makeDemoStore(api, deploymentToken, 'https://shop.example.com/welcome?lang=en#top');
  tell('A store with a program, Ann the advocate, and a signed source', `link ${store.linkUrl}`);

  const token = await follow(store);
  tell('Ben follows the link', '302, and the shop gets a signed click token');
  const click = await clickOf(api, store);
  tell('The click is in the log', `${click.kind}, ${click.id}`);

  const order = { type: 'order.paid', data: { ...ORDER, customer: FRIEND, clickToken: token } };
  const credit = await post(store, order);
  expect(credit.status, 'credited', 'the order callback');
  tell('Ben buys for 50.00 USD; the shop posts a signed callback', `credited as ${credit.conversionId}`);
  const again = await post(store, order);
  expect(again.status, 'duplicate', 'the same order once more');
  expect(again.conversionId, credit.conversionId, 'the conversion of the duplicate');
  tell('The shop posts it once more', 'duplicate, nothing happens');

  const refund = { orderId: ORDER.orderId, refundId: 'refund-1', currency: 'USD', amount: 2360 };
  expect((await post(store, { type: 'order.refunded', data: refund })).status, 'recorded', 'the refund');
  tell('Ben is given back 23.60 of his 59.00 USD', 'the percent reward shrinks by 40 %');

  const rewards = await api.call<{ items: Reward[] }>('GET', `/v1/rewards?conversionId=${credit.conversionId}`, {
    key: store.secretKey,
  });
  const path = `/v1/conversions/${credit.conversionId}/explanation`;
  const explanation = await api.call<{ summary: string[] }>('GET', path, { key: store.secretKey });
  say(`\nWhy? GET ${path}\n`);
  for (const sentence of explanation.summary) say(`  ${sentence}`);
  say(`\n${table(rewards.items)}`);
  const [advocate, friend] = ['advocate', 'friend'].map((side) => rewards.items.find((reward) => reward.side === side));
  expect(`${advocate?.amount} ${advocate?.reversed} ${advocate?.state}`, '500 200 held', "the advocate's reward");
  expect(`${friend?.amount} ${friend?.reversed} ${friend?.state}`, '500 0 approved', "the friend's reward");
  say('\nThe story went as told.');
}

async function follow(store: DemoStore): Promise<string> {
  const response = await fetch(store.linkUrl, { redirect: 'manual', headers: { 'User-Agent': BROWSER } });
  expect(String(response.status), '302', 'the short link');
  const target = new URL(response.headers.get('Location') ?? '');
  expect(`${target.origin}${target.pathname}${target.hash}`, 'https://shop.example.com/welcome#top', 'the destination');
  return target.searchParams.get('gw') ?? '';
}

/** The queue hands clicks over about once a second. */
async function clickOf(api: Api, store: DemoStore): Promise<{ id: string; kind: string }> {
  for (let tries = 0; tries < 60; tries += 1) {
    const clicks = await api.call<{ items: { id: string; kind: string }[] }>('GET', '/v1/clicks', {
      key: store.secretKey,
    });
    const [click] = clicks.items;
    if (click !== undefined) return click;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  throw new UnexpectedAnswer('the click did not arrive in the log within 15 seconds');
}

let messages = 0;

async function post(store: DemoStore, event: unknown): Promise<Answer> {
  const body = JSON.stringify(event);
  messages += 1;
  const id = `msg_demo_${messages}`;
  const at = new Date();
  const response = await fetch(store.callbackUrl, {
    method: 'POST',
    body,
    headers: {
      'Content-Type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
      'webhook-signature': new Webhook(store.sourceSecret).sign(id, at, body),
    },
  });
  const text = await response.text();
  if (response.status !== 200) throw new UnexpectedAnswer(`a callback answered ${response.status}: ${text}`);
  return JSON.parse(text) as Answer;
}

function table(rewards: Reward[]): string {
  const head = ['side', 'kind', 'granted', 'taken back', 'stands at', 'state'];
  const rows = rewards
    .toSorted((a, b) => (a.side < b.side ? -1 : 1))
    .map(({ side, kind, currency, amount, reversed, state }) => {
      const money = [amount, reversed, amount - reversed].map((minor) => formatMoney(minor, currency));
      return [side, kind, ...money, state];
    });
  const widths = head.map((title, column) =>
    Math.max(...[head, ...rows].map((row) => row[column]?.length ?? 0), title.length),
  );
  return [head, ...rows]
    .map((row) => `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('   ')}`)
    .join('\n');
}

function expect(found: string, wanted: string, what: string): void {
  if (found !== wanted) throw new UnexpectedAnswer(`${what} should be ${wanted} and is ${found}`);
}

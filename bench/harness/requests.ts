import { randomUUID } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import type { DemoStore } from '../../dev/demo-store.ts';
import { type Connection, httpRequest } from './connection.ts';
import { HOST } from './stage.ts';

/** A friend's browser follows the link. */
export function clickOn({ code }: DemoStore): Buffer {
  return httpRequest('GET', `/${code}`, {
    Host: HOST,
    'User-Agent':
      'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36',
    Accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8',
    'Accept-Language': 'en-US,en;q=0.9',
    'Accept-Encoding': 'gzip, deflate, br',
    'CF-IPCountry': 'CA',
    'CF-Connecting-IP': '203.0.113.7',
    Referer: 'https://chat.example.com/',
  });
}

/** The signed token that the link appends to its destination. */
export async function clickToken(connection: Connection, store: DemoStore): Promise<string> {
  const answer = await connection.ask(clickOn(store), 302);
  const token = /\r\nlocation: \S*[?&]gw=([\w-]+)/i.exec(answer)?.[1];
  if (token === undefined) throw new Error(`The link leads nowhere:\n${answer}`);
  return token;
}

/** The store tells of a paid order: every time another order of another customer, who came by the same click. */
export function paidOrder({ callbackUrl, sourceSecret }: DemoStore, clickToken: string): Buffer {
  const id = randomUUID();
  const customer = { id: `customer-${id}`, email: `${id}@example.com` };
  const order = { orderId: `order-${id}`, currency: 'USD', subtotal: 5000, tax: 400, shipping: 500 };
  const body = JSON.stringify({ type: 'order.paid', data: { ...order, customer, clickToken } });
  const at = new Date();
  return httpRequest(
    'POST',
    new URL(callbackUrl).pathname,
    {
      Host: HOST,
      'Content-Type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
      'webhook-signature': new Webhook(sourceSecret).sign(id, at, body),
    },
    body,
  );
}

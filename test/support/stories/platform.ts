import { readFileSync } from 'node:fs';
import type { Json, TestAnswer, TestApp } from '../app.ts';
import type { Shop } from '../shop.ts';

/** A friend's purchase of 49.95 USD with 4.00 of tax and 5.00 of shipping; its number makes it another than all others. */
export interface Purchase {
  number: number;
  /** The advocate's, which the friend gave. */
  code: string;
  /** When it was paid, in milliseconds. */
  paidAt: number;
}

export interface Message {
  body: string;
  /** Where it stands in a header. */
  topic?: string;
  /** Where the platform has ids of messages. */
  id: string;
}

export interface SignInput {
  secret: string;
  message: Message;
  /** Seconds. */
  at: number;
}

/** How a platform tells of purchases. */
export interface Platform {
  /** What makes its source. */
  source: { scheme: string; config?: object; secret?: string; accessToken?: string };
  sign(input: SignInput): Record<string, string>;
  /** The platform's own id of the order. */
  orderId(purchase: Purchase): string;
  /** What it tells of one purchase, in the order in which it happens; each may be told by several messages. */
  story(purchase: Purchase): Record<string, (id: string) => Message>;
  /** What it answers when it is asked. */
  api?(request: Request): Response;
}

export const MONEY = { currency: 'USD', subtotal: 4995, tax: 400, shipping: 500 };

/** Their sum takes back one cent more than each rounded by itself, and passes half of the order only together. */
export const REFUNDS = { first: 1182, second: 1773 };

export function emailOf({ number }: Purchase): string {
  return `friend-${number}@example.com`;
}

/** Minor units of USD as decimal text. */
export function decimal(amount: number): string {
  return (amount / 100).toFixed(2);
}

/** A documented payload with all of its fields, for a story to put its own into. */
export function payload(name: string): Json {
  return JSON.parse(readFileSync(`${import.meta.dirname}/../../fixtures/${name}.json`, 'utf8'));
}

/** JSON in which a bigint is a number of all its digits. */
export function json(value: object): string {
  const marked = JSON.stringify(value, (_key, part) => (typeof part === 'bigint' ? `#${part}#` : part));
  return marked.replaceAll(/"#(\d+)#"/g, '$1');
}

/** A source of the platform at the shop. */
export interface Sender {
  sourceId: string;
  secret: string;
  post(message: Message): Promise<TestAnswer>;
}

export async function openSender(app: TestApp, { key }: Pick<Shop, 'key'>, platform: Platform): Promise<Sender> {
  if (platform.api !== undefined) app.outside = platform.api;
  const made = await app.request('POST', '/v1/sources', { key, body: { name: 'Platform', ...platform.source } });
  if (made.status !== 201) throw new Error(made.text);
  const { id: sourceId, secret } = made.body;
  return {
    sourceId,
    secret,
    post(message) {
      const headers = platform.sign({ secret, message, at: Math.floor(app.clock.now() / 1000) });
      return app.request('POST', `/callbacks/${sourceId}`, { key: null, body: message.body, headers });
    },
  };
}

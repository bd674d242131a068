import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestApp, type Json, type TestApp } from '../support/app.ts';
import { createClock, MINUTE } from '../support/clock.ts';
import { bigcommerce } from '../support/hostile/bigcommerce.ts';
import { event, fresh, MARK, order } from '../support/hostile/bodies.ts';
import { type Case, type Expected, REFUSED } from '../support/hostile/case.ts';
import { envelope } from '../support/hostile/envelope.ts';
import { everyScheme } from '../support/hostile/every-scheme.ts';
import { hmac } from '../support/hostile/hmac.ts';
import { httpSignatures } from '../support/hostile/http-signatures.ts';
import { json } from '../support/hostile/json.ts';
import { jws } from '../support/hostile/jws.ts';
import { neutral } from '../support/hostile/neutral.ts';
import type { Post } from '../support/hostile/post.ts';
import { type RawAnswer, send } from '../support/hostile/raw-http.ts';
import { SENDERS, type SenderName } from '../support/hostile/senders.ts';
import { shopify } from '../support/hostile/shopify.ts';
import { sizes } from '../support/hostile/sizes.ts';
import { ed25519, standardWebhooks } from '../support/hostile/standard-webhooks.ts';
import { stripeEvents } from '../support/hostile/stripe-events.ts';
import { stripeSignatures } from '../support/hostile/stripe-signatures.ts';
import { openTarget, type Rows, type Target } from '../support/hostile/target.ts';
import { woocommerce } from '../support/hostile/woocommerce.ts';
import { makeSource } from '../support/resources.ts';
import { makeSenderKey } from '../support/sender-keys.ts';
import { COVERED, signByHand } from '../support/sign-http-signatures.ts';
import { signJwsByHand } from '../support/sign-jws.ts';
import { signStandardWebhooks } from '../support/signers.ts';

const FAMILIES: [family: string, cases: Case[]][] = [
  ['of every scheme', everyScheme],
  ['of Standard Webhooks', standardWebhooks],
  ['of Standard Webhooks by Ed25519', ed25519],
  ['of an HMAC of their own', hmac],
  ['of Stripe, by their signature', stripeSignatures],
  ['of Stripe, by what they say', stripeEvents],
  ['of Shopify', shopify],
  ['of WooCommerce', woocommerce],
  ['of BigCommerce', bigcommerce],
  ['of a detached JWS', jws],
  ['of HTTP Message Signatures', httpSignatures],
  ['whose bodies are no sound JSON', json],
  ['that say what cannot be', neutral],
  ['of the wrong size or encoding', sizes],
  ['by another way than was agreed', envelope],
];

/** What every order brings with it, whoever earned by it. */
const BESIDE_ORDERS = new Set(['order_changes', 'order_names', 'events']);

/** The bundle that a deployment would upload, in workerd; every request byte by byte as the attacker wants it. */
describe('the Worker, attacked by callbacks', { timeout: 30_000 }, () => {
  let target: Target;
  let refused: RawAnswer | null;
  const answers: string[] = [];

  beforeAll(async () => {
    target = await openTarget();
    refused = await post({ ...target.v1(), target: '/callbacks/src_01kar7b2e5f3v8t9w0x1y2z3a4' });
  }, 60_000);

  afterAll(() => target.close());

  async function post(request: Post): Promise<RawAnswer | null> {
    const answer = await send(target.url, request);
    answers.push(JSON.stringify(answer));
    return answer;
  }

  async function takesGood(name: SenderName): Promise<void> {
    const answer = await post(target[name]());
    const says = name === 'bigcommerce' ? 'held' : 'credited';
    expect(said(answer), `${name}: ${answer?.text}`).toEqual({ status: 200, says });
  }

  it('takes a good one from every sender', async () => {
    for (const name of SENDERS) await takesGood(name);
  });

  describe.each(FAMILIES)('%s', (_, cases) => {
    const named = cases.map(([title, make, expected]) => [answering(expected, title), make, expected] as const);

    it.each(named)('%s', async (_, make, expected) => {
      const request = await make(target);
      const before = target.rows();
      const answer = await post(request);
      const { status, says, rows = {} } = expected;
      expect({ ...said(answer), rows: newRows(before, target.rows()) }, answer?.text.slice(0, 500)).toEqual({
        status,
        says,
        rows,
      });
      if (expected === REFUSED) expect(withoutId(answer)).toEqual(withoutId(refused));
    });
  });

  it('credits an order once that comes 30 times at once', async () => {
    const body = order();
    const all = await Promise.all(Array.from({ length: 30 }, () => post(target.v1(body))));
    const came = all.map((answer) => said(answer).says);
    expect(came.toSorted()).toEqual(['credited', ...Array(29).fill('duplicate')]);
  });

  it('takes the good ones among 100 bad ones at once', async () => {
    const bad = () => post({ ...target.v1(), body: Buffer.from(order()) });
    const all = await Promise.all(Array.from({ length: 110 }, (_, i) => (i % 11 === 0 ? post(target.hmac()) : bad())));
    const statuses = all.map((answer) => answer?.status);
    expect(statuses).toEqual(Array.from({ length: 110 }, (_, i) => (i % 11 === 0 ? 200 : 401)));
  });

  it('takes a good one from every sender as quickly as ever', async () => {
    for (const name of SENDERS) {
      const start = performance.now();
      await takesGood(name);
      expect(performance.now() - start).toBeLessThan(1000);
    }
  });

  it('has put no secret and nothing of what attackers wrote into an answer or the log', () => {
    const all = [...answers, ...target.log];
    expect(all.length).toBeGreaterThan(800);
    for (const text of [...target.secrets, MARK]) expect(all.filter((line) => line.includes(text))).toEqual([]);
  });

  it('has logged requests, and neither bugs nor outages', () => {
    expect(target.log.length).toBeGreaterThan(400);
    expect(target.log.filter((line) => !/message: 'request'/.test(line))).toEqual([]);
  });
});

const JWKS = 'https://keys.shop.example.com/jwks.json';

/** Where the requests that it makes of its own can be counted. */
describe('a source whose sender publishes its keys, attacked', () => {
  const key = makeSenderKey('P-256', 'known');
  let app: TestApp;
  let path: string;
  let asked: string[];

  beforeEach(async () => {
    app = await createTestApp();
    const source = await makeSource(app, app.store.live, { scheme: 'jws', config: { jwksUrl: JWKS } });
    path = new URL(source.callbackUrl).pathname;
    asked = [];
    app.outside = ({ url }) => {
      asked.push(url);
      return Response.json({ keys: [key.publicJwk] });
    };
  });

  function claims() {
    return { alg: 'ES256', kid: 'known', iat: Math.floor(app.clock.now() / 1000), jti: `jti-${fresh()}` };
  }

  function posted(more: object) {
    const body = event('newsletter.opened', {});
    const token = signJwsByHand({ key, body, header: JSON.stringify({ ...claims(), ...more }) });
    return app.request('POST', path, { key: null, body, headers: { 'X-Jws-Signature': token } });
  }

  async function statuses(all: object[]): Promise<number[]> {
    return (await Promise.all(all.map(posted))).map(({ status }) => status);
  }

  it('asks for keys once, however many unknown ones are named, and takes the good callback among them', async () => {
    const storm = Array.from({ length: 300 }, (_, i) => (i === 150 ? {} : { kid: `made-up-${i}` }));
    expect(await statuses(storm)).toEqual(storm.map((_, i) => (i === 150 ? 200 : 401)));
    expect(asked).toEqual([JWKS]);
    app.clock.advance(MINUTE);
    await statuses(storm);
    expect(asked).toEqual([JWKS, JWKS]);
  });

  it('asks nobody because of what cannot be good, whatever it says of where the key is', async () => {
    const attacker = 'https://attacker.example.com/jwks.json';
    const long = 'k'.repeat(257);
    const refused = [
      { iat: 1 },
      { alg: 'none' },
      { jku: attacker },
      { x5u: attacker },
      { crit: ['x'] },
      { b64: false },
    ];
    expect(await statuses(refused)).toEqual(refused.map(() => 401));
    expect(await statuses([{ kid: long }, { jti: '' }])).toEqual([400, 400]);
    expect(asked).toEqual([]);
  });

  it('follows nobody who sends it elsewhere, and asks again after a minute only', async () => {
    app.outside = ({ url }) => {
      asked.push(url);
      return Response.redirect('http://169.254.169.254/latest/meta-data', 302);
    };
    const answer = await posted({});
    expect([answer.status, answer.body.code]).toEqual([503, 'keys_unavailable']);
    expect(answer.headers.get('Retry-After')).toMatch(/^[1-9]/);
    expect(await statuses(Array(20).fill({}))).toEqual(Array(20).fill(503));
    expect(asked).toEqual([JWKS]);
  });
});

describe('while the database is out of reach, a callback', () => {
  /** What of it is there once the database can be reached again. */
  async function keptOf(source: object, sign: (made: Json, body: string) => Record<string, string>): Promise<Json[]> {
    const app = await createTestApp();
    const made = await makeSource(app, app.store.live, source);
    const path = new URL(made.callbackUrl).pathname;
    const body = event('newsletter.opened', {});
    const post = () => app.request('POST', path, { key: null, body, headers: sign(made, body) });
    expect((await post()).status).toBe(200);
    await app.settled();
    app.database.down = true;
    expect((await post()).status).toBe(202);
    app.database.down = false;
    await app.callbacks.drain();
    return (await app.request('GET', '/v1/callbacks')).body.items;
  }

  const timestamp = Math.floor(createClock().now() / 1000);

  it('is not lost with 17 kB of headers that have nothing to do with it', async () => {
    const kept = await keptOf({ scheme: 'standard_webhooks' }, ({ secret }, body) => ({
      'a-trace': 'x'.repeat(17_000),
      ...signStandardWebhooks({ secret, id: `msg_${fresh()}`, timestamp, body }),
    }));
    expect(kept).toHaveLength(2);
  });

  it('is not lost whose signature also covers a header that is not kept', async () => {
    const kept = await keptOf(
      { scheme: 'http_signatures', config: { keyId: 'k' } },
      ({ secret, callbackUrl }, body) => {
        const { 'content-type': _, ...headers }: Record<string, string> = signByHand({
          alg: 'hmac-sha256',
          key: { kid: 'k', secret },
          body,
          url: callbackUrl,
          headers: { authorization: 'Basic eDp5' },
          covered: [...COVERED, 'authorization'],
          params: `;created=${timestamp};keyid="k"`,
        });
        return headers;
      },
    );
    expect(kept).toHaveLength(2);
  });
});

function answering({ status }: Expected, title: string): string {
  return `answers ${status} to ${title}`;
}

function said(answer: RawAnswer | null): Pick<Expected, 'status' | 'says'> {
  const status = answer?.status ?? 0;
  const type = answer?.headers.find(([name]) => name === 'content-type')?.[1];
  if (type !== 'application/json' && type !== 'application/problem+json') return { status, says: null };
  const { code, status: done = null } = JSON.parse(answer?.text || '{}');
  return { status, says: code ?? done };
}

/** How many are new, by table; `changed` where one that was there is not, or is another. */
function newRows(before: Rows, after: Rows): Record<string, number | 'changed'> {
  const found: Record<string, number | 'changed'> = {};
  for (const [table, rows] of after) {
    const known = before.get(table) ?? new Set();
    if (![...known].every((row) => rows.has(row))) found[table] = 'changed';
    else if (rows.size > known.size && !(BESIDE_ORDERS.has(table) && 'orders' in found))
      found[table] = rows.size - known.size;
  }
  return found;
}

/** All of it, but for the id that is another each time. */
function withoutId(answer: RawAnswer | null): string {
  const { requestId } = JSON.parse(answer?.text ?? '{}');
  return JSON.stringify(answer).replaceAll(requestId, 'the request');
}

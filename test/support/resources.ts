import { expect } from 'vitest';
import type { ParamName } from '../../src/http/params.ts';
import type { Json, TestApp, TestSide } from './app.ts';
import { insertCredit } from './credit-rows.ts';
import { signStandardWebhooks } from './signers.ts';

/** Makes one thing of a store and answers its id. */
export type Maker = (app: TestApp, side: TestSide) => Promise<string>;

/** One for each thing that stands in a path of an operation: the tests that walk through all operations make them so. */
export const makers: Partial<Record<ParamName, Maker>> = {
  storeId: async (_app, side) => side.id,
  keyId: async (app, { secretKey }) => {
    const answer = await app.request('POST', '/v1/keys', { key: secretKey, body: { name: 'Any', scopes: [] } });
    expect(answer.status).toBe(201);
    return answer.body.id;
  },
  programId: async (app, side) => (await makeProgram(app, side)).id,
  advocateId: async (app, side) => (await makeAdvocate(app, side)).id,
  linkId: async (app, side) => (await makeLink(app, side)).id,
  domainId: async (app, side) => (await makeDomain(app, side)).id,
  sourceId: async (app, side) => (await makeSource(app, side)).id,
  callbackId: makeCallback,
  clickId: async (app, side) => (await insertCredit(app, side.id)).clickId,
  orderId: async (app, side) => (await insertCredit(app, side.id)).orderId,
  conversionId: async (app, side) => (await insertCredit(app, side.id)).conversionId,
  rewardId: async (app, side) => (await insertCredit(app, side.id)).rewardIds[0] ?? '',
};

/** Ten percent for the advocate and 5.00 USD for the friend, on the first purchase. */
export const PROGRAM = {
  name: 'Give 5, get 10 %',
  destination: 'https://shop.example/welcome',
  allowedHosts: ['shop.example'],
  rules: [
    { side: 'advocate', trigger: 'purchase', kind: 'store_credit', value: { type: 'percent', basisPoints: 1000 } },
    {
      side: 'friend',
      trigger: 'purchase',
      kind: 'coupon',
      value: { type: 'fixed', amounts: { USD: 500 } },
      holdDays: 0,
    },
  ],
};

export async function makeProgram(app: TestApp, side = app.store.live, body: object = {}): Promise<Json> {
  return make(app, '/v1/programs', side, { ...PROGRAM, ...body });
}

let customers = 0;

/** A customer who was none before, unless the body names one. */
export async function makeAdvocate(app: TestApp, side = app.store.live, body: object = {}): Promise<Json> {
  customers += 1;
  return make(app, '/v1/advocates', side, { customerId: `customer-${customers}`, ...body });
}

/** With a program and an advocate of its own, unless the body names them. */
export async function makeLink(app: TestApp, side = app.store.live, body: Record<string, unknown> = {}): Promise<Json> {
  const programId = body.programId ?? (await makeProgram(app, side)).id;
  const advocateId = body.advocateId ?? (await makeAdvocate(app, side)).id;
  return make(app, '/v1/links', side, { ...body, programId, advocateId });
}

let domains = 0;

/** On a host that was none before, unless the body names one. */
export async function makeDomain(app: TestApp, side = app.store.live, body: object = {}): Promise<Json> {
  domains += 1;
  return make(app, '/v1/domains', side, { host: `go-${domains}.shop.example`, ...body });
}

export async function makeSource(app: TestApp, side = app.store.live, body: object = {}): Promise<Json> {
  return make(app, '/v1/sources', side, { name: 'Own shop', scheme: 'standard_webhooks', ...body });
}

/** One that is not our business, of a source of its own. */
async function makeCallback(app: TestApp, side = app.store.live): Promise<string> {
  const source = await makeSource(app, side);
  const body = JSON.stringify({ type: 'stock.counted', data: {} });
  const timestamp = Math.floor(app.clock.now() / 1000);
  const headers = signStandardWebhooks({ secret: source.secret, id: 'msg_any', timestamp, body });
  const posted = await app.request('POST', new URL(source.callbackUrl).pathname, { key: null, body, headers });
  expect(posted.status, posted.text).toBe(200);
  const inbox = await app.request('GET', `/v1/callbacks?sourceId=${source.id}`, { key: side.secretKey });
  return inbox.body.items[0].id;
}

async function make(app: TestApp, path: string, { secretKey }: TestSide, body: object): Promise<Json> {
  const answer = await app.request('POST', path, { key: secretKey, body });
  expect(answer.status, answer.text).toBe(201);
  return answer.body;
}

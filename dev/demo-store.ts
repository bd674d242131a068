import type { Api } from './api.ts';

export interface DemoStore {
  secretKey: string;
  publishableKey: string;
  programId: string;
  advocateId: string;
  linkUrl: string;
  code: string;
  callbackUrl: string;
  sourceSecret: string;
}

interface Side {
  id: string;
  secretKey: string;
  publishableKey: string;
}

/** A store that is ready to credit: a program with rewards for both sides, an advocate with a link, a source for callbacks. */
export async function makeDemoStore(api: Api, deploymentToken: string, destination: string): Promise<DemoStore> {
  const store = await api.call<{ live: Side; test: Side }>('POST', '/v1/stores', {
    key: deploymentToken,
    body: { name: 'Maple Coffee' },
    status: 201,
  });
  const key = store.test.secretKey;
  const program = await api.call<{ id: string }>('POST', '/v1/programs', {
    key,
    status: 201,
    body: demoProgram(destination),
  });
  const advocate = await api.call<{ id: string }>('POST', '/v1/advocates', {
    key,
    status: 201,
    body: { customerId: 'customer-1', email: 'ann@example.com', name: 'Ann' },
  });
  const link = await api.call<{ url: string; code: string }>('POST', '/v1/links', {
    key,
    status: 201,
    body: { programId: program.id, advocateId: advocate.id },
  });
  const source = await api.call<{ callbackUrl: string; secret: string }>('POST', '/v1/sources', {
    key,
    status: 201,
    body: { name: 'Own shop', scheme: 'standard_webhooks' },
  });
  return {
    secretKey: key,
    publishableKey: store.test.publishableKey,
    programId: program.id,
    advocateId: advocate.id,
    linkUrl: link.url,
    code: link.code,
    callbackUrl: source.callbackUrl,
    sourceSecret: source.secret,
  };
}

function demoProgram(destination: string) {
  return {
    name: 'Give 5, get 10 %',
    destination,
    allowedHosts: [new URL(destination).host],
    rules: [
      { side: 'advocate', trigger: 'purchase', kind: 'store_credit', value: { type: 'percent', basisPoints: 1000 } },
      {
        side: 'friend',
        trigger: 'purchase',
        kind: 'coupon',
        value: { type: 'fixed', amounts: { USD: 500, EUR: 500 } },
        minOrder: { USD: 2000, EUR: 2000 },
        holdDays: 0,
      },
    ],
  };
}

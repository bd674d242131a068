import { beforeEach, describe, expect, it } from 'vitest';
import { SCOPES } from '../../src/domain/scopes.ts';
import { isWrite, type Operation } from '../../src/http/describe.ts';
import { PARAMS, paramNames } from '../../src/http/params.ts';
import { newApiKey } from '../../src/lib/api-key.ts';
import { operations } from '../../src/routes/operations.ts';
import { createTestApp, DEPLOYMENT_TOKEN, type RequestOptions, type TestApp, type TestSide } from '../support/app.ts';
import { makers } from '../support/resources.ts';

// Every operation that is added to the table is walked through as well.

const nameOf = ({ method, path }: Operation) => `${method.toUpperCase()} ${path}`;
const named = (wanted: (operation: Operation) => boolean) =>
  operations.filter(wanted).map((operation) => ({ name: nameOf(operation), operation }));

let app: TestApp;
beforeEach(async () => {
  app = await createTestApp();
});

async function call(operation: Operation, options: RequestOptions & { ids?: Record<string, string> } = {}) {
  const { ids = await idsFor(operation, app.store.live), key, body, ...rest } = options;
  const path = operation.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => ids[name] ?? '');
  const right = operation.auth === 'deployment' ? DEPLOYMENT_TOKEN : app.store.live.secretKey;
  return app.request(operation.method.toUpperCase(), path, {
    key: key === undefined ? right : key,
    body: body === undefined ? operation.body?.example : body,
    ...rest,
  });
}

async function idsFor({ path }: Operation, side: TestSide): Promise<Record<string, string>> {
  const ids: Record<string, string> = {};
  for (const name of paramNames(path)) {
    const make = makers[name];
    if (make === undefined) throw new Error(`Add a maker of ${name} to test/support/resources.ts`);
    ids[name] = await make(app, side);
  }
  return ids;
}

describe.for(named(({ auth }) => auth !== 'none'))('$name', ({ operation }) => {
  it('is refused without a key', async () => {
    const answer = await call(operation, { key: null });
    expect(answer.status).toBe(401);
    expect(answer.body.code).toBe('key_missing');
    expect(answer.headers.get('WWW-Authenticate')).toBe('Bearer');
  });

  it.for([
    ['a key nobody made', newApiKey('secret', 'live')],
    ['what is no key', 'gw_sk_live_x'],
    ['a text with blanks', 'two words'],
  ])('is refused with %s', async ([, key]) => {
    const answer = await call(operation, { key: key ?? '' });
    expect(answer.status).toBe(401);
    expect(answer.body.code).toBe('key_invalid');
  });

  it('does not look for a key in the query', async () => {
    const ids = await idsFor(operation, app.store.live);
    const path = operation.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => ids[name] ?? '');
    const query = new URLSearchParams({ key: app.store.live.secretKey, access_token: app.store.live.secretKey });
    const answer = await app.request(operation.method.toUpperCase(), `${path}?${query}`, { key: null });
    expect(answer.body.code).toBe('key_missing');
  });
});

describe.for(named(({ auth }) => auth === 'deployment'))('$name', ({ operation }) => {
  it('is refused with a key of a store', async () => {
    const answer = await call(operation, { key: app.store.live.secretKey });
    expect(answer.body.code).toBe('key_invalid');
  });
});

describe.for(named(({ auth }) => typeof auth === 'object'))('$name', ({ operation }) => {
  const scope = (operation.auth as { scope: (typeof SCOPES)[number] }).scope;

  it('is refused with the deployment token', async () => {
    const answer = await call(operation, { key: DEPLOYMENT_TOKEN });
    expect(answer.body.code).toBe('key_invalid');
  });

  it('is refused with a key that has every other scope, and says which one is missing', async () => {
    const scopes = SCOPES.filter((other) => other !== scope);
    const { body } = await app.request('POST', '/v1/keys', { body: { name: 'Lesser', scopes } });
    const answer = await call(operation, { key: body.key });
    expect(answer.status).toBe(403);
    expect(answer.body.code).toBe('scope_missing');
    expect(answer.body.detail).toContain(scope);
  });

  it('is refused with a publishable key', async () => {
    const answer = await call(operation, { key: app.store.live.publishableKey });
    expect(answer.status).toBe(403);
  });
});

describe.for(named(({ path, raw }) => path.includes('{') && raw === null))('$name', ({ operation }) => {
  const name = paramNames(operation.path)[0] ?? 'storeId';
  const { prefix, unknown } = PARAMS[name];
  const nowhere = `${prefix}_00000000000000000000000000`;

  it.for([nowhere, `${prefix}_x`, nowhere.toUpperCase(), `${nowhere}0`, 'a%2fb', "'or 1=1--"])(
    'answers that there is no %s',
    async (id) => {
      const answer = await call(operation, { ids: { ...(await idsFor(operation, app.store.live)), [name]: id } });
      expect(answer.status).toBe(404);
      expect(answer.body.code).toBe(unknown);
    },
  );

  if (operation.auth === 'deployment') return;

  it("answers the id of another store, and of the store's other side, as an unknown one", async () => {
    const others = [(await app.createStore('Others')).live, app.store.test];
    const { requestId: _, ...answerToUnknown } = (await call(operation, { ids: { [name]: nowhere } })).body;
    for (const other of others) {
      const answer = await call(operation, { ids: await idsFor(operation, other) });
      expect(answer.status).toBe(404);
      const { requestId: _, ...body } = answer.body;
      expect(body).toEqual(answerToUnknown);
    }
  });
});

const isChecked = (operation: Operation) => isWrite(operation) && operation.raw === null;

describe.for(named((operation) => isChecked(operation) && operation.body !== null))('$name', ({ operation }) => {
  it.for([
    ['no JSON', '{"name":', 400, 'body_malformed'],
    ['nothing', '', 400, 'body_malformed'],
    ['bytes that are no UTF-8', new Uint8Array([0x22, 0xff, 0x22]), 400, 'body_malformed'],
    ['a byte-order mark', '\uFEFF{}', 400, 'body_malformed'],
    ['an array', '[]', 422, 'body_invalid'],
    ['null', 'null', 422, 'body_invalid'],
    ['a text', '"x"', 422, 'body_invalid'],
    ['a field that it does not know', '{"surprise":"s3cret"}', 422, 'body_invalid'],
  ] as const)('refuses a body of %s', async ([, body, status, code]) => {
    const answer = await call(operation, { body });
    expect(answer.status).toBe(status);
    expect(answer.body.code).toBe(code);
    expect(answer.text).not.toContain('s3cret');
  });

  it.for(['', 'text/plain', 'application/x-www-form-urlencoded', 'application/json; charset=latin1', 'application/jsonp'])(
    'refuses the content type %s',
    async (type) => {
      const bytes = new TextEncoder().encode(JSON.stringify(operation.body?.example));
      const answer = await call(operation, { body: bytes, headers: { 'Content-Type': type } });
      expect(answer.status).toBe(415);
      expect(answer.body.code).toBe('media_type_unsupported');
    },
  );

  it('takes the example of the document', async () => {
    const answer = await call(operation);
    expect(['body_malformed', 'body_invalid', 'media_type_unsupported']).not.toContain(answer.body?.code);
  });
});

describe.for(named(isChecked))('$name', ({ operation }) => {
  it('refuses a compressed body', async () => {
    const answer = await call(operation, { body: '{}', headers: { 'Content-Encoding': 'gzip' } });
    expect(answer.status).toBe(415);
    expect(answer.body.code).toBe('content_encoding_unsupported');
  });

  it('refuses a body over 64 KiB', async () => {
    const answer = await call(operation, { body: `{"name":"${'x'.repeat(65_536)}"}` });
    expect(answer.status).toBe(413);
    expect(answer.body.code).toBe('body_too_large');
  });
});

describe.for(named(({ raw }) => raw === null))('$name', ({ operation }) => {
  it('refuses a parameter that it does not know', async () => {
    const ids = await idsFor(operation, app.store.live);
    const path = operation.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => ids[name] ?? '');
    const key = operation.auth === 'deployment' ? DEPLOYMENT_TOKEN : app.store.live.secretKey;
    const answer = await app.request(operation.method.toUpperCase(), `${path}?surprise=s3cret`, {
      key,
      body: operation.body?.example,
    });
    expect(answer.status).toBe(422);
    expect(answer.body.code).toBe('query_invalid');
    expect(answer.body.errors[0].pointer).toBe('#query/surprise');
    expect(answer.text).not.toContain('s3cret');
  });
});

describe('a path', () => {
  const paths = [...new Set(operations.map(({ path }) => path))];

  it.for(paths)('%s refuses other methods and names its own', async (path) => {
    const methods = operations.filter((operation) => operation.path === path).map(({ method }) => method.toUpperCase());
    const other = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'].find((method) => !methods.includes(method)) ?? 'GET';
    const answer = await app.request(other, path.replaceAll(/\{\w+\}/g, 'x'), { key: null });
    expect(answer.status).toBe(405);
    expect(answer.body.code).toBe('method_not_allowed');
    const expected = methods.includes('GET') ? [...methods, 'HEAD'] : methods;
    expect(answer.headers.get('Allow')?.split(', ').sort()).toEqual(expected.sort());
  });

  it.for(['/v1', '/v1/', '/v1/nothing', '/v1/keys/', '/v1/Keys', '/v2/keys', '/a/b/c/d', '/v1/%00', '/v1//keys', '/'])(
    '%s that does not exist is a problem',
    async (path) => {
      const answer = await app.request('GET', path);
      expect(answer.status).toBe(404);
      expect(answer.body.code).toBe('route_not_found');
      expect(answer.headers.get('Content-Type')).toBe('application/problem+json');
    },
  );
});

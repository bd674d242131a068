import { beforeAll, describe, expect, it } from 'vitest';
import { SCOPES, type Scope } from '../../src/domain/scopes.ts';
import { isWrite, type Operation } from '../../src/http/describe.ts';
import { PARAMS, paramNames } from '../../src/http/params.ts';
import { newApiKey } from '../../src/lib/api-key.ts';
import { operations } from '../../src/routes/operations.ts';
import {
  createTestApp,
  DEPLOYMENT_TOKEN,
  type RequestOptions,
  type TestAnswer,
  type TestApp,
  type TestSide,
} from '../support/app.ts';
import { makers } from '../support/resources.ts';

// Every operation that is added to the table is walked through as well. All of it is refused, so that the tests of one
// operation can share an app.

type Ids = Record<string, string>;
type Call = (options?: RequestOptions & { ids?: Ids; query?: string }) => Promise<TestAnswer>;

function walk(
  wanted: (operation: Operation) => boolean,
  tests: (operation: Operation, call: Call, app: () => TestApp) => void,
): void {
  const found = operations.filter(wanted).map((operation) => ({
    name: `${operation.method.toUpperCase()} ${operation.path}`,
    operation,
  }));
  describe.for(found)('$name', ({ operation }) => {
    let app: TestApp;
    let own: Ids;
    beforeAll(async () => {
      app = await createTestApp();
      own = await makeIds(app, operation, app.store.live);
    });
    const rightKey = () => (operation.auth === 'deployment' ? DEPLOYMENT_TOKEN : app.store.live.secretKey);
    const call: Call = ({ ids = {}, query = '', ...options } = {}) =>
      app.request(operation.method.toUpperCase(), pathOf(operation, { ...own, ...ids }) + query, {
        key: rightKey(),
        body: operation.body?.example,
        ...options,
      });
    tests(operation, call, () => app);
  });
}

function pathOf({ path }: Operation, ids: Ids): string {
  return path.replaceAll(/\{(\w+)\}/g, (_, name: string) => ids[name] ?? 'x');
}

async function makeIds(app: TestApp, { path }: Operation, side: TestSide): Promise<Ids> {
  const ids: Ids = {};
  for (const name of paramNames(path)) {
    const make = makers[name];
    if (make === undefined) throw new Error(`Add a maker of ${name} to test/support/resources.ts`);
    ids[name] = await make(app, side);
  }
  return ids;
}

walk(
  ({ auth }) => auth !== 'none',
  (_operation, call, app) => {
    it('is refused without a key', async () => {
      const answer = await call({ key: null });
      expect([answer.status, answer.body.code]).toEqual([401, 'key_missing']);
      expect(answer.headers.get('WWW-Authenticate')).toBe('Bearer');
    });

    it.for([
      ['a key nobody made', newApiKey('secret', 'live')],
      ['what is no key', 'gw_sk_live_x'],
      ['a text with blanks', 'two words'],
    ])('is refused with %s', async ([, key = '']) => {
      const answer = await call({ key });
      expect([answer.status, answer.body.code]).toEqual([401, 'key_invalid']);
    });

    it('does not look for a key in the query', async () => {
      const { secretKey } = app().store.live;
      const answer = await call({ key: null, query: `?key=${secretKey}&access_token=${secretKey}` });
      expect(answer.body.code).toBe('key_missing');
    });
  },
);

walk(
  ({ auth }) => auth === 'deployment',
  (_operation, call, app) => {
    it('is refused with a key of a store, and with all but the whole token', async () => {
      for (const key of [app().store.live.secretKey, DEPLOYMENT_TOKEN.slice(0, -1), `${DEPLOYMENT_TOKEN}x`]) {
        expect((await call({ key })).body.code).toBe('key_invalid');
      }
    });
  },
);

walk(
  ({ auth }) => typeof auth === 'object',
  ({ auth }, call, app) => {
    const { scope } = auth as { scope: Scope };

    it('is refused with the deployment token', async () => {
      expect((await call({ key: DEPLOYMENT_TOKEN })).body.code).toBe('key_invalid');
    });

    it('is refused with a key that has every other scope, and says which one is missing', async () => {
      const scopes = SCOPES.filter((other) => other !== scope);
      const lesser = await app().request('POST', '/v1/keys', { body: { name: 'Lesser', scopes } });
      const answer = await call({ key: lesser.body.key });
      expect([answer.status, answer.body.code]).toEqual([403, 'scope_missing']);
      expect(answer.body.detail).toContain(scope);
    });

    it('is refused with a publishable key', async () => {
      expect((await call({ key: app().store.live.publishableKey })).status).toBe(403);
    });
  },
);

walk(
  ({ path, raw }) => path.includes('{') && raw === null,
  (operation, call, app) => {
    const name = paramNames(operation.path)[0] ?? 'storeId';
    const { prefix, unknown } = PARAMS[name];
    const nowhere = `${prefix}_00000000000000000000000000`;

    it.for([nowhere, `${prefix}_x`, nowhere.toUpperCase(), `${nowhere}0`, 'a%2fb', "'or 1=1--"])(
      'answers that there is no %s',
      async (id) => {
        const answer = await call({ ids: { [name]: id } });
        expect([answer.status, answer.body.code]).toEqual([404, unknown]);
      },
    );

    if (operation.auth === 'deployment') return;

    it("answers the id of another store, and of the store's other side, as an unknown one", async () => {
      const others = [(await app().createStore('Others')).live, app().store.test];
      const { requestId: _, ...answerToUnknown } = (await call({ ids: { [name]: nowhere } })).body;
      for (const other of others) {
        const answer = await call({ ids: await makeIds(app(), operation, other) });
        const { requestId: _, ...body } = answer.body;
        expect(body).toEqual(answerToUnknown);
      }
    });
  },
);

walk(
  ({ raw }) => raw === null,
  (_operation, call) => {
    it('refuses a parameter that it does not know', async () => {
      const answer = await call({ query: '?surprise=s3cret' });
      expect([answer.status, answer.body.code]).toEqual([422, 'query_invalid']);
      expect(answer.body.errors[0].pointer).toBe('#query/surprise');
      expect(answer.text).not.toContain('s3cret');
    });
  },
);

walk(
  (operation) => isWrite(operation) && operation.raw === null,
  (_operation, call) => {
    it('refuses a compressed body', async () => {
      const answer = await call({ body: '{}', headers: { 'Content-Encoding': 'gzip' } });
      expect([answer.status, answer.body.code]).toEqual([415, 'content_encoding_unsupported']);
    });

    it('refuses a body over 64 KiB', async () => {
      const answer = await call({ body: `{"name":"${'x'.repeat(65_536)}"}` });
      expect([answer.status, answer.body.code]).toEqual([413, 'body_too_large']);
    });

    it.for([
      ['no JSON', '{"name":', 400, 'body_malformed'],
      ['bytes that are no UTF-8', new Uint8Array([0x22, 0xff, 0x22]), 400, 'body_malformed'],
      ['a byte-order mark', '\uFEFF{}', 400, 'body_malformed'],
      ['an array', '[]', 422, 'body_invalid'],
      ['null', 'null', 422, 'body_invalid'],
      ['a text', '"x"', 422, 'body_invalid'],
      ['a field that it does not know', '{"surprise":"s3cret"}', 422, 'body_invalid'],
    ] as const)('refuses a body of %s', async ([, body, status, code]) => {
      const answer = await call({ body });
      expect([answer.status, answer.body.code]).toEqual([status, code]);
      expect(answer.text).not.toContain('s3cret');
    });
  },
);

walk(
  (operation) => operation.body !== null,
  ({ body, raw }, call) => {
    it.for(['', 'text/plain', 'application/x-www-form-urlencoded', 'application/json; charset=latin1', 'text/json'])(
      'refuses the content type "%s"',
      async (type) => {
        const bytes = new TextEncoder().encode(JSON.stringify(body?.example));
        const answer = await call({ body: bytes, headers: { 'Content-Type': type } });
        expect([answer.status, answer.body.code]).toEqual([415, 'media_type_unsupported']);
      },
    );

    if (raw !== null) return;

    it('refuses no body', async () => {
      const answer = await call({ body: '' });
      expect([answer.status, answer.body.code]).toEqual([400, 'body_malformed']);
    });
  },
);

describe('a path', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await createTestApp();
  });

  it.for([...new Set(operations.map(({ path }) => path))])(
    '%s refuses other methods and names its own',
    async (path) => {
      const methods = operations
        .filter((operation) => operation.path === path)
        .map(({ method }) => method.toUpperCase());
      const others = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'].filter((method) => !methods.includes(method));
      const allowed = methods.includes('GET') ? [...methods, 'HEAD'] : methods;
      for (const other of others) {
        const answer = await app.request(other, path.replaceAll(/\{\w+\}/g, 'x'), { key: null });
        expect([answer.status, answer.body.code]).toEqual([405, 'method_not_allowed']);
        expect(answer.headers.get('Allow')?.split(', ').sort()).toEqual(allowed.sort());
      }
    },
  );

  it.for(['/v1', '/v1/', '/v1/nothing', '/v1/Keys', '/v2/keys', '/a/b/c/d', '/v1/%00', '/v1//keys'])(
    '%s that does not exist is a problem',
    async (path) => {
      const answer = await app.request('GET', path);
      expect([answer.status, answer.body.code]).toEqual([404, 'route_not_found']);
      expect(answer.headers.get('Content-Type')).toBe('application/problem+json');
    },
  );
});

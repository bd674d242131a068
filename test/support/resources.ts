import { expect } from 'vitest';
import type { ParamName } from '../../src/http/params.ts';
import type { TestApp, TestSide } from './app.ts';

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
};

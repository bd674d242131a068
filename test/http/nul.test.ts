import { describe, expect, it } from 'vitest';
import { createTestApp } from '../support/app.ts';

describe('the character U+0000', () => {
  it('is refused in every body, in a value and in a name, because no text column can hold it', async () => {
    const app = await createTestApp();
    for (const body of ['{"customerId":"ann","name":"a\\u0000b"}', '{"customerId":"ann","a\\u0000b":1}']) {
      const answer = await app.request('POST', '/v1/advocates', { body });
      expect([answer.status, answer.body.code]).toEqual([400, 'body_malformed']);
    }
    const escaped = await app.request('POST', '/v1/advocates', { body: { customerId: 'a\\u0000b' } });
    expect(escaped.status).toBe(201);
  });

  it('is refused in a query', async () => {
    const app = await createTestApp();
    const answer = await app.request('GET', '/v1/advocates?customerId=a%00b');
    expect([answer.status, answer.body.code]).toEqual([422, 'query_invalid']);
  });
});

import { describe, expect, it } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { createTestApp } from '../support/app.ts';

describe('the system paths', () => {
  it('say that it is up, which version it is and what it offers, without asking the database', async () => {
    const app = await createTestApp();
    app.database.down = true;
    expect((await app.request('GET', '/health', { key: null })).body).toEqual({ status: 'up' });
    expect((await app.request('GET', '/version', { key: null })).body.version).toBe(manifest.version);
    expect((await app.request('GET', '/openapi.json', { key: null })).body.paths).toHaveProperty('/v1/keys');
    expect(app.database.trips).toBe(0);
  });

  it('say that it is ready in one trip to the database', async () => {
    const app = await createTestApp();
    const answer = await app.request('GET', '/ready', { key: null });
    expect(answer.body).toEqual({ status: 'ready' });
    expect(app.database.trips).toBe(1);
  });

  it.each(['drop table click_counts', 'alter table keys rename column hint to other'])(
    'say that it is not ready after: %s',
    async (change) => {
      const app = await createTestApp();
      await app.database.client.execute(change);
      const answer = await app.request('GET', '/ready', { key: null });
      expect(answer.status).toBe(503);
      expect(answer.body.detail).toContain('migrations');
      expect(Number(answer.headers.get('Retry-After'))).toBeGreaterThan(0);
    },
  );

  it('say that it is not ready while the database cannot be reached', async () => {
    const app = await createTestApp();
    app.database.down = true;
    const answer = await app.request('GET', '/ready', { key: null });
    expect(answer.status).toBe(503);
    expect(answer.body.code).toBe('database_unavailable');
    expect(answer.headers.get('Retry-After')).not.toBeNull();
  });

  it('describe every problem where its type leads', async () => {
    const app = await createTestApp();
    const refused = (await app.request('GET', '/v1/keys', { key: null })).body;
    const { body } = await app.request('GET', new URL(refused.type).pathname, { key: null });
    const kind = body.items.find(({ code }: { code: string }) => code === refused.code);
    expect(kind).toMatchObject({ type: refused.type, title: refused.title, status: refused.status });
  });
});

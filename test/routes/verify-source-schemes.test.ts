import { beforeAll, describe, expect, it } from 'vitest';
import { ADDRESS, AT, ID, type Row } from '../domain/sources/row.ts';
import { bigcommerceRows } from '../domain/sources/rows/bigcommerce.ts';
import { hmacRows } from '../domain/sources/rows/hmac.ts';
import { httpSignaturesRows } from '../domain/sources/rows/http-signatures.ts';
import { jwsRows } from '../domain/sources/rows/jws.ts';
import { shopifyRows } from '../domain/sources/rows/shopify.ts';
import { standardWebhooksRows } from '../domain/sources/rows/standard-webhooks.ts';
import { stripeRows } from '../domain/sources/rows/stripe.ts';
import { woocommerceRows } from '../domain/sources/rows/woocommerce.ts';
import { createTestApp, type Json, type TestApp } from '../support/app.ts';
import { makeSource } from '../support/resources.ts';

const ROWS: Row[] = [
  ...standardWebhooksRows,
  ...hmacRows,
  ...shopifyRows,
  ...stripeRows,
  ...jwsRows,
  ...httpSignaturesRows,
  ...woocommerceRows,
  ...bigcommerceRows,
];

/** Of a sender whose keys are at hand. */
const own = ROWS.filter(({ source }) => !('jwksUrl' in (source(['current']).config as object)));

describe.each(own)('POST /v1/sources/{sourceId}/verify of $title', (row) => {
  const { order } = row.samples;
  const { config, secrets } = row.source(['current']);
  let app: TestApp;
  let source: Json;
  let headers: Record<string, string>;

  beforeAll(async () => {
    app = await createTestApp();
    app.outside = ({ url }) =>
      Response.json(order.answers?.[url] ?? null, { status: url in (order.answers ?? {}) ? 200 : 404 });
    source = await makeSource(app, app.store.live, {
      scheme: row.scheme.name,
      config,
      ...(secrets.length === 0 ? {} : { secret: secrets[0] }),
      ...(row.accessToken === undefined ? {} : { accessToken: row.accessToken }),
    });
    headers = { 'content-type': 'application/json', ...(await sign('current')) };
  });

  const sign = (key: 'current' | 'foreign') => row.sign({ key, sample: order, id: ID, at: AT });

  async function verify(request: object): Promise<Json> {
    const pasted = { url: ADDRESS, headers, body: order.body, at: new Date(AT * 1000).toISOString(), ...request };
    const answer = await app.request('POST', `/v1/sources/${source.id}/verify`, { body: pasted });
    expect(answer.status, answer.text).toBe(200);
    for (const name of ['current', 'foreign'] as const) {
      for (const secret of row.source([name]).secrets) expect(answer.text).not.toContain(secret);
    }
    return answer.body;
  }

  function failing({ steps }: Json): string[] {
    return steps.filter(({ passed }: Json) => passed === false).map(({ step }: Json) => step);
  }

  it('accepts a genuine callback, and says what it understands', async () => {
    const diagnosis = await verify({});
    expect(diagnosis).toMatchObject({ verdict: 'accepted', refusal: null, mistake: null, errors: [] });
    expect(diagnosis.steps.map(({ passed }: Json) => passed)).not.toContain(null);
    expect(failing(diagnosis)).toEqual([]);
    const told = order.notices.map((notice) => (notice as Json).kind);
    expect(diagnosis.understood.notices.map(({ kind }: Json) => kind)).toEqual(told);
  });

  it('says that another key has signed, and not which', async () => {
    const diagnosis = await verify({ headers: { ...headers, ...(await sign('foreign')) } });
    expect(diagnosis).toMatchObject({
      verdict: 'refused',
      refusal: 'signature_invalid',
      mistake: null,
      understood: null,
    });
    expect(['key', 'signature']).toContain(failing(diagnosis)[0]);
  });

  it('knows a body that grew by a line feed, and one that lost its own', async () => {
    const grown = await verify({ body: `${order.body}\n` });
    expect(failing(grown)).toEqual(['signature']);
    expect(grown.mistake).toMatchObject({ code: 'final_newline' });
    const lost = { ...order, body: `${order.body}\n` };
    const signed = await row.sign({ key: 'current', sample: lost, id: ID, at: AT });
    expect((await verify({ headers: { ...headers, ...signed } })).mistake).toMatchObject({ code: 'final_newline' });
  });

  it('knows a callback that is right but for its time', async () => {
    const late = await verify({ at: new Date((AT + 3600) * 1000).toISOString() });
    if (!row.timed) return expect(late.verdict).toBe('accepted');
    expect(failing(late)).toEqual(['freshness']);
    expect(late.mistake).toMatchObject({ code: 'stale_time', detail: expect.stringContaining('3600 seconds before') });
  });

  it('names a header that is missing', async () => {
    for (const name of row.once) {
      const { [name]: _, ...without } = headers;
      const diagnosis = await verify({ headers: without });
      expect([diagnosis.refusal, failing(diagnosis)]).toEqual(['callback_malformed', ['headers']]);
      expect(JSON.stringify(diagnosis.steps)).toContain(name);
    }
  });
});

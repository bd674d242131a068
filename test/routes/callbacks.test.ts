import { beforeEach, describe, expect, it } from 'vitest';
import { createTestApp, type TestApp } from '../support/app.ts';
import { HOUR, SECOND } from '../support/clock.ts';
import { createShop, type Shop } from '../support/shop.ts';
import { signHmac, signStandardWebhooks } from '../support/signers.ts';

const ORDER = { type: 'order.paid', data: { orderId: 'o1', currency: 'USD', subtotal: 5000, customer: { id: 'ben' } } };
const WRITTEN = ['orders', 'order_changes', 'conversions', 'rewards', 'ledger_entries', 'callbacks', 'events'];

describe('POST /callbacks/{sourceId}', () => {
  let app: TestApp;
  let shop: Shop;
  let before: number[];

  beforeEach(async () => {
    app = await createTestApp();
    shop = await createShop(app);
    before = await counts();
  });

  async function counts(): Promise<number[]> {
    const sql = `select ${WRITTEN.map((table) => `(select count(*) from ${table})`).join(', ')}`;
    const { rows } = await app.database.client.execute(sql);
    return Object.values(rows[0] ?? {}).map(Number);
  }

  function seconds(): number {
    return Math.floor(app.clock.now() / 1000);
  }

  function signed(body: string, more: { secret?: string; timestamp?: number } = {}): Record<string, string> {
    return signStandardWebhooks({ secret: shop.secret, id: 'msg_1', timestamp: seconds(), body, ...more });
  }

  function send(body: string | Uint8Array, headers: Record<string, string>, source = shop.sourceId) {
    return app.request('POST', `/callbacks/${source}`, { key: null, body, headers });
  }

  async function expectRefused(answer: { status: number; body: { code: string } }, status: number, code: string) {
    expect([answer.status, answer.body.code]).toEqual([status, code]);
    expect(await counts()).toEqual(before);
  }

  it('refuses a body of which any one bit was flipped, and writes nothing', async () => {
    const text = JSON.stringify(ORDER);
    const headers = signed(text);
    for (let at = 0; at < text.length; at += 1) {
      const bytes = new TextEncoder().encode(text);
      bytes[at] = (bytes[at] ?? 0) ^ 1;
      const answer = await send(bytes, headers);
      expect([answer.status, answer.body.code]).toEqual([401, 'signature_invalid']);
    }
    expect(await counts()).toEqual(before);
  });

  it.each([301, -301])('refuses a timestamp that is %i seconds off', async (off) => {
    const text = JSON.stringify(ORDER);
    await expectRefused(await send(text, signed(text, { timestamp: seconds() + off })), 401, 'signature_invalid');
  });

  it.each([300, -300])('takes one that is %i seconds off', async (off) => {
    const text = JSON.stringify(ORDER);
    expect((await send(text, signed(text, { timestamp: seconds() + off }))).status).toBe(200);
  });

  it.each(['webhook-id', 'webhook-timestamp', 'webhook-signature'])(
    'refuses a request without %s, or with two',
    async (name) => {
      const text = JSON.stringify(ORDER);
      const headers = signed(text);
      const { [name]: value = '', ...without } = headers;
      await expectRefused(await send(text, without), 400, 'callback_malformed');
      await expectRefused(await send(text, { ...headers, [name]: `${value}, ${value}` }), 400, 'callback_malformed');
    },
  );

  it('answers a wrong secret, an unknown source and an archived one alike', async () => {
    const text = JSON.stringify(ORDER);
    const wrong = await send(text, signed(text, { secret: `whsec_${btoa('another secret of 32 bytes here.')}` }));
    const unknown = await send(text, signed(text), 'src_0000000000000000000000000z');
    const garbage = await send(text, signed(text), 'no-such-source');
    await app.request('DELETE', `/v1/sources/${shop.sourceId}`, { key: shop.key });
    const archived = await send(text, signed(text));
    const told = ({ status, body: { requestId, type, ...rest } }: typeof wrong) => ({ status, ...rest });
    expect([unknown, garbage, archived].map(told)).toEqual(Array(3).fill(told(wrong)));
    await expectRefused(wrong, 401, 'signature_invalid');
  });

  it('takes the old secret during the overlap of a rotation, and not after it', async () => {
    const text = JSON.stringify(ORDER);
    await app.request('POST', `/v1/sources/${shop.sourceId}/rotate`, { key: shop.key, body: { overlapHours: 24 } });
    app.clock.advance(24 * HOUR - SECOND);
    expect((await send(text, signed(text))).body.status).toBe('recorded');
    app.clock.advance(SECOND);
    expect((await send(text, signed(text))).status).toBe(401);
  });

  it('does not look at a content encoding, another media type or a body of more than 1 MiB', async () => {
    const text = JSON.stringify(ORDER);
    await expectRefused(
      await send(text, { ...signed(text), 'Content-Encoding': 'gzip' }),
      415,
      'content_encoding_unsupported',
    );
    await expectRefused(
      await send(text, { ...signed(text), 'Content-Type': 'text/plain' }),
      415,
      'media_type_unsupported',
    );
    const large = `"${'x'.repeat(1024 * 1024)}"`;
    await expectRefused(await send(large, signed(large)), 413, 'body_too_large');
    const full = `"${'x'.repeat(1024 * 1024 - 2)}"`;
    expect((await send(full, signed(full))).body.code).toBe('callback_unusable');
  });

  it.each([
    '',
    ' ',
    'null',
    '[]',
    '"order.paid"',
    '{}',
    '{',
    '{"type":"order.paid"}',
    '{"type":"order.paid","data":null}',
    '{"type":"order.paid","data":[]}',
    '{"type":null,"data":{}}',
    '{"type":"order.paid","type":"signup","data":{}}',
    '{"__proto__":{"type":"order.paid"}}',
    '{"type":"order.paid","data":{"__proto__":{}}}',
    '{"type":"\\ud800","data":{}}',
    `${'['.repeat(1000)}${']'.repeat(1000)}`,
    '\ufeff{"type":"order.paid","data":{}}',
    '{"type":"order.paid","data":{"orderId":1,"currency":"USD","subtotal":5000}}',
    '{"type":"order.paid","data":{"orderId":"o","currency":"usd","subtotal":5000}}',
    '{"type":"order.paid","data":{"orderId":"o","currency":"XXX","subtotal":5000}}',
    '{"type":"order.paid","data":{"orderId":"o","currency":"USD","subtotal":-1}}',
    '{"type":"order.paid","data":{"orderId":"o","currency":"USD","subtotal":50.5}}',
    '{"type":"order.paid","data":{"orderId":"o","currency":"USD","subtotal":"5000"}}',
    '{"type":"order.paid","data":{"orderId":"o","currency":"USD","subtotal":9007199254740993}}',
    '{"type":"order.paid","data":{"orderId":"o","currency":"USD","subtotal":1e400}}',
    '{"type":"order.paid","data":{"orderId":"","currency":"USD","subtotal":1}}',
    '{"type":"order.paid","data":{"orderId":"a\\u0000b","currency":"USD","subtotal":1}}',
    '{"type":"order.paid","data":{"orderId":"o","currency":"USD","subtotal":1,"more":1}}',
    '{"type":"order.paid","data":{"orderId":"o","currency":"USD","subtotal":1,"codes":"x"}}',
    '{"type":"order.paid","data":{"orderId":"o","currency":"USD","subtotal":1,"customer":{}}}',
    '{"type":"order.paid","data":{"orderId":"o","currency":"USD","subtotal":1,"paidAt":"yesterday"}}',
    '{"type":"order.paid","data":{"orderId":"o","currency":"USD","subtotal":1,"paidAt":"2026-11-21T20:00:00"}}',
    '{"type":"order.paid","data":{"orderId":"o","currency":"USD","subtotal":1,"paidAt":"9999-12-31T23:59:59Z"}}',
    '{"type":"signup","data":{}}',
    '{"type":"signup","data":{"customer":{"email":"@"}}}',
    '{"type":"order.refunded","data":{"orderId":"o","refundId":"r","currency":"USD","amount":0}}',
    '{"type":"order.cancelled","data":{}}',
  ])('says what to mend in an authentic %s, and does nothing but keep what is JSON to be looked at', async (text) => {
    const answer = await send(text, signed(text));
    expect([
      [400, 'body_malformed'],
      [422, 'callback_unusable'],
    ]).toContainEqual([answer.status, answer.body.code]);
    const { rows } = await app.database.client.execute('select status, message_id, errors, sealed from callbacks');
    const errors = JSON.stringify(answer.body.errors ?? [{ pointer: '', detail: answer.body.detail }]);
    const kept = { status: 'unusable', message_id: null, errors, sealed: expect.any(String) };
    expect(rows).toMatchObject(answer.status === 422 ? [kept] : []);
    await app.database.client.execute('delete from callbacks');
    expect(await counts()).toEqual(before);
  });

  it('refuses bytes that are no UTF-8', async () => {
    const bytes = new Uint8Array([0x7b, 0xff, 0xfe, 0x7d]);
    const secret = 'a-secret-of-at-least-24-chars';
    const config = {
      signatureHeader: 'x-signature',
      encoding: 'hex',
      hash: 'sha256',
      content: 'body',
      prefix: '',
      secretEncoding: 'text',
    };
    const source = await app.request('POST', '/v1/sources', {
      key: shop.key,
      body: { name: 'HMAC', scheme: 'hmac', secret, config: { signatureHeader: 'x-signature' } },
    });
    const headers = signHmac({ config: config as Parameters<typeof signHmac>[0]['config'], secret, body: bytes });
    const answer = await send(bytes, headers, source.body.id);
    expect([answer.status, answer.body.code]).toEqual([400, 'body_malformed']);
  });

  it('notes an event that is not its business, once, and does nothing', async () => {
    const text = JSON.stringify({ type: 'order.shipped', data: { anything: [1, 2, 3] } });
    expect((await send(text, signed(text))).body).toEqual({ status: 'ignored', reason: null, conversionId: null });
    expect((await send(text, signed(text))).body.status).toBe('duplicate');
  });

  it('answers 503 with Retry-After when the database cannot be reached and the source is not known, and takes the repetition', async () => {
    const text = JSON.stringify(ORDER);
    app.database.down = true;
    const answer = await send(text, signed(text));
    expect([answer.status, answer.body.code]).toEqual([503, 'database_unavailable']);
    expect(Number(answer.headers.get('Retry-After'))).toBeGreaterThan(0);
    app.database.down = false;
    expect((await send(text, signed(text))).body.status).toBe('recorded');
  });

  it('takes no other method', async () => {
    const answer = await app.request('GET', `/callbacks/${shop.sourceId}`, { key: null });
    expect([answer.status, answer.headers.get('Allow')]).toEqual([405, 'POST']);
  });
});

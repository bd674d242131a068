import { createHmac } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { createTestApp, type Json, type TestApp } from '../support/app.ts';
import { DAY, HOUR } from '../support/clock.ts';
import { makeSource } from '../support/resources.ts';
import { createShop, type Shop } from '../support/shop.ts';
import { STORE_HASH, signBigCommerce } from '../support/sign-bigcommerce.ts';
import { signHmac } from '../support/signers.ts';

const EVENT = {
  type: 'order.paid',
  data: {
    orderId: 'o-5001',
    currency: 'EUR',
    subtotal: 4990,
    customer: { id: 'customer-77', email: 'zoe@example.com' },
    deliveryAddress: { lines: ['Lindenweg 7'], city: 'Köln', postalCode: '50667', country: 'DE' },
    codes: ['ANNA', 'a/b'],
    clickToken: 'token-of-a-click',
    paidAt: '2026-11-21T19:00:00+01:00',
  },
};
const BODY = JSON.stringify(EVENT);

let app: TestApp;
let shop: Shop;

beforeEach(async () => {
  app = await createTestApp();
  shop = await createShop(app);
});

interface Signing {
  secret?: string;
  /** The key, where it is not what the secret stands for. */
  key?: string | Buffer;
  signed?: string | Buffer;
  timestamp?: number;
}

function macOf({
  secret = shop.secret,
  key = Buffer.from(secret.slice(6), 'base64'),
  signed = BODY,
  ...more
}: Signing) {
  const { timestamp = seconds() } = more;
  return createHmac('sha256', key).update(`msg_1.${timestamp}.`).update(signed).digest();
}

/** As Standard Webhooks does, by hand: what is signed may be another body, and the key another. */
function headersOf(signing: Signing = {}): Record<string, string> {
  const { timestamp = seconds() } = signing;
  return {
    'Content-Type': 'application/json',
    'webhook-id': 'msg_1',
    'webhook-timestamp': String(timestamp),
    'webhook-signature': `v1,${macOf(signing).toString('base64')}`,
  };
}

function seconds(): number {
  return Math.floor(app.clock.now() / 1000);
}

function ask(pasted: object, sourceId = shop.sourceId) {
  return app.request('POST', `/v1/sources/${sourceId}/verify`, {
    body: { headers: headersOf(), body: BODY, ...pasted },
  });
}

async function verify(pasted: object, sourceId?: string): Promise<Json> {
  const answer = await ask(pasted, sourceId);
  expect(answer.status, answer.text).toBe(200);
  return answer.body;
}

function stepsOf({ steps }: Json): Record<string, boolean | null> {
  return Object.fromEntries(steps.map(({ step, passed }: Json) => [step, passed]));
}

describe('POST /v1/sources/{sourceId}/verify', () => {
  it('understands a callback without a word of the people in it', async () => {
    const answer = await ask({});
    expect(answer.body).toMatchObject({
      verdict: 'accepted',
      refusal: null,
      mistake: null,
      understood: {
        type: 'order.paid',
        notices: [
          {
            ...{ kind: 'order', orderId: 'o-5001', currency: 'EUR', subtotal: 4990, tax: 0, shipping: 0, test: false },
            ...{
              names: 0,
              codes: 2,
              clickTokens: 1,
              clickIds: 0,
              hasCustomerId: true,
              hasEmail: true,
              hasAddress: true,
            },
            occurredAt: '2026-11-21T18:00:00.000Z',
          },
        ],
      },
    });
    expect(answer.text).not.toMatch(/zoe|customer-77|Linden|Köln|50667|ANNA|anna|token-of/);
  });

  it('has no effect, and asks the database once beside the key', async () => {
    const tables = ['orders', 'order_changes', 'conversions', 'callbacks', 'events', 'replays', 'privacy_requests'];
    const counts = async () => {
      const sql = `select ${tables.map((table) => `(select count(*) from ${table})`).join(', ')}`;
      return Object.values((await app.database.client.execute(sql)).rows[0] ?? {});
    };
    const before = await counts();
    const kv = { ...app.kv.calls };
    app.database.trips = 0;
    expect((await verify({})).verdict).toBe('accepted');
    expect((await verify({ body: `${BODY} ` })).verdict).toBe('refused');
    expect(app.database.trips).toBe(4);
    await app.settled();
    expect([await counts(), app.kv.calls, app.callbacks.messages]).toEqual([before, kv, []]);
  });

  it.each<[string, () => { headers?: Record<string, string>; body?: string; method?: string }]>([
    ['what is right', () => ({})],
    ['another method', () => ({ method: 'GET', body: '' })],
    ['a body that is compressed', () => ({ headers: { ...headersOf(), 'Content-Encoding': 'gzip' } })],
    ['a body that is said to be', () => ({ headers: { ...headersOf(), 'Content-Encoding': 'Identity' } })],
    ['another media type', () => ({ headers: { ...headersOf(), 'Content-Type': 'text/plain' } })],
    ['no media type that is known', () => ({ headers: { ...headersOf(), 'Content-Type': '' } })],
    ['another charset', () => ({ headers: { ...headersOf(), 'Content-Type': 'application/json; charset=latin1' } })],
    ['a header in another form', () => ({ headers: { ...headersOf(), 'webhook-timestamp': '01' } })],
    ['a signature of nothing', () => ({ headers: { ...headersOf(), 'webhook-signature': `v1,${'A'.repeat(43)}=` } })],
    ['another version of signature', () => ({ headers: { ...headersOf(), 'webhook-signature': 'v2,AAAA' } })],
    ['an old time', () => ({ headers: headersOf({ timestamp: seconds() - 302 }) })],
    ['a time to come', () => ({ headers: headersOf({ timestamp: seconds() + 302 }) })],
    ['another body', () => ({ body: BODY.replace('4990', '9990') })],
    ['what is no JSON', () => ({ body: '{', headers: headersOf({ signed: '{' }) })],
    ['a name that comes twice', () => ({ body: '{"a":1,"a":2}', headers: headersOf({ signed: '{"a":1,"a":2}' }) })],
    [
      'what makes no sense',
      () => ({ body: '{"type":"order.paid"}', headers: headersOf({ signed: '{"type":"order.paid"}' }) }),
    ],
    ['no business of ours', () => ({ body: '{"type":"x"}', headers: headersOf({ signed: '{"type":"x"}' }) })],
  ])('says of %s what the sender is answered', async (_, request) => {
    const { method = 'POST', headers = headersOf(), body = BODY } = request();
    const diagnosis = await verify({ method, headers, body });
    const posted = await app.request(method, `/callbacks/${shop.sourceId}`, {
      key: null,
      headers,
      ...(method === 'GET' ? {} : { body }),
    });
    expect(diagnosis.refusal).toBe(posted.status === 200 ? null : posted.body.code);
    expect(diagnosis.verdict).toBe(posted.status === 200 ? 'accepted' : 'refused');
    if (posted.body.errors !== undefined) expect(diagnosis.errors).toEqual(posted.body.errors);
  });

  it('stops at the step that fails', async () => {
    expect(stepsOf(await verify({ headers: { ...headersOf(), 'Content-Type': 'text/plain' } }))).toEqual({
      ...{ method: true, content_encoding: true, size: true, media_type: false },
      ...{ source: null, headers: null, freshness: null, key: null, signature: null, json: null, content: null },
    });
    expect(stepsOf(await verify({ body: `${BODY}x` }))).toMatchObject({
      ...{ media_type: true, source: true, headers: true, freshness: true, key: true },
      ...{ signature: false, json: null, content: null },
    });
  });

  it.each<[string, () => Promise<unknown>, RegExp]>([
    ['disabled', () => app.request('PATCH', `/v1/sources/${shop.sourceId}`, { body: { enabled: false } }), /enable it/],
    ['archived', () => app.request('DELETE', `/v1/sources/${shop.sourceId}`), /archived/],
  ])('says that its source is %s, and looks further all the same', async (_, end, says) => {
    await end();
    const diagnosis = await verify({});
    expect(diagnosis).toMatchObject({
      verdict: 'refused',
      refusal: 'signature_invalid',
      understood: { type: 'order.paid' },
    });
    expect(stepsOf(diagnosis)).toMatchObject({ source: false, signature: true, content: true });
    expect(diagnosis.steps.find(({ step }: Json) => step === 'source').detail).toMatch(says);
  });

  it('says that its source has no secret to hold a signature against', async () => {
    await app.database.client.execute('delete from source_secrets');
    const diagnosis = await verify({});
    expect(diagnosis).toMatchObject({ verdict: 'refused', refusal: 'signature_invalid' });
    expect(stepsOf(diagnosis)).toMatchObject({ freshness: true, key: false, signature: null });
  });

  it('takes headers in any case and as lists, and a body in base64', async () => {
    const headers = Object.entries(headersOf()).map(([name, value]) => [name.toUpperCase(), [value]]);
    const body = Buffer.from(BODY).toString('base64');
    expect((await verify({ headers: Object.fromEntries(headers), body, bodyEncoding: 'base64' })).verdict).toBe(
      'accepted',
    );
    const twice = { ...headersOf(), 'webhook-id': ['msg_1', 'msg_1'] };
    expect(stepsOf(await verify({ headers: twice })).headers).toBe(false);
  });

  it('says that the body was changed on the way here, where its declared length tells', async () => {
    const { steps } = await verify({
      headers: { ...headersOf(), 'Content-Length': String(Buffer.byteLength(BODY) + 1) },
    });
    expect(steps.find(({ step }: Json) => step === 'size')).toMatchObject({
      passed: true,
      detail: expect.stringMatching(/changed/),
    });
    const { refusal } = await verify({ headers: { ...headersOf(), 'Content-Length': '1048577' } });
    expect(refusal).toBe('body_too_large');
  });

  it.each<[string, object, string]>([
    ['a body that is not the base64 it is said to be', { body: BODY, bodyEncoding: 'base64' }, '/body'],
    ['a header with a line feed', { headers: { a: 'b\nc: d' } }, '/headers/a'],
    ['a header with what is no byte', { headers: { a: '…' } }, '/headers/a'],
    ['a header that has no name', { headers: { '': 'b' } }, '/headers/'],
    ['a header with a name of two words', { headers: { 'a b': 'c' } }, '/headers/a b'],
    ['a header that is a number', { headers: { a: 1 } }, '/headers/a'],
    [
      'too many headers',
      { headers: Object.fromEntries(Array.from({ length: 101 }, (_, i) => [`a${i}`, ''])) },
      '/headers',
    ],
    ['a method that is none', { method: 'post it' }, '/method'],
    ['an address that is none', { url: 'https://' }, '/url'],
    ['an address that leads elsewhere', { url: 'file:///etc/passwd' }, '/url'],
    ['a time that is none', { at: 'now' }, '/at'],
  ])('refuses %s', async (_, pasted, pointer) => {
    const { status, body } = await ask(pasted);
    expect([status, body.code, body.errors[0].pointer]).toEqual([422, 'body_invalid', pointer]);
  });

  it('knows by what WooCommerce tries an address', async () => {
    const { id } = await makeSource(app, app.store.live, { scheme: 'woocommerce' });
    const ping = { headers: { 'Content-Type': 'application/x-www-form-urlencoded' }, body: 'webhook_id=12' };
    expect(await verify(ping, id)).toMatchObject({ verdict: 'ping', refusal: null, understood: null });
    expect((await verify({ ...ping, body: 'webhook_id=12&a=b' }, id)).refusal).toBe('media_type_unsupported');
  });

  describe('of a sender that only names things', () => {
    const clientSecret = 'a-client-secret-of-enough-characters';
    const body = `{"producer":"stores/${STORE_HASH}","scope":"store/order/created","data":{"type":"order","id":250}}`;

    async function verifyEvent(accessToken: string | null): Promise<Json> {
      const config = { storeHash: STORE_HASH };
      const settings = { scheme: 'bigcommerce', secret: clientSecret, config, accessToken };
      const { id } = await makeSource(app, app.store.live, settings);
      const signed = signBigCommerce({ clientSecret, id: 'msg_1', timestamp: seconds(), body });
      return verify({ headers: { 'Content-Type': 'application/json', ...signed }, body }, id);
    }

    it('says that it is held as long as they cannot be asked for', async () => {
      const diagnosis = await verifyEvent(null);
      expect(diagnosis).toMatchObject({
        verdict: 'held',
        refusal: null,
        understood: { type: 'store/order/created', notices: [] },
      });
      expect(diagnosis.steps.at(-1).detail).toMatch(/accessToken/);
    });

    it('says that the platform refuses the token, or does not answer', async () => {
      app.outside = () => new Response('', { status: 403 });
      expect(await verifyEvent('an-access-token')).toMatchObject({ verdict: 'held' });
      app.outside = () => new Response('', { status: 500 });
      const diagnosis = await verifyEvent('an-access-token');
      expect(diagnosis).toMatchObject({ verdict: 'queued', refusal: null, understood: null });
      expect(stepsOf(diagnosis)).toMatchObject({ signature: true, content: false });
    });
  });
});

describe('the usual mistakes', () => {
  const php = BODY.replaceAll('/', '\\/').replaceAll('ö', '\\u00f6');
  const python = BODY.replaceAll(/(?<=")[:,](?=["{[\d])|(?<=\d),|(?<=[\]}]),/g, (mark) => `${mark} `).replaceAll(
    'ö',
    '\\u00f6',
  );

  it('are told from Python and PHP as those write the same', () => {
    expect(python).toContain('"orderId": "o-5001", "currency": "EUR", "subtotal": 4990, "customer": {"id":');
    expect(JSON.parse(python)).toEqual(EVENT);
    expect(JSON.parse(php)).toEqual(EVENT);
  });

  it.each<[string, string, string, string | Buffer]>([
    ['final_newline', 'a line feed was lost', BODY, `${BODY}\n`],
    ['final_newline', 'a line feed came on', `${BODY}\n`, BODY],
    ['final_newline', 'blanks were trimmed', ` ${BODY}\r\n`, BODY],
    ['line_endings', 'CRLF became LF', BODY.replaceAll(',', ',\n'), BODY.replaceAll(',', ',\r\n')],
    ['line_endings', 'LF became CRLF', BODY.replaceAll(',', ',\r\n'), BODY.replaceAll(',', ',\n')],
    ['byte_order_mark', 'a mark was lost', BODY, `\ufeff${BODY}`],
    ['byte_order_mark', 'a mark came on', `\ufeff${BODY}`, BODY],
    ['json_rewritten', 'it was indented', JSON.stringify(EVENT, null, 2), BODY],
    ['json_rewritten', 'it was pressed together', BODY, JSON.stringify(EVENT, null, 4)],
    ['json_rewritten', 'it was written by Python before', BODY, python],
    ['json_rewritten', 'it was written by PHP before', BODY, php],
    ['json_rewritten', 'its names were in the order of the alphabet before', BODY, sortedText(EVENT)],
    ['text_encoding', 'it was ISO 8859-1 before', BODY, Buffer.from(BODY, 'latin1')],
    ['text_encoding', 'it was taken for ISO 8859-1 before', BODY, Buffer.from(Buffer.from(BODY).toString('latin1'))],
    ['base64_body', 'the base64 of it was signed', BODY, Buffer.from(BODY).toString('base64')],
    ['base64_body', 'the base64 of it was given here', Buffer.from(BODY).toString('base64'), BODY],
    ['empty_body', 'nothing was signed', BODY, ''],
  ])('%s: %s', async (code, _, body, signed) => {
    const diagnosis = await verify({ body, headers: headersOf({ signed }) });
    expect(stepsOf(diagnosis).signature).toBe(false);
    expect(diagnosis.mistake).toMatchObject({ code });
  });

  it('text_encoding: what is not UTF-8 was replaced before', async () => {
    const bytes = Buffer.from(BODY, 'latin1');
    const headers = headersOf({ signed: bytes.toString('utf8') });
    const { mistake } = await verify({ body: bytes.toString('base64'), bodyEncoding: 'base64', headers });
    expect(mistake).toMatchObject({ code: 'text_encoding' });
  });

  it.each<[string, string, () => Signing]>([
    ['secret_form', 'the base64 was not decoded', () => ({ key: shop.secret.slice(6) })],
    ['secret_form', 'the prefix was taken for a part of the key', () => ({ key: shop.secret })],
    ['secret_form', 'the key was read out of a file', () => ({ key: `${shop.secret}\n` })],
  ])('%s: %s', async (code, _, signing) => {
    expect((await verify({ headers: headersOf(signing()) })).mistake).toMatchObject({ code });
  });

  it.each<[string, string]>([
    ['the body alone', ''],
    ['time and body', 'timestamp.'],
  ])('signed_parts: %s', async (says, before) => {
    const key = Buffer.from(shop.secret.slice(6), 'base64');
    const mac = createHmac('sha256', key).update(`${before.replace('timestamp', String(seconds()))}${BODY}`);
    const headers = { ...headersOf(), 'webhook-signature': `v1,${mac.digest('base64')}` };
    const { mistake } = await verify({ headers });
    expect(mistake).toMatchObject({ code: 'signed_parts' });
    expect(mistake.detail).toContain(says.split(' ')[0]);
  });

  it('of a generic HMAC are known as well: the form of the secret, and what is signed', async () => {
    const config = {
      signatureHeader: 'x-sig',
      content: 'timestamp.body',
      timestampHeader: 'x-time',
      timestampUnit: 's',
    } as const;
    const made = await makeSource(app, app.store.live, { scheme: 'hmac', config });
    const signed = (more: object) => ({
      'Content-Type': 'application/json',
      ...signHmac({ config: { ...made.config, ...more }, secret: made.secret, body: BODY, timestamp: seconds() }),
    });
    expect((await verify({ headers: signed({}) }, made.id)).verdict).toBe('accepted');
    const inHex = await verify({ headers: signed({ secretEncoding: 'hex' }) }, made.id);
    expect(inHex.mistake).toMatchObject({ code: 'secret_form', detail: expect.stringContaining('hex') });
    const alone = await verify({ headers: { 'x-time': String(seconds()), ...signed({ content: 'body' }) } }, made.id);
    expect(alone.mistake).toMatchObject({ code: 'signed_parts', detail: expect.stringContaining('the body alone') });
  });

  it('ended_secret: it is named, and only for a time at which it had ended', async () => {
    const old = shop.secret;
    const { body: before } = await app.request('GET', `/v1/sources/${shop.sourceId}`);
    await app.request('POST', `/v1/sources/${shop.sourceId}/rotate`, { body: { overlapHours: 1 } });
    const cameAt = new Date(app.clock.now()).toISOString();
    const headers = headersOf({ secret: old });
    app.clock.advance(2 * HOUR);
    const { mistake } = await verify({ headers: headersOf({ secret: old }) });
    expect(mistake).toMatchObject({ code: 'ended_secret', detail: expect.stringContaining(before.secrets[0].id) });
    expect((await verify({ headers, at: cameAt })).verdict).toBe('accepted');
  });

  it('other_source: it is named, where it is one of the same store', async () => {
    const other = await makeSource(app);
    const { mistake } = await verify({ headers: headersOf({ secret: other.secret }) });
    expect(mistake).toMatchObject({ code: 'other_source', detail: expect.stringContaining(other.id) });
    const foreign = await makeSource(app, (await app.createStore('Others')).live);
    expect((await verify({ headers: headersOf({ secret: foreign.secret }) })).mistake).toBeNull();
  });

  it('stale_time: days later, also beside another mistake', async () => {
    const headers = headersOf();
    const wrong = headersOf({ signed: `${BODY}\n` });
    app.clock.advance(3 * DAY);
    const late = await verify({ headers });
    expect(stepsOf(late)).toMatchObject({ freshness: false, signature: null });
    expect(late.mistake).toMatchObject({
      code: 'stale_time',
      detail: expect.stringContaining('259200 seconds before'),
    });
    expect((await verify({ headers: wrong })).mistake).toMatchObject({ code: 'final_newline' });
  });

  it('are none where nothing explains it', async () => {
    const { mistake } = await verify({ body: BODY.replace('4990', '9990') });
    expect(mistake).toBeNull();
  });

  it('are tried without a word of the secret, or of what it makes', async () => {
    const texts: string[] = [];
    for (const signing of [{}, { signed: `${BODY}\n` }, { key: shop.secret }, { timestamp: seconds() - 4000 }]) {
      const headers = { ...headersOf(signing), 'webhook-signature': headersOf(signing)['webhook-signature'] ?? '' };
      texts.push((await ask({ headers })).text, (await ask({ headers, body: `${BODY} ` })).text);
    }
    const told = texts.join('\n');
    const key = shop.secret.slice(6);
    const secrets = [key, Buffer.from(key, 'base64').toString('hex'), shop.secret.slice(-8)];
    const macs = [{}, { signed: `${BODY}\n` }, { signed: `${BODY} ` }, { key: shop.secret }].map(macOf);
    for (const text of [...secrets, ...macs.flatMap((mac) => [mac.toString('hex'), mac.toString('base64')])]) {
      expect(told).not.toContain(text);
    }
  });

  it('are tried in good time on the largest and the most entangled bodies that come here', async () => {
    const wide = JSON.stringify(Object.fromEntries(Array.from({ length: 2500 }, (_, i) => [`"/<${i}é`, i])));
    const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`;
    const indented = `${'['.repeat(31)}${'1,'.repeat(30_000)}1${']'.repeat(31)}`;
    for (const body of [wide, deep, indented, '\r\n'.repeat(15_000), '9'.repeat(60_000)]) {
      expect((await verify({ body })).mistake).toBeNull();
    }
  });
});

function sortedText({ type, data }: typeof EVENT): string {
  const sort = (value: object) => Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  const { customer, deliveryAddress, ...rest } = data;
  const inner = sort({ ...rest, customer: sort(customer), deliveryAddress: sort(deliveryAddress) });
  return JSON.stringify({ data: inner, type });
}

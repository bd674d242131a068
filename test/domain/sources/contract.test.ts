import { createHmac } from 'node:crypto';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import type { Scheme } from '../../../src/domain/sources/contract.ts';
import { hmac } from '../../../src/domain/sources/hmac.ts';
import { type HmacConfig, hmacConfig } from '../../../src/domain/sources/hmac-config.ts';
import { standardWebhooks } from '../../../src/domain/sources/standard-webhooks.ts';
import { parseStrictJson } from '../../../src/domain/strict-json.ts';
import { signHmac, signStandardWebhooks } from '../../support/signers.ts';

/** What every scheme must do, whoever the sender is: a new scheme adds one row here. */
interface Row {
  title: string;
  scheme: Scheme<unknown>;
  config: unknown;
  secrets: { current: string; former: string; foreign: string };
  /** `at` in seconds. */
  sign(input: { secret: string; body: string; id: string; at: number }): Record<string, string>;
  signatureHeader: string;
  /** Both null where the scheme signs no such header; `sign` signs any text in its place, `now` is how it writes AT. */
  timestamp: { header: string; now: string; sign(timestamp: string): Record<string, string> } | null;
  id: { header: string; sign(id: string): Record<string, string> } | null;
  bodies: { order: string; refund: string; unknown: string };
}

const AT = 1_772_366_400;
const ID = 'msg_2KWPBgLlAfxdpx2AI54pPJ85f4W';
const random = (bytes: Uint8Array<ArrayBuffer>) => crypto.getRandomValues(bytes);

const neutralBodies = {
  order: '{"type":"order.paid","data":{"orderId":"o-1","currency":"EUR","subtotal":4990,"codes":["ANNA"]}}',
  refund: '{"type":"order.refunded","data":{"orderId":"o-1","refundId":"r-1","currency":"EUR","amount":2495}}',
  unknown: '{"type":"newsletter.opened","data":{"any":["thing"]}}',
};

function standardWebhooksRow(): Row {
  const secrets = {
    current: standardWebhooks.newSecret(random),
    former: standardWebhooks.newSecret(random),
    foreign: standardWebhooks.newSecret(random),
  };
  // The reference client only signs well-formed times: these are signed by hand.
  function signed(id: string, timestamp: string) {
    const key = Buffer.from(secrets.current.slice('whsec_'.length), 'base64');
    const mac = createHmac('sha256', key).update(`${id}.${timestamp}.${neutralBodies.order}`).digest('base64');
    return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${mac}` };
  }
  return {
    title: 'Standard Webhooks',
    scheme: standardWebhooks,
    config: v.parse(standardWebhooks.config, {}),
    secrets,
    sign: ({ secret, body, id, at }) => signStandardWebhooks({ secret, id, timestamp: at, body }),
    signatureHeader: 'webhook-signature',
    timestamp: { header: 'webhook-timestamp', now: String(AT), sign: (timestamp) => signed(ID, timestamp) },
    id: { header: 'webhook-id', sign: (id) => signed(id, String(AT)) },
    bodies: neutralBodies,
  };
}

function hmacRow(input: v.InferInput<typeof hmacConfig>): Row {
  const config: HmacConfig = v.parse(hmacConfig, input);
  const { signatureHeader, timestampHeader, idHeader, timestampUnit } = config;
  const secrets = {
    current: hmac.newSecret(random),
    former: hmac.newSecret(random),
    foreign: hmac.newSecret(random),
  };
  const now = String(timestampUnit === 'ms' ? AT * 1000 : AT);
  const whole = { config, secret: secrets.current, body: neutralBodies.order };
  return {
    title: `HMAC, ${config.content} by ${config.hash} in ${config.encoding}`,
    scheme: hmac,
    config,
    secrets,
    sign: ({ secret, body, id, at }) =>
      signHmac({ config, secret, body, id, timestamp: timestampUnit === 'ms' ? at * 1000 : at }),
    signatureHeader,
    timestamp:
      timestampHeader === undefined
        ? null
        : { header: timestampHeader, now, sign: (timestamp) => signHmac({ ...whole, id: ID, timestamp }) },
    id: idHeader === undefined ? null : { header: idHeader, sign: (id) => signHmac({ ...whole, id, timestamp: now }) },
    bodies: neutralBodies,
  };
}

const ROWS: Row[] = [
  standardWebhooksRow(),
  hmacRow({}),
  hmacRow({ signatureHeader: 'X-Hub-Signature-256', prefix: 'sha256=', secretEncoding: 'hex' }),
  hmacRow({ content: 'timestamp.body', timestampHeader: 'X-Time', timestampUnit: 's', encoding: 'base64' }),
  hmacRow({
    content: 'timestamp:body',
    timestampHeader: 'X-Time',
    timestampUnit: 'ms',
    hash: 'sha384',
    encoding: 'base64url',
  }),
  hmacRow({
    content: 'id.timestamp.body',
    timestampHeader: 'X-Time',
    timestampUnit: 's',
    idHeader: 'X-Id',
    hash: 'sha512',
    prefix: 'v1=',
    secretEncoding: 'base64',
  }),
];

describe.each(ROWS)('$title', (row) => {
  const { scheme, config, secrets, bodies } = row;
  const genuine = () => row.sign({ secret: secrets.current, body: bodies.order, id: ID, at: AT });

  function verify(
    headers: HeadersInit,
    { body = Buffer.from(bodies.order), inForce = [secrets.current], now = AT * 1000 } = {},
  ) {
    const request = { headers: new Headers(headers), body: Uint8Array.from(body) };
    return scheme.verify({ request, secrets: inForce, config, now });
  }

  function read(body: string) {
    const bytes = Uint8Array.from(Buffer.from(body));
    const json = parseStrictJson(bytes);
    if (!json.ok) throw new Error(json.detail);
    return scheme.read(json.value, { headers: new Headers(), body: bytes });
  }

  test('a genuine callback is verified, and sent again it has the same id', async () => {
    const headers = genuine();
    const verified = { outcome: 'verified', messageId: row.id === null ? null : ID };
    expect(await verify(headers)).toEqual(verified);
    expect(await verify(headers)).toEqual(verified);
  });

  test('a body changed at any one byte, cut short or grown is refused', async () => {
    const headers = genuine();
    const body = Buffer.from(bodies.order);
    const changed = [...body].map((byte, at) => {
      const copy = Buffer.from(body);
      copy[at] = byte ^ 1;
      return copy;
    });
    changed.push(body.subarray(0, -1), body.subarray(1), Buffer.concat([body, Buffer.from('\n')]), Buffer.alloc(0));
    for (const copy of changed) expect(await verify(headers, { body: copy })).toEqual({ outcome: 'refused' });
  });

  test('a signature changed at any one character is never verified', async () => {
    const headers = genuine();
    const signature = headers[row.signatureHeader] ?? '';
    for (let at = 0; at < signature.length; at++) {
      for (const other of ['0', 'A', 'g', '=', ',', '.', '\u00e9']) {
        if (signature[at] === other) continue;
        const forged = signature.slice(0, at) + other + signature.slice(at + 1);
        expect((await verify({ ...headers, [row.signatureHeader]: forged })).outcome).not.toBe('verified');
      }
    }
  });

  test('a foreign secret is refused, and so is any callback to a source without a secret', async () => {
    const headers = row.sign({ secret: secrets.foreign, body: bodies.order, id: ID, at: AT });
    expect(await verify(headers)).toEqual({ outcome: 'refused' });
    expect(await verify(genuine(), { inForce: [] })).toEqual({ outcome: 'refused' });
  });

  test('a stored secret that became unusable neither throws nor verifies, and leaves the others in force', async () => {
    expect(await verify(genuine(), { inForce: [''] })).toEqual({ outcome: 'refused' });
    expect(await verify(genuine(), { inForce: ['', '\ud800', secrets.current] })).toMatchObject({
      outcome: 'verified',
    });
  });

  test('while a secret rotates, both are accepted and a third is not', async () => {
    const inForce = [secrets.current, secrets.former];
    const outcomes = ['current', 'former', 'foreign'] as const;
    const seen = outcomes.map((name) =>
      verify(row.sign({ secret: secrets[name], body: bodies.order, id: ID, at: AT }), { inForce }),
    );
    expect((await Promise.all(seen)).map(({ outcome }) => outcome)).toEqual(['verified', 'verified', 'refused']);
  });

  test('a missing header is malformed, and named', async () => {
    for (const name of Object.keys(genuine())) {
      const headers = new Headers(genuine());
      headers.delete(name);
      expect(await verify(headers)).toEqual({ outcome: 'malformed', detail: `The header ${name} is missing.` });
    }
  });

  test('a header sent twice is malformed, alike or not, and the detail repeats neither value nor secret', async () => {
    for (const [name, value] of Object.entries(genuine())) {
      for (const second of [value, '1']) {
        const headers = new Headers(genuine());
        headers.append(name, second);
        const seen = await verify(headers);
        expect(seen).toMatchObject({
          outcome: 'malformed',
          detail: expect.stringContaining(`header ${name} must appear`),
        });
        expect(JSON.stringify(seen)).not.toContain(value);
        expect(JSON.stringify(seen)).not.toContain(secrets.current);
      }
    }
  });

  test('a hostile signature is malformed or refused, and never throws', async () => {
    const headers = genuine();
    const good = headers[row.signatureHeader] ?? '';
    const middle = Math.floor(good.length / 2);
    const half = [good.slice(0, middle), good.slice(middle)];
    const wrongEntry = `v1,${Buffer.alloc(32, 7).toString('base64')}`;
    const hostile = [
      ...['', 'v1', 'v1,', 'v1=', 'sha256=', ',', '=', 'null', 'undefined', '[object Object]', 't=NaN', '0', '%00'],
      ...[good.toUpperCase(), half.join(' '), half.join('\t'), half.join('%20'), half.join('\u00a0')],
      ...[`${good}=`, `${good}==`, `${good}A`, `${good}00`, `0x${good}`, `"${good}"`, `${good};`, `v1,${good}`],
      ...[
        good.replace(/=+$/, '').slice(0, -1),
        good.slice(0, 8),
        good.slice(1),
        `${good},${good}`,
        `${good}, `.repeat(3),
      ],
      ...['A'.repeat(10_000), good + 'A'.repeat(10_000), `${good} `.repeat(500), 'v1,'.repeat(4000)],
      ...[[...Array(10).fill(wrongEntry), good].join(' '), [good, ...Array(10).fill(wrongEntry)].join(' ')],
      ...[`${good}  ${wrongEntry}`, `${good}\t${wrongEntry}`, `${good} v1`, `${good} v1,`, `${good} ,`],
    ];
    // Headers takes the blanks off the ends itself, as every platform does.
    for (const value of hostile.filter((value) => value.trim() !== good)) {
      const seen = await verify({ ...headers, [row.signatureHeader]: value });
      expect.soft(seen.outcome, JSON.stringify(value.slice(0, 100))).not.toBe('verified');
    }
  });

  const { timestamp, id } = row;
  if (timestamp !== null) {
    test('300 seconds early or late are accepted, 301 are refused', async () => {
      const headers = genuine();
      for (const seconds of [-300, -299, 0, 299, 300]) {
        expect(await verify(headers, { now: (AT + seconds) * 1000 })).toMatchObject({ outcome: 'verified' });
      }
      for (const seconds of [-1e9, -3600, -301, 301, 3600, 1e9]) {
        expect(await verify(headers, { now: (AT + seconds) * 1000 })).toEqual({ outcome: 'refused' });
      }
    });

    test('a captured callback cannot be made fresh by another timestamp', async () => {
      const { header, now } = timestamp;
      const later = String(Number(now) + 1);
      expect(await verify({ ...genuine(), [header]: later })).toEqual({ outcome: 'refused' });
    });

    test('a timestamp outside its grammar is malformed even when it was signed', async () => {
      const { now, sign } = timestamp;
      const hostile = [
        ...['', 'NaN', 'Infinity', 'null', 'true', 'today', '-1', `-${now}`, `+${now}`, `0${now}`, `00${now}`],
        ...[`${now}.0`, `${now}.`, `.${now}`, `${now}e0`, '1e9', '1.7723664e9', `0x${Number(now).toString(16)}`],
        ...[`${now.slice(0, 4)} ${now.slice(4)}`, `${now.slice(0, 4)}_${now.slice(4)}`, `${now.slice(0, 4)},000`],
        ...[`${now}n`, `${now}Z`, `"${now}"`, `${now},${now}`, `${now}, ${now}`, `${now}\u00a0`, '\u00b2'],
        ...['2026-03-01T12:00:00Z', 'Sun, 01 Mar 2026 12:00:00 GMT', '9'.repeat(16), '9'.repeat(10_000)],
      ];
      for (const text of hostile) {
        const seen = await verify(sign(text));
        expect.soft(seen.outcome, JSON.stringify(text.slice(0, 100))).toBe('malformed');
      }
      for (const far of ['1', '999999999999', '999999999999999']) {
        expect(await verify(sign(far))).toEqual({ outcome: 'refused' });
      }
      expect(await verify(sign(now)), 'the same signer with a good timestamp').toMatchObject({ outcome: 'verified' });
    });
  }

  if (id !== null) {
    test('an id outside its grammar is malformed even when it was signed', async () => {
      const { sign } = id;
      const hostile = [
        ...['', '.', 'a.b', `${ID}.${AT}`, 'a b', 'a\tb', 'a,b', 'a, a', 'a/b', 'a:b', 'a%00', '<a>'],
        ...["'a'", '"a"', '{a}'],
        ...['m\u00e9', '\u00ff', 'a'.repeat(257), 'a'.repeat(10_000)],
      ];
      for (const text of hostile) {
        expect.soft((await verify(sign(text))).outcome, JSON.stringify(text.slice(0, 100))).toBe('malformed');
      }
      for (const messageId of ['a', '0', '-', '__proto__', 'a'.repeat(256)]) {
        expect(await verify(sign(messageId))).toEqual({ outcome: 'verified', messageId });
      }
    });

    test('another id on a genuine callback is refused', async () => {
      const { header } = id;
      expect(await verify({ ...genuine(), [header]: 'msg_other' })).toEqual({ outcome: 'refused' });
    });
  }

  test('the settings survive being stored and parsed again', () => {
    expect(v.parse(scheme.config, JSON.parse(JSON.stringify(config)))).toEqual(config);
  });

  test('a fresh secret is usable, and no two are the same', () => {
    const fresh = Array.from({ length: 5 }, () => scheme.newSecret(random));
    expect(new Set(fresh).size).toBe(5);
    for (const secret of fresh) expect(scheme.secretProblem(secret, config)).toBeNull();
    expect(scheme.secretProblem('', config)).toMatch(/24/);
  });

  test('an order is read as an order', () => {
    expect(read(bodies.order)).toMatchObject({
      outcome: 'read',
      notice: { kind: 'order', externalId: 'o-1', currency: 'EUR', subtotal: 4990, touches: { codes: ['anna'] } },
    });
  });

  test('a refund is read as a refund', () => {
    expect(read(bodies.refund)).toMatchObject({
      outcome: 'read',
      notice: { kind: 'refund', externalId: 'r-1', orderExternalId: 'o-1', currency: 'EUR', amount: 2495 },
    });
  });

  test('an event that does not concern us is nothing', () => {
    expect(read(bodies.unknown)).toMatchObject({ outcome: 'read', notice: { kind: 'nothing' } });
  });

  test('whatever JSON an authentic callback carries, reading it does not throw', () => {
    const values: unknown[] = [null, true, 0, '', 'a', [], [[]], {}, { a: null }, { type: 1 }, { toString: 1 }];
    const types = [...values, 'signup', 'order.paid', 'order.refunded', 'order.cancelled', 'toString', '__proto__'];
    const bodies = [...values, ...types.flatMap((type) => [{ type }, ...values.map((data) => ({ type, data }))])];
    const request = { headers: new Headers(), body: new Uint8Array() };
    for (const body of bodies) expect(['read', 'unusable']).toContain(scheme.read(body, request).outcome);
  });
});

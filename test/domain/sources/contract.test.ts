import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import type { CallbackRequest, Reading } from '../../../src/domain/sources/contract.ts';
import { SCHEME_NAMES, schemeOf } from '../../../src/domain/sources/schemes.ts';
import { parseStrictJson } from '../../../src/domain/strict-json.ts';
import { noticeForm } from './notice-form.ts';
import { ADDRESS, AT, ID, type KeyName, type Row, random, type Sample } from './row.ts';
import { bigcommerceRows } from './rows/bigcommerce.ts';
import { hmacRows } from './rows/hmac.ts';
import { httpSignaturesRows } from './rows/http-signatures.ts';
import { jwsRows } from './rows/jws.ts';
import { shopifyRows } from './rows/shopify.ts';
import { standardWebhooksRows } from './rows/standard-webhooks.ts';
import { stripeRows } from './rows/stripe.ts';
import { woocommerceRows } from './rows/woocommerce.ts';

/** What every scheme must do, whoever the sender is. */
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

/** What a field may turn out to hold. */
const HOSTILE: unknown[] = [
  ...[null, true, 0, -1, 0.5, 1e20, '', 'a', '-1', '1e9', '0.001', ' ', 'x'.repeat(2000), '\u202e', '2026-02-30'],
  ...[[], [null], ['a'], [[]], [{}], {}, { a: null }, { toString: 1 }, { length: -1 }],
];

const OTHERS = ['0', 'A', '=', ',', '.', '\u00e9'];
const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_';

test('every scheme is held to the contract', () => {
  const covered = new Set(ROWS.map(({ scheme }) => scheme));
  expect(SCHEME_NAMES.filter((name) => ![...covered].some((scheme) => scheme === schemeOf(name)))).toEqual([]);
});

describe.each(ROWS)('$title', (row) => {
  const { scheme, samples } = row;
  const { config, secrets } = row.source(['current']);
  const all = row.source(['current', 'former', 'foreign']);
  const hasSecrets = scheme.secretOrigin(config) !== 'none';

  const signed = (key: KeyName = 'current', sample = samples.order) => row.sign({ key, sample, id: ID, at: AT });

  function requestOf(headers: HeadersInit, body: Uint8Array): CallbackRequest {
    return { method: 'POST', url: ADDRESS, headers: new Headers(headers), body: Uint8Array.from(body) };
  }

  /** Whoever is refused learns no secret and nothing computed from one. */
  async function verify(
    headers: HeadersInit,
    {
      body = samples.order.body as string | Uint8Array,
      source = row.source(['current']),
      now = AT * 1000,
      other = {},
    } = {},
  ) {
    const request = { ...requestOf(headers, Buffer.from(body)), ...other };
    const publishedKeys = source.publishedKeys ?? (() => Promise.reject(new Error('No key is published')));
    const seen = await scheme.verify({ request, ...source, now, publishedKeys });
    const told = JSON.stringify(seen);
    for (const secret of all.secrets) expect(told).not.toContain(JSON.stringify(secret).slice(1, -1));
    return seen;
  }

  function read(request: CallbackRequest, json: unknown, answer: (url: string) => unknown): Reading {
    let reading = scheme.read({ json, request, config, mode: 'live', accessToken: row.accessToken ?? null });
    for (let rounds = 0; reading.outcome === 'incomplete'; rounds++) {
      expect(rounds).toBeLessThan(4);
      for (const { url } of reading.lookups) expect(new URL(url).protocol).toBe('https:');
      reading = reading.read(reading.lookups.map(({ url }) => answer(url)));
    }
    return reading;
  }

  function jsonOf(sample: Sample): unknown {
    const json = parseStrictJson(Uint8Array.from(Buffer.from(sample.body)), { longIntegers: scheme.longIntegers });
    if (!json.ok) throw new Error(json.detail);
    return json.value;
  }

  async function readSample(sample: Sample): Promise<Reading> {
    const request = requestOf(await signed('current', sample), Buffer.from(sample.body));
    return read(request, jsonOf(sample), (url) => sample.answers?.[url] ?? null);
  }

  test('a genuine callback is verified, is no ping, and sent again it has the same id', async () => {
    const headers = await signed();
    const reading = await readSample(samples.order);
    for (const _ of ['once', 'again']) {
      const seen = await verify(headers);
      expect(seen).toMatchObject({ outcome: 'verified' });
      const inHeaders = seen.outcome === 'verified' ? seen.messageId : null;
      expect(inHeaders ?? (reading.outcome === 'read' ? (reading.messageId ?? null) : null)).toBe(row.messageId);
    }
    expect(scheme.isPing?.(requestOf(headers, Buffer.from(samples.order.body))) ?? false).toBe(false);
  });

  test('a body changed at any one byte, cut short or grown is refused', async () => {
    const headers = await signed();
    const body = Buffer.from(samples.order.body);
    const refused = { outcome: 'refused', step: 'signature' };
    for (const at of positions(body.length)) {
      const copy = Buffer.from(body);
      copy[at] = (copy[at] ?? 0) ^ 1;
      expect(await verify(headers, { body: copy })).toMatchObject(refused);
    }
    for (const copy of [body.subarray(0, -1), body.subarray(1), Buffer.concat([body, Buffer.from('\n')])]) {
      expect(await verify(headers, { body: copy })).toMatchObject(refused);
    }
    expect(await verify(headers, { body: Buffer.alloc(0) })).toMatchObject(refused);
  });

  test('a signature changed at any one character is never verified', async () => {
    const headers = await signed();
    for (const name of row.signatureHeaders) {
      const signature = headers[name] ?? '';
      for (const at of positions(signature.length)) {
        // Towards its end base64 has bits that belong to no byte: every digit is tried there.
        for (const other of at < signature.length - 4 ? OTHERS : DIGITS) {
          if (signature[at] === other) continue;
          const forged = signature.slice(0, at) + other + signature.slice(at + 1);
          expect((await verify({ ...headers, [name]: forged })).outcome, forged).not.toBe('verified');
        }
      }
    }
  });

  test('a foreign key is refused, and so is another event under the same signature', async () => {
    expect(await verify(await signed('foreign'))).toMatchObject({ outcome: 'refused' });
    expect(await verify(await signed(), { body: samples.refund.body })).toMatchObject({ outcome: 'refused' });
  });

  test('while a key rotates, both are accepted and a third is not; afterwards the former is not', async () => {
    const both = row.source(['current', 'former']);
    expect(await verify(await signed('current'), { source: both })).toMatchObject({ outcome: 'verified' });
    expect(await verify(await signed('former'), { source: both })).toMatchObject({ outcome: 'verified' });
    expect(await verify(await signed('foreign'), { source: both })).toMatchObject({ outcome: 'refused' });
    expect(await verify(await signed('former'))).toMatchObject({ outcome: 'refused' });
  });

  for (const other of row.elsewhere ?? []) {
    test(`a callback that was signed for elsewhere is refused: ${JSON.stringify(other)}`, async () => {
      expect(await verify(await signed(), { other })).toMatchObject({ outcome: 'refused' });
    });
  }

  if (hasSecrets) {
    test('a source without a secret refuses', async () => {
      const source = { ...row.source(['current']), secrets: [] };
      expect(await verify(await signed(), { source })).toMatchObject({ outcome: 'refused' });
    });

    test('a stored secret that became unusable neither throws nor verifies, and leaves the others in force', async () => {
      const headers = await signed();
      const inForce = (...texts: string[]) => ({ source: { ...row.source(['current']), secrets: texts } });
      expect(await verify(headers, inForce(''))).toMatchObject({ outcome: 'refused' });
      expect(await verify(headers, inForce('', '\ud800', ...secrets))).toMatchObject({ outcome: 'verified' });
    });

    test('an empty secret is a problem that a sentence explains; those in force are none', () => {
      expect(scheme.secretProblem('', config)).toMatch(/^[A-Z].+\.$/s);
      for (const secret of secrets) expect(scheme.secretProblem(secret, config)).toBeNull();
    });
  }

  if (scheme.secretOrigin(config) === 'made') {
    test('a fresh secret is usable, and no two are the same', () => {
      const fresh = Array.from({ length: 5 }, () => scheme.newSecret(random));
      expect(new Set(fresh).size).toBe(5);
      for (const secret of fresh) expect(scheme.secretProblem(secret, config)).toBeNull();
    });
  }

  test.each(row.once)('without the header %s it is malformed, and so is one that is over-long', async (name) => {
    const headers = new Headers(await signed());
    headers.delete(name);
    expect(await verify(headers)).toEqual({ outcome: 'malformed', detail: expect.stringContaining(name) });
    for (const character of ['1', 'a', '=', '.', '\u00ff']) {
      headers.set(name, character.repeat(10_000));
      expect(await verify(headers)).toEqual({ outcome: 'malformed', detail: expect.stringContaining(name) });
    }
  });

  test.each(row.once)('with the header %s twice it is malformed, and the detail repeats no value', async (name) => {
    const genuine = await signed();
    const value = genuine[name] ?? '';
    for (const [first, second] of [
      [value, value],
      [value, '1'],
      ['1', value],
    ]) {
      const headers = new Headers(genuine);
      headers.set(name, first ?? '');
      headers.append(name, second ?? '');
      const seen = await verify(headers);
      expect(seen).toEqual({ outcome: 'malformed', detail: expect.stringContaining(name) });
      expect(JSON.stringify(seen)).not.toContain(value);
    }
  });

  test('a hostile signature is malformed or refused, and never throws', async () => {
    const headers = await signed();
    const wrongEntry = `v1,${Buffer.alloc(32, 7).toString('base64')}`;
    for (const name of row.signatureHeaders) {
      const good = headers[name] ?? '';
      const middle = Math.floor(good.length / 2);
      const half = [good.slice(0, middle), good.slice(middle)];
      const hostile = [
        ...['', 'v1', 'v1,', 'v1=', 'sha256=', ',', '=', 'null', 'undefined', '[object Object]', 't=NaN', '0', '%00'],
        ...[good.toUpperCase(), half.join(' '), half.join('\t'), half.join('%20'), half.join('\u00a0')],
        ...[`${good}=`, `${good}==`, `${good}A`, `${good}00`, `0x${good}`, `"${good}"`, `${good};`, `v1,${good}`],
        ...[good.replace(/=+$/, '').slice(0, -1), good.slice(0, 8), good.slice(1)],
        ...[`${good},${good}`, `${good}, `.repeat(3)],
        ...['A'.repeat(10_000), good + 'A'.repeat(10_000), `${good} `.repeat(500), 'v1,'.repeat(4000)],
        ...[[...Array(10).fill(wrongEntry), good].join(' '), [good, ...Array(10).fill(wrongEntry)].join(' ')],
        ...[`${good}  ${wrongEntry}`, `${good}\t${wrongEntry}`, `${good} v1`, `${good} v1,`, `${good} ,`],
      ];
      // Headers takes the blanks off the ends itself, as every platform does.
      for (const value of hostile.filter((value) => value.trim() !== good)) {
        const seen = await verify({ ...headers, [name]: value });
        expect.soft(seen.outcome, JSON.stringify(value.slice(0, 100))).not.toBe('verified');
      }
    }
  });

  if (row.timed) {
    test('300 seconds early or late are accepted, 301 are refused', async () => {
      const headers = await signed();
      for (const seconds of [-300, -299, 0, 299, 300]) {
        expect(await verify(headers, { now: (AT + seconds) * 1000 })).toMatchObject({ outcome: 'verified' });
      }
      for (const seconds of [-1e9, -3600, -301, 301, 3600, 1e9]) {
        expect(await verify(headers, { now: (AT + seconds) * 1000 })).toMatchObject({
          outcome: 'refused',
          step: 'freshness',
        });
      }
    });
  } else {
    test('without a signed time it is good for ever', async () => {
      expect(await verify(await signed(), { now: (AT + 1e9) * 1000 })).toMatchObject({ outcome: 'verified' });
    });
  }

  const { timestamp, id } = row;
  if (timestamp !== undefined) {
    test('a captured callback cannot be made fresh by another timestamp', async () => {
      const later = timestamp.redate(await signed(), String(Number(timestamp.now) + 1));
      expect(await verify(later)).toMatchObject({ outcome: 'refused', step: 'signature' });
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
        const seen = await verify(await sign(text));
        expect.soft(seen.outcome, JSON.stringify(text.slice(0, 100))).toBe('malformed');
      }
      for (const far of ['1', '999999999999', '999999999999999']) {
        expect(await verify(await sign(far))).toMatchObject({ outcome: 'refused', step: 'freshness' });
      }
      expect(await verify(await sign(now)), 'the same signer with a good timestamp').toMatchObject({
        outcome: 'verified',
      });
    });
  }

  if (id !== undefined) {
    test('an id outside its grammar is malformed even when it was signed', async () => {
      const hostile = [
        ...['', '.', 'a.b', `${ID}.${AT}`, 'a b', 'a\tb', 'a,b', 'a, a', 'a/b', 'a:b', 'a%00', '<a>'],
        ...["'a'", '"a"', '{a}', 'm\u00e9', '\u00ff', 'a'.repeat(257), 'a'.repeat(10_000)],
      ];
      for (const text of hostile) {
        expect.soft((await verify(await id.sign(text))).outcome, JSON.stringify(text.slice(0, 100))).toBe('malformed');
      }
      for (const messageId of ['a', '0', '-', '__proto__', 'a'.repeat(256)]) {
        expect(await verify(await id.sign(messageId))).toEqual({ outcome: 'verified', messageId });
      }
    });

    test('another id on a genuine callback is refused', async () => {
      expect(await verify({ ...(await signed()), [id.header]: 'msg_other' })).toMatchObject({
        outcome: 'refused',
        step: 'signature',
      });
    });
  }

  test('the settings survive being stored and parsed again', () => {
    expect(v.parse(scheme.config, JSON.parse(JSON.stringify(config)))).toEqual(config);
  });

  test('an order is read as an order, and a refund as a reversal', async () => {
    for (const [sample, kind] of [
      [samples.order, 'order'],
      [samples.refund, 'refund'],
    ] as const) {
      const reading = await readSample(sample);
      expect(reading).toMatchObject({ outcome: 'read', notices: sample.notices });
      expect(kindsIn(reading)).toContain(kind);
      expect(malformedIn(reading)).toEqual([]);
    }
  });

  test('an event that does not concern us is read as nothing', async () => {
    expect(await readSample(samples.unknown)).toMatchObject({ outcome: 'read', notices: [] });
  });

  test('whatever JSON an authentic callback carries, reading it does not throw', async () => {
    for (const sample of Object.values(samples)) {
      const request = requestOf(await signed('current', sample), Buffer.from(sample.body));
      const wrong = HOSTILE.flatMap((json) => malformedIn(read(request, json, () => json)));
      expect(wrong).toEqual([]);
    }
  });

  test('whatever one field holds, or where it is missing, reading neither throws nor makes a notice that is none', async () => {
    for (const sample of [samples.order, samples.refund]) {
      const request = requestOf(await signed('current', sample), Buffer.from(sample.body));
      const answers = sample.answers ?? {};
      const genuine = jsonOf(sample);
      const wrong: string[] = [];
      for (const json of mutations(genuine)) {
        wrong.push(
          ...malformedIn(
            read(request, json, (url) => answers[url] ?? null),
            json,
          ),
        );
      }
      for (const [changed, answer] of Object.entries(answers)) {
        for (const found of mutations(answer)) {
          const answerTo = (url: string) => (url === changed ? found : (answers[url] ?? null));
          wrong.push(...malformedIn(read(request, genuine, answerTo), found));
        }
      }
      expect(wrong.slice(0, 20)).toEqual([]);
    }
  });
});

/** All of a short text, and of a long one at least forty with both ends. */
function positions(length: number): number[] {
  const step = Math.ceil(length / 80);
  return [...Array(length).keys()].filter((at) => at % step === 0 || at >= length - 4);
}

function kindsIn(reading: Reading): string[] {
  return reading.outcome === 'read' ? reading.notices.map(({ kind }) => kind) : [];
}

/** What is wrong with the notices of a reading, and with one that an operator could make nothing of. */
function malformedIn(reading: Reading, json?: unknown): string[] {
  if (reading.outcome === 'unusable') return reading.errors.length === 0 ? ['unusable without an error'] : [];
  if (reading.outcome !== 'read') return [];
  return reading.notices.flatMap((notice) => {
    const { issues = [] } = v.safeParse(noticeForm, notice);
    return issues.map((issue) => `${notice.kind} ${v.getDotPath(issue)}: ${issue.message} of ${JSON.stringify(json)}`);
  });
}

/** Every value changed for every hostile one, and left out, one at a time. */
function* mutations(json: unknown): Generator<unknown> {
  if (Array.isArray(json)) {
    for (const [at, item] of json.entries()) {
      yield json.toSpliced(at, 1);
      for (const other of [...HOSTILE, ...mutations(item)]) yield json.with(at, other);
    }
  } else if (typeof json === 'object' && json !== null) {
    for (const [name, value] of Object.entries(json)) {
      const { [name]: _, ...rest } = json as Record<string, unknown>;
      yield rest;
      for (const other of [...HOSTILE, ...mutations(value)]) yield { ...rest, [name]: other };
    }
  }
}

import { describe, expect, it } from 'vitest';
import { httpSignatures } from '../../src/domain/sources/http-signatures.ts';
import type { HttpSignaturesConfig } from '../../src/domain/sources/http-signatures-config.ts';
import type { KeyName, Row } from '../domain/sources/row.ts';
import { bigcommerceRows } from '../domain/sources/rows/bigcommerce.ts';
import { hmacRows } from '../domain/sources/rows/hmac.ts';
import { httpSignaturesRows } from '../domain/sources/rows/http-signatures.ts';
import { shopifyRows } from '../domain/sources/rows/shopify.ts';
import { standardWebhooksRows } from '../domain/sources/rows/standard-webhooks.ts';
import { stripeRows } from '../domain/sources/rows/stripe.ts';
import { woocommerceRows } from '../domain/sources/rows/woocommerce.ts';
import { createTestApp, ORIGIN } from '../support/app.ts';
import { HOUR } from '../support/clock.ts';
import { signByLibrary } from '../support/sign-http-signatures.ts';

const ROWS: Row[] = [
  ...standardWebhooksRows,
  ...hmacRows,
  ...shopifyRows,
  ...stripeRows,
  ...httpSignaturesRows,
  ...woocommerceRows,
  ...bigcommerceRows,
].filter((row) => row.source(['current']).secrets.length > 0);

describe.each(ROWS)('a secret of $title that was rotated', (row) => {
  const { config, secrets } = row.source(['former', 'current', 'foreign']);
  const [former = '', current = '', foreign = ''] = secrets;
  const { unknown: sample } = row.samples;

  /** Of a message that is not our business. */
  async function headersBy(key: KeyName, url: string, id: string, at: number): Promise<Record<string, string>> {
    if (row.scheme !== httpSignatures) return { ...sample.headers, ...(await row.sign({ key, sample, id, at })) };
    const secret = { former, current, foreign }[key];
    const named = { kid: (config as HttpSignaturesConfig).keyId ?? '', secret };
    const { body } = sample;
    const signed = await signByLibrary({
      alg: 'hmac-sha256',
      key: named,
      body,
      url,
      created: at,
      params: { nonce: id },
    });
    return Object.fromEntries(Object.entries(signed).filter(([name]) => name !== 'content-type'));
  }

  it('is good until the last millisecond of the overlap and then no more; the new one is good all the time', async () => {
    const app = await createTestApp();
    const source = { name: 'Shop', scheme: row.scheme.name, config, secret: former };
    const made = await app.request('POST', '/v1/sources', { body: source });
    expect(made.status, made.text).toBe(201);
    const path = `/callbacks/${made.body.id}`;
    let messages = 0;

    async function statusBy(key: KeyName): Promise<number> {
      messages += 1;
      const headers = await headersBy(key, ORIGIN + path, `m${messages}`, Math.floor(app.clock.now() / 1000));
      return (await app.request('POST', path, { key: null, body: sample.body, headers })).status;
    }

    expect([await statusBy('former'), await statusBy('current')]).toEqual([200, 401]);
    const rotation = { secret: current, overlapHours: 2 };
    const rotated = await app.request('POST', `/v1/sources/${made.body.id}/rotate`, { body: rotation });
    expect(rotated.status, rotated.text).toBe(201);
    expect([await statusBy('former'), await statusBy('current'), await statusBy('foreign')]).toEqual([200, 200, 401]);
    app.clock.advance(2 * HOUR - 1);
    expect([await statusBy('former'), await statusBy('current')]).toEqual([200, 200]);
    app.clock.advance(1);
    expect([await statusBy('former'), await statusBy('current')]).toEqual([401, 200]);
  });
});

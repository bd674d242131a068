import * as v from 'valibot';
import { hmac } from '../../../../src/domain/sources/hmac.ts';
import { type HmacConfig, hmacConfig } from '../../../../src/domain/sources/hmac-config.ts';
import { signHmac } from '../../../support/signers.ts';
import { AT, ID, type Row, random } from '../row.ts';
import { neutralSamples } from './neutral-samples.ts';

function rowOf(input: v.InferInput<typeof hmacConfig>): Row {
  const config: HmacConfig = v.parse(hmacConfig, input);
  const { signatureHeader, timestampHeader, idHeader, timestampUnit } = config;
  const secrets = { current: hmac.newSecret(random), former: hmac.newSecret(random), foreign: hmac.newSecret(random) };
  const timeAt = (seconds: number) => String(timestampUnit === 'ms' ? seconds * 1000 : seconds);
  const order = { config, secret: secrets.current, body: neutralSamples.order.body };
  const row: Row = {
    title: `HMAC ${JSON.stringify(input)}`,
    scheme: hmac,
    source: (inForce) => ({ config, secrets: inForce.map((key) => secrets[key]) }),
    sign: ({ key, sample, id, at }) =>
      signHmac({ config, secret: secrets[key], body: sample.body, id, timestamp: timeAt(at) }),
    signatureHeaders: [signatureHeader],
    once: [signatureHeader, timestampHeader, idHeader].filter((name) => name !== undefined),
    messageId: idHeader === undefined ? null : ID,
    timed: timestampHeader !== undefined,
    samples: neutralSamples,
  };
  if (timestampHeader !== undefined) {
    row.timestamp = {
      now: timeAt(AT),
      sign: (timestamp) => signHmac({ ...order, id: ID, timestamp }),
      redate: (headers, timestamp) => ({ ...headers, [timestampHeader]: timestamp }),
    };
  }
  if (idHeader !== undefined) {
    row.id = { header: idHeader, sign: (id) => signHmac({ ...order, id, timestamp: timeAt(AT) }) };
  }
  return row;
}

export const hmacRows: Row[] = [
  rowOf({}),
  rowOf({ preset: 'github' }),
  rowOf({ signatureHeader: 'X-Shop-Signature', prefix: 'sig ', secretEncoding: 'hex' }),
  rowOf({ content: 'timestamp.body', timestampHeader: 'X-Time', timestampUnit: 's', encoding: 'base64' }),
  rowOf({
    content: 'timestamp:body',
    timestampHeader: 'X-Time',
    timestampUnit: 'ms',
    hash: 'sha384',
    encoding: 'base64url',
  }),
  rowOf({
    content: 'id.timestamp.body',
    timestampHeader: 'X-Time',
    timestampUnit: 's',
    idHeader: 'X-Id',
    hash: 'sha512',
    prefix: 'v1=',
    secretEncoding: 'base64',
  }),
];

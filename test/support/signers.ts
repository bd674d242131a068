import { createHmac, type KeyObject, sign } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import type { HmacConfig } from '../../src/domain/sources/hmac-config.ts';

/** Signs by the reference client; `timestamp` in seconds. */
export function signStandardWebhooks(input: { secret: string; id: string; timestamp: number; body: string }) {
  const { secret, id, timestamp, body } = input;
  return {
    'webhook-id': id,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': new Webhook(secret).sign(id, new Date(timestamp * 1000), body),
  };
}

/** Signs by Ed25519; a text of any form may stand for the id and the timestamp. */
export function signStandardWebhooksV1a(input: {
  privateKey: KeyObject;
  id: string;
  timestamp: number | string;
  body: string;
}) {
  const { privateKey, id, timestamp, body } = input;
  const signature = sign(null, Buffer.from(`${id}.${timestamp}.${body}`), privateKey);
  return {
    'webhook-id': id,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': `v1a,${signature.toString('base64')}`,
  };
}

/** As Standard Webhooks writes the public keys of Ed25519. */
export function publicKeyText(publicKey: KeyObject): string {
  return `whpk_${Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url').toString('base64')}`;
}

/** Signs as a sender of this configuration would; `timestamp` as it stands in the header, so in the configured unit. */
export function signHmac(input: {
  config: HmacConfig;
  secret: string;
  body: string | Uint8Array;
  timestamp?: number | string;
  id?: string;
}): Record<string, string> {
  const { config, secret, body, timestamp = '', id = '' } = input;
  const preludes = {
    body: '',
    'timestamp.body': `${timestamp}.`,
    'timestamp:body': `${timestamp}:`,
    'id.timestamp.body': `${id}.${timestamp}.`,
  };
  const key = Buffer.from(secret, config.secretEncoding === 'text' ? 'utf8' : config.secretEncoding);
  const mac = createHmac(config.hash, key).update(preludes[config.content]).update(body).digest(config.encoding);
  const headers: Record<string, string> = { [config.signatureHeader]: config.prefix + mac };
  if (config.timestampHeader !== undefined) headers[config.timestampHeader] = String(timestamp);
  if (config.idHeader !== undefined) headers[config.idHeader] = id;
  return headers;
}

import { Webhook } from 'standardwebhooks';

export const STORE_HASH = 'k3m9x2ab7q';

/** As BigCommerce does by its own documents: the reference client of Standard Webhooks with the client secret's bytes as the key. */
export function signBigCommerce(input: { clientSecret: string; id: string; timestamp: number; body: string }) {
  const { clientSecret, id, timestamp, body } = input;
  const client = new Webhook(Buffer.from(clientSecret).toString('base64'));
  return {
    'webhook-id': id,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': client.sign(id, new Date(timestamp * 1000), body),
  };
}

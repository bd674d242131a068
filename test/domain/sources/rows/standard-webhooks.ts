import { createHmac, generateKeyPairSync } from 'node:crypto';
import * as v from 'valibot';
import { standardWebhooks } from '../../../../src/domain/sources/standard-webhooks.ts';
import { publicKeyText, signStandardWebhooks, signStandardWebhooksV1a } from '../../../support/signers.ts';
import { AT, ID, type KeyName, type Row, random } from '../row.ts';
import { neutralSamples } from './neutral-samples.ts';

const { body } = neutralSamples.order;

/** What both versions have in common. */
const common = {
  scheme: standardWebhooks,
  signatureHeaders: ['webhook-signature'],
  once: ['webhook-id', 'webhook-timestamp', 'webhook-signature'],
  messageId: ID,
  timed: true,
  samples: neutralSamples,
};

function rowOf(
  title: string,
  version: 'v1' | 'v1a',
  secrets: Record<KeyName, string>,
  sign: Row['sign'],
  signText: (id: string, timestamp: string) => Record<string, string>,
): Row {
  return {
    ...common,
    title,
    source: (inForce) => ({
      config: v.parse(standardWebhooks.config, { version }),
      secrets: inForce.map((key) => secrets[key]),
    }),
    sign,
    timestamp: {
      now: String(AT),
      sign: (timestamp) => signText(ID, timestamp),
      redate: (headers, timestamp) => ({ ...headers, 'webhook-timestamp': timestamp }),
    },
    id: { header: 'webhook-id', sign: (id) => signText(id, String(AT)) },
  };
}

function symmetric(): Row {
  const secrets = {
    current: standardWebhooks.newSecret(random),
    former: standardWebhooks.newSecret(random),
    foreign: standardWebhooks.newSecret(random),
  };
  // The reference client only signs well-formed times: these are signed by hand.
  function signText(id: string, timestamp: string) {
    const key = Buffer.from(secrets.current.slice('whsec_'.length), 'base64');
    const mac = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
    return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${mac}` };
  }
  return rowOf(
    'Standard Webhooks v1',
    'v1',
    secrets,
    ({ key, sample, id, at }) => signStandardWebhooks({ secret: secrets[key], id, timestamp: at, body: sample.body }),
    signText,
  );
}

function asymmetric(): Row {
  const pairs = {
    current: generateKeyPairSync('ed25519'),
    former: generateKeyPairSync('ed25519'),
    foreign: generateKeyPairSync('ed25519'),
  };
  return rowOf(
    'Standard Webhooks v1a',
    'v1a',
    {
      current: publicKeyText(pairs.current.publicKey),
      former: publicKeyText(pairs.former.publicKey),
      foreign: publicKeyText(pairs.foreign.publicKey),
    },
    ({ key, sample, id, at }) =>
      signStandardWebhooksV1a({ privateKey: pairs[key].privateKey, id, timestamp: at, body: sample.body }),
    (id, timestamp) => signStandardWebhooksV1a({ privateKey: pairs.current.privateKey, id, timestamp, body }),
  );
}

/** As Svix sends to customers who do not pay for the standard names. */
function bySvix(): Row {
  const row = symmetric();
  const named = (name: string) => name.replace(/^webhook-/, 'svix-');
  const renamed = (headers: Record<string, string>) =>
    Object.fromEntries(Object.entries(headers).map(([name, value]) => [named(name), value]));
  return {
    ...row,
    title: 'Standard Webhooks v1 under the names of Svix',
    sign: async (message) => renamed(await row.sign(message)),
    signatureHeaders: row.signatureHeaders.map(named),
    once: row.once.map(named),
    timestamp: {
      now: String(AT),
      sign: async (timestamp) => renamed((await row.timestamp?.sign(timestamp)) ?? {}),
      redate: (headers, timestamp) => ({ ...headers, 'svix-timestamp': timestamp }),
    },
    id: { header: 'svix-id', sign: async (id) => renamed((await row.id?.sign(id)) ?? {}) },
  };
}

export const standardWebhooksRows: Row[] = [symmetric(), asymmetric(), bySvix()];

import { hmac } from '../sources/hmac.ts';
import type { HmacConfig } from '../sources/hmac-config.ts';
import type { SchemeName } from '../sources/schemes.ts';
import type { Suspicion } from './mistakes.ts';

interface Settings {
  scheme: SchemeName;
  config: unknown;
}

/** A scheme that is an HMAC of the body and what stands before it, said in the terms of the generic one. */
interface Reading {
  config: HmacConfig;
  secretOf: (secret: string) => string;
}

const KEYS = {
  text: 'the text of the secret',
  hex: 'what the secret is the hex of',
  base64: 'what the secret is the base64 of',
} as const;

const CONTENTS: Record<HmacConfig['content'], string> = {
  body: 'the body alone',
  'timestamp.body': 'time, full stop and body',
  'timestamp:body': 'time, colon and body',
  'id.timestamp.body': 'id, full stop, time, full stop and body',
};

/** How else the sender may have understood what the key is, and what stands before the body. */
export function misreadKeys(settings: Settings, headers: Headers, secrets: readonly string[]): Suspicion[] {
  const reading = readingOf(settings, headers);
  if (reading === null) return [];
  const { config, secretOf } = reading;
  const own = secrets.map(secretOf);
  const asText = { ...config, secretEncoding: 'text' } as const;
  const otherKeys = (Object.keys(KEYS) as (keyof typeof KEYS)[]).filter((key) => key !== config.secretEncoding);
  const whole = secrets.filter((secret, i) => secret !== own[i]);
  return [
    ...otherKeys.map((key) => keyed(KEYS[key], own, { ...config, secretEncoding: key }, config)),
    keyed('the whole text of the secret, with what stands before its base64', whole, asText, config),
    keyed('the text of the secret with a line feed after it', withNewline(secrets), asText, config),
    ...otherContents(config).map((content) => ({
      code: 'signed_parts' as const,
      detail: `The signature is of ${CONTENTS[content]}: have the sender sign ${CONTENTS[config.content]}.`,
      changes: { scheme: hmac, secrets: own, config: { ...config, content } },
    })),
  ];
}

function keyed(used: string, secrets: string[], config: HmacConfig, { secretEncoding }: HmacConfig): Suspicion {
  return {
    code: 'secret_form',
    detail: `The key of the signature is ${used}: have the sender use ${KEYS[secretEncoding]}.`,
    changes: { scheme: hmac, secrets, config },
  };
}

/** As `echo` writes it into a file. */
function withNewline(secrets: readonly string[]): string[] {
  return secrets.map((secret) => `${secret}\n`);
}

function otherContents({ content, timestampHeader, idHeader }: HmacConfig): HmacConfig['content'][] {
  return (Object.keys(CONTENTS) as HmacConfig['content'][]).filter(
    (other) =>
      other !== content &&
      (timestampHeader !== undefined || !other.includes('timestamp')) &&
      (idHeader !== undefined || !other.includes('id')),
  );
}

function readingOf({ scheme, config }: Settings, headers: Headers): Reading | null {
  switch (scheme) {
    case 'hmac':
      return { config: config as HmacConfig, secretOf: (secret) => secret };
    case 'bigcommerce':
      return { config: standardConfig(headers, 'text'), secretOf: (secret) => secret };
    case 'standard_webhooks':
      if ((config as { version: string }).version !== 'v1') return null;
      return { config: standardConfig(headers, 'base64'), secretOf: (secret) => secret.replace(/^whsec_/, '') };
    default:
      return null;
  }
}

function standardConfig(headers: Headers, secretEncoding: HmacConfig['secretEncoding']): HmacConfig {
  const family = headers.has('svix-signature') ? 'svix' : 'webhook';
  return {
    signatureHeader: `${family}-signature`,
    hash: 'sha256',
    encoding: 'base64',
    prefix: 'v1,',
    content: 'id.timestamp.body',
    timestampHeader: `${family}-timestamp`,
    timestampUnit: 's',
    idHeader: `${family}-id`,
    secretEncoding,
  };
}

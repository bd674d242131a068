import { constants, createHash, createHmac, sign } from 'node:crypto';
import { createSigner, httpbis, type SigningKey } from 'http-message-signatures';
import { ADDRESS } from '../domain/sources/row.ts';
import type { SenderKey } from './sender-keys.ts';

export type HttpAlgorithm =
  | 'ed25519'
  | 'ecdsa-p256-sha256'
  | 'ecdsa-p384-sha384'
  | 'rsa-pss-sha512'
  | 'rsa-v1_5-sha256'
  | 'hmac-sha256';

/** What the sender must cover. */
export const COVERED = ['@method', '@authority', '@path', 'content-type', 'content-digest'];

export function contentDigest(body: string | Uint8Array, hash: 'sha-256' | 'sha-512' = 'sha-256'): string {
  return `${hash}=:${createHash(hash.replace('-', '')).update(body).digest('base64')}:`;
}

export function headersFor(body: string): Record<string, string> {
  return { 'content-type': 'application/json', 'content-digest': contentDigest(body) };
}

interface Signed {
  alg: HttpAlgorithm;
  key: SenderKey | { kid: string; secret: string };
  body: string;
  /** Beside those that any callback has. */
  headers?: Record<string, string>;
  covered?: string[];
  method?: string;
  url?: string;
  label?: string;
}

/** Signs by the library; `created` in seconds. All headers of the request. */
export async function signByLibrary({
  created,
  params = {},
  ...signed
}: Signed & { created: number; params?: Record<string, string | Date> }): Promise<Record<string, string>> {
  const { method = 'POST', url = ADDRESS, body, headers, covered = COVERED, label = 'sig' } = signed;
  const paramValues = { created: new Date(created * 1000), ...params };
  const message = { method, url, headers: { ...headersFor(body), ...headers } };
  const names = ['created', 'keyid', 'alg', ...Object.keys(params)];
  const config = { key: signingKey(signed), name: label, fields: covered, params: names, paramValues };
  const done = await httpbis.signMessage(config, message);
  return Object.fromEntries(Object.entries(done.headers).map(([name, value]) => [name.toLowerCase(), String(value)]));
}

/** The library pads RSA-PSS with the longest salt there is room for, where RFC 9421 §3.3.1 has 64 bytes. */
function signingKey({ alg, key }: Signed): SigningKey {
  if ('secret' in key) return createSigner(Buffer.from(key.secret, 'base64'), alg, key.kid);
  if (alg !== 'rsa-pss-sha512') return createSigner(key.privateKey, alg, key.kid);
  return { id: key.kid, alg, sign: async (base) => signatureOf({ alg, key }, base) };
}

/** Signs whatever stands in `params`, which follow the list of the covered components, and in `list` in its place. */
export function signByHand({ params, list, ...signed }: Signed & { params: string; list?: string }) {
  const { method = 'POST', url = ADDRESS, body, headers, covered = COVERED, label = 'sig' } = signed;
  const all: Record<string, string> = { ...headersFor(body), ...headers };
  const { host, pathname, search, protocol } = new URL(url);
  const derived: Record<string, string> = {
    '@method': method,
    '@authority': host,
    '@path': pathname,
    '@query': search || '?',
    '@scheme': protocol.replace(':', ''),
    '@target-uri': url,
    '@request-target': pathname + search,
  };
  const lines = covered.map((name) => `"${name}": ${derived[name] ?? all[name]}`);
  const input = `${list ?? `(${covered.map((name) => `"${name}"`).join(' ')})`}${params}`;
  const base = [...lines, `"@signature-params": ${input}`].join('\n');
  const signature = signatureOf(signed, base).toString('base64');
  return { ...all, 'signature-input': `${label}=${input}`, signature: `${label}=:${signature}:` };
}

function signatureOf({ alg, key }: Pick<Signed, 'alg' | 'key'>, base: string | Buffer): Buffer {
  if ('secret' in key) return createHmac('sha256', Buffer.from(key.secret, 'base64')).update(base).digest();
  const [, hash] = /sha(\d+)$/.exec(alg) ?? [];
  const padding = alg === 'rsa-pss-sha512' ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 64 } : {};
  return sign(hash === undefined ? null : `sha${hash}`, Buffer.from(base), {
    key: key.privateKey,
    dsaEncoding: 'ieee-p1363',
    ...padding,
  });
}

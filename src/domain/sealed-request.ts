import { decodeUtf8, fromBase64, toBase64, utf8 } from '../lib/encoding.ts';
import type { Keyring } from '../lib/keyring.ts';
import type { CallbackRequest } from './sources/contract.ts';

/** What those on the way add, with the address of whoever sent it. */
const NOT_KEPT = /^(?:cf-|x-forwarded-|x-real-ip$|true-client-ip$)/;

/** The request as an operator may read it for as long as it is kept. */
export interface KeptRequest {
  method: string;
  url: string;
  headers: Record<string, string>;
  /** As text, where it is UTF-8. */
  body: string;
  encoding: 'utf8' | 'base64';
}

export async function sealRequest(keyring: Keyring, id: string, request: CallbackRequest): Promise<string> {
  return keyring.seal(JSON.stringify(keptRequest(request)), rowOf(id));
}

export async function openRequest(keyring: Keyring, id: string, sealed: string): Promise<KeptRequest> {
  return JSON.parse(await keyring.open(sealed, rowOf(id))) as KeptRequest;
}

export function requestOf({ method, url, headers, body, encoding }: KeptRequest): CallbackRequest {
  const bytes = encoding === 'utf8' ? utf8(body) : fromBase64(body);
  if (bytes === null) throw new Error('A kept request has a body that is not base64');
  return { method, url, headers: new Headers(headers), body: bytes };
}

function keptRequest({ method, url, headers, body }: CallbackRequest): KeptRequest {
  const kept = [...headers].filter(([name]) => !NOT_KEPT.test(name));
  const text = decodeUtf8(body);
  const of = { method, url, headers: Object.fromEntries(kept) };
  return text === null ? { ...of, body: toBase64(body), encoding: 'base64' } : { ...of, body: text, encoding: 'utf8' };
}

function rowOf(id: string): string {
  return `callbacks/${id}/request`;
}

import { isEncoded, isJsonInUtf8 } from '../domain/body-headers.ts';
import { parseStrictJson } from '../domain/strict-json.ts';
import { Refusal } from '../lib/refusal.ts';

/** Counts the bytes as they come: Content-Length may be missing, and may lie. */
export async function readBytes(request: Request, limit: number): Promise<Uint8Array<ArrayBuffer>> {
  if (Number(request.headers.get('Content-Length') ?? 0) > limit) throw tooLarge(limit);
  if (request.body === null) return new Uint8Array();

  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of request.body) {
      length += chunk.length;
      if (length > limit) throw tooLarge(limit);
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw new Refusal('body_malformed', { detail: 'The body broke off before its end.', cause: error });
  }
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

function tooLarge(limit: number): Refusal {
  return new Refusal('body_too_large', { detail: `Send at most ${limit} bytes.` });
}

export function refuseContentEncoding(request: Request): void {
  if (isEncoded(request.headers)) throw new Refusal('content_encoding_unsupported');
}

export function requireJson(request: Request): void {
  if (!isJsonInUtf8(request.headers)) throw new Refusal('media_type_unsupported');
}

export function parseJson(bytes: Uint8Array): unknown {
  const json = parseStrictJson(bytes);
  if (!json.ok) throw new Refusal('body_malformed', { detail: json.detail });
  return json.value;
}

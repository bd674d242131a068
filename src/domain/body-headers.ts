const JSON_IN_UTF8 = /^application\/json[ \t]*(;[ \t]*charset="?utf-8"?[ \t]*)?$/i;

export function isJsonInUtf8(headers: Headers): boolean {
  return JSON_IN_UTF8.test(headers.get('Content-Type')?.trim() ?? '');
}

/** Whether the body has to be decoded before it is what was meant (RFC 9110 §8.4). */
export function isEncoded(headers: Headers): boolean {
  const encoding = headers.get('Content-Encoding');
  return encoding !== null && encoding.trim().toLowerCase() !== 'identity';
}

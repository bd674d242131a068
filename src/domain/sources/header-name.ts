import * as v from 'valibot';

/** Headers that mean something to HTTP itself, are written on the way, or carry other secrets (RFC 9110 §7.6.1 and others). */
const RESERVED = new Set([
  ...['accept', 'accept-encoding', 'authorization', 'cdn-loop', 'connection', 'content-encoding', 'content-length'],
  ...['content-type', 'cookie', 'date', 'expect', 'forwarded', 'host', 'keep-alive', 'origin', 'referer', 'set-cookie'],
  ...['te', 'trailer', 'transfer-encoding', 'true-client-ip', 'upgrade', 'user-agent', 'via', 'x-real-ip'],
]);
const RESERVED_FAMILY = /^(?:cf|proxy|sec|x-forwarded)-/;

/** A header that the sender may choose, in lower case. */
export function headerName(description: string) {
  return v.pipe(
    v.string(),
    v.maxLength(64, 'A header name has at most 64 characters.'),
    v.regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/, 'This is not a header name (RFC 9110 §5.1).'),
    v.description(description),
    v.transform((name) => name.toLowerCase()),
    v.check(
      (name) => !RESERVED.has(name) && !RESERVED_FAMILY.test(name),
      'This header belongs to HTTP itself; choose one of your own.',
    ),
  );
}

import * as v from 'valibot';

/** Headers that mean something to HTTP itself, are rewritten on the way, or carry other secrets (RFC 9110 §7.6.1 and others). */
const RESERVED = new Set([
  ...['authorization', 'connection', 'content-encoding', 'content-length', 'content-type', 'cookie', 'date', 'expect'],
  ...['forwarded', 'host', 'keep-alive', 'proxy-authenticate', 'proxy-authorization', 'proxy-connection', 'set-cookie'],
  ...['te', 'trailer', 'transfer-encoding', 'upgrade', 'via'],
]);

function headerName(description: string) {
  return v.pipe(
    v.string(),
    v.maxLength(64, 'A header name has at most 64 characters.'),
    v.regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/, 'This is not a header name (RFC 9110 §5.1).'),
    v.description(description),
    v.transform((name) => name.toLowerCase()),
    v.check((name) => !RESERVED.has(name), 'This header belongs to HTTP itself; choose one of your own.'),
  );
}

const fields = v.strictObject({
  signatureHeader: v.optional(headerName('The header that carries the signature.'), 'x-signature'),
  hash: v.optional(v.picklist(['sha256', 'sha384', 'sha512']), 'sha256'),
  encoding: v.optional(
    v.pipe(
      v.picklist(['hex', 'base64', 'base64url']),
      v.description('Of the signature: lower-case hex, base64 with padding, or base64url without.'),
    ),
    'hex',
  ),
  prefix: v.optional(
    v.pipe(
      v.string(),
      v.maxLength(32, 'A prefix has at most 32 characters.'),
      v.regex(/^([!-~][ -~]*)?$/, 'A prefix is printable ASCII and does not start with a space.'),
      v.description('What stands before the signature in its header, such as `sha256=`.'),
    ),
    '',
  ),
  content: v.optional(
    v.pipe(
      v.picklist(['body', 'timestamp.body', 'timestamp:body', 'id.timestamp.body']),
      v.description(
        'The signed bytes. Without a timestamp a captured callback can be sent again for ever: only the ids in its body protect you.',
      ),
    ),
    'body',
  ),
  timestampHeader: v.optional(
    headerName('The header that carries the timestamp. Set it exactly when `content` names one.'),
  ),
  timestampUnit: v.optional(
    v.pipe(
      v.picklist(['s', 'ms']),
      v.description('Whether the timestamp counts seconds or milliseconds since 1970. Set it with `timestampHeader`.'),
    ),
  ),
  idHeader: v.optional(headerName('The header that carries the message id. Set it exactly when `content` names one.')),
  secretEncoding: v.optional(
    v.pipe(
      v.picklist(['text', 'hex', 'base64']),
      v.description('How the secret stands for the bytes of the key: as its own UTF-8 text, or decoded.'),
    ),
    'text',
  ),
});

export type HmacConfig = v.InferOutput<typeof fields>;

export const hmacConfig = v.pipe(
  fields,
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed) return;
    const input = dataset.value;
    for (const [key, message] of conflicts(input)) {
      addIssue({ message, path: [{ type: 'object', origin: 'value', input, key, value: input[key] }] });
    }
  }),
);

function conflicts(config: HmacConfig): [keyof HmacConfig, string][] {
  const found: [keyof HmacConfig, string][] = [];
  const settings = [
    ['timestamp', 'timestampHeader', 'anyone could set an unsigned timestamp to now'],
    ['timestamp', 'timestampUnit', 'there is no timestamp to count'],
    // An unsigned id is worth nothing for telling repeats: whoever repeats a callback can change it.
    ['id', 'idHeader', 'anyone could give a repeated callback a new unsigned id'],
  ] as const;
  for (const [part, field, why] of settings) {
    const signed = config.content.includes(part);
    if (signed && config[field] === undefined) {
      found.push([field, `Required, because the content "${config.content}" signs the ${part}.`]);
    } else if (!signed && config[field] !== undefined) {
      found.push([field, `Leave it out: the content "${config.content}" does not sign the ${part}, and ${why}.`]);
    }
  }
  const taken = new Set<string>();
  for (const field of ['signatureHeader', 'timestampHeader', 'idHeader'] as const) {
    const name = config[field];
    if (name === undefined) continue;
    if (taken.has(name)) found.push([field, `The header "${name}" has another part in this scheme already.`]);
    taken.add(name);
  }
  return found;
}

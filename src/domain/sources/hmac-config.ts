import * as v from 'valibot';
import { headerName } from './header-name.ts';

/** What known senders do. One that is named here needs no other setting. */
const PRESETS = {
  // X-GitHub-Delivery is not signed and hence no id.
  github: { signatureHeader: 'x-hub-signature-256', hash: 'sha256', encoding: 'hex', prefix: 'sha256=' },
} as const;

const fields = v.strictObject({
  preset: v.exactOptional(v.never()),
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

export type HmacConfig = Omit<v.InferOutput<typeof fields>, 'preset'>;

/** Kept as the settings that it stands for. */
const byPreset = v.pipe(
  v.strictObject(
    {
      preset: v.pipe(v.picklist(['github']), v.description('Signs as this sender does. Nothing else is to be set.')),
    },
    'A preset stands alone: leave this out, or leave out the preset.',
  ),
  v.transform(({ preset }): HmacConfig => v.parse(fields, PRESETS[preset])),
);

const bySettings = v.pipe(
  fields,
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed) return;
    const input = dataset.value;
    for (const [key, message] of conflicts(input)) {
      addIssue({ message, path: [{ type: 'object', origin: 'value', input, key, value: input[key] }] });
    }
  }),
);

export const hmacConfig = v.variant(
  'preset',
  [byPreset, bySettings],
  'Must be settings of its own, or the preset "github" alone.',
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

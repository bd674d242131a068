import * as v from 'valibot';
import { toBase64 } from '../../lib/encoding.ts';
import { decodeSecret, verify } from '../../lib/standard-webhooks.ts';
import type { Scheme } from './contract.ts';
import { type HeaderForm, headerOnce, MESSAGE_ID, UNIX_TIME } from './headers.ts';
import { readNeutral } from './neutral.ts';

const config = v.pipe(v.strictObject({}), v.description('Standard Webhooks v1 leaves nothing to set.'));

/** Canonical base64 of the 32 bytes of an HMAC-SHA256: the last character before the padding carries four bits only. */
const V1 = 'v1,[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=';
/** A sender may sign with later versions as well (v1a); they are not ours to check, but have to look like signatures. */
const OTHER = '(?!v1,)v[0-9][0-9a-z]{0,7},[A-Za-z0-9+/_-]{1,512}={0,2}';
const SIGNATURES: HeaderForm = {
  maxLength: 2048,
  pattern: new RegExp(`^(?:${V1}|${OTHER})(?: (?:${V1}|${OTHER})){0,9}$`),
  says: 'one to ten signatures such as "v1," and 44 characters of base64, divided by single spaces',
};

/** https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md, symmetric signatures. */
export const standardWebhooks: Scheme<v.InferOutput<typeof config>> = {
  name: 'standard_webhooks',
  config,

  secretProblem(secret) {
    if (decodeSecret(secret) !== null) return null;
    return 'The secret must be "whsec_" and the canonical base64 of 24 to 64 random bytes.';
  },

  newSecret(random) {
    return `whsec_${toBase64(random(new Uint8Array(32)))}`;
  },

  async verify({ request: { headers, body }, secrets, now }) {
    const id = headerOnce(headers, 'webhook-id', MESSAGE_ID);
    if (typeof id !== 'string') return id;
    const timestamp = headerOnce(headers, 'webhook-timestamp', UNIX_TIME);
    if (typeof timestamp !== 'string') return timestamp;
    const signature = headerOnce(headers, 'webhook-signature', SIGNATURES);
    if (typeof signature !== 'string') return signature;
    const keys = secrets.map(decodeSecret).filter((key) => key !== null);
    const authentic = await verify({ id, timestamp, signature, body, secrets: keys, now });
    return authentic ? { outcome: 'verified', messageId: id } : { outcome: 'refused' };
  },

  read: readNeutral,
};

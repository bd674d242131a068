import * as v from 'valibot';
import { decodeUtf8, fromBase64, toHex, utf8 } from '../../lib/encoding.ts';
import { hmacMatches, importHmacKey } from '../../lib/hmac.ts';
import type { Scheme } from './contract.ts';
import { type HeaderForm, headerOnce } from './headers.ts';
import { wrongSignature } from './refused.ts';
import { readTopic } from './woocommerce-topics.ts';

const SHORTEST_SECRET = 24;

/** What WordPress decodes before it signs: the text in the field and the text of the key would not be the same. */
const HTML_ENTITY = /&(?:#\d+|#x[0-9a-f]+|[a-z]+);/i;

/** Canonical base64 of the 32 bytes of an HMAC-SHA256: the last character before the padding carries four bits only. */
const SIGNATURE: HeaderForm = {
  maxLength: 44,
  pattern: /^[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$/,
  says: 'the 44 characters of base64 of an HMAC-SHA256',
};

/** A hook of WordPress may be a topic (`action.…`), and plug-ins name theirs as they like. */
const TOPIC: HeaderForm = {
  maxLength: 200,
  pattern: /^[!-+\--~]+$/,
  says: 'a topic such as order.updated, of at most 200 visible characters without a comma',
};

const PING = /^webhook_id=\d{1,20}$/;
const FORM = /^application\/x-www-form-urlencoded\s*(?:;|$)/i;

const config = v.strictObject({
  site: v.exactOptional(
    v.pipe(
      v.string(),
      v.maxLength(255, 'Must not be longer than 255 characters.'),
      v.regex(/^https?:\/\/[A-Za-z0-9.-]+(?::\d{1,5})?(?:\/[^\s?#]*)?$/, 'Must be a URL such as https://shop.example.'),
      v.description(
        'The address of the shop, as its WordPress names itself. When set, callbacks of any other site are not taken: a staging copy of the shop has its webhooks and their secrets too.',
      ),
    ),
  ),
});

/** WC_Webhook in https://github.com/woocommerce/woocommerce/blob/trunk/plugins/woocommerce/includes/class-wc-webhook.php */
export const woocommerce: Scheme<v.InferOutput<typeof config>> = {
  name: 'woocommerce',
  config,

  secretOrigin: () => 'made',

  secretProblem(secret) {
    if (HTML_ENTITY.test(secret)) {
      return 'The secret must not contain an HTML entity such as "&amp;": WordPress signs with what the entity stands for.';
    }
    if (secret.length >= SHORTEST_SECRET) return null;
    return `The secret must be at least ${SHORTEST_SECRET} characters. Leave it out, and paste the one that is made into the webhook.`;
  },

  /** Nothing that WordPress takes out of a text field, encodes or decodes. */
  newSecret(random) {
    return toHex(random(new Uint8Array(32)));
  },

  isPing({ method, headers, body }) {
    const isForm = FORM.test(headers.get('content-type') ?? '');
    return method === 'POST' && isForm && body.length < 64 && PING.test(decodeUtf8(body) ?? '');
  },

  async verify({ request: { headers, body }, secrets }) {
    const signature = headerOnce(headers, 'x-wc-webhook-signature', SIGNATURE);
    if (typeof signature !== 'string') return signature;
    const topic = headerOnce(headers, 'x-wc-webhook-topic', TOPIC);
    if (typeof topic !== 'string') return topic;
    const mac = fromBase64(signature);
    if (mac === null) return wrongSignature;
    for (const secret of secrets) {
      if (secret.length < SHORTEST_SECRET) continue;
      // The delivery id is made of the hook and the second, and is not signed: it tells no repeat.
      if (await hmacMatches(await importHmacKey(utf8(secret)), mac, body)) {
        return { outcome: 'verified', messageId: null };
      }
    }
    return wrongSignature;
  },

  longIntegers: 'text',

  punishesErrors: true,

  read({ json, request: { headers }, config: { site } }) {
    const type = headers.get('x-wc-webhook-topic') ?? '';
    const sender = headers.get('x-wc-webhook-source');
    if (site === undefined || (sender !== null && plain(sender) === plain(site))) return readTopic(json, type);
    const from = sender === null ? 'an unknown site' : 'another site';
    const detail = `The callback is of ${from}, and this source takes those of ${site}: switch the webhooks of copies of the shop off, or change the site of the source.`;
    return { outcome: 'unusable', type, errors: [{ pointer: '', detail }] };
  },
};

/** WordPress may name itself by http in the background and by https to visitors. */
function plain(site: string): string {
  return (
    site
      .toLowerCase()
      .replace(/^https?:\/\//, '')
      // Without the look behind, the slashes of a run would be counted from each of them.
      .replace(/(?<!\/)\/+$/, '')
  );
}

import { fromHex, toHex, utf8 } from '../../lib/encoding.ts';
import { hmacMatches, importHmacKey } from '../../lib/hmac.ts';
import type { Scheme } from './contract.ts';
import { isFresh } from './freshness.ts';
import { type HeaderForm, headerOnce, malformed } from './headers.ts';
import { stale, wrongSignature } from './refused.ts';
import { type StripeConfig, stripeConfig } from './stripe-config.ts';
import { readStripe } from './stripe-events.ts';

const HEADER = 'stripe-signature';
const MOST_SIGNATURES = 10;

const TIME = 't=[1-9][0-9]{0,14}';
const V1 = 'v1=[0-9a-f]{64}';
/** v0 comes with events of test mode, and is not ours to check. */
const OTHER = 'v(?!1=)[0-9]{1,3}=[A-Za-z0-9+/=_-]{1,256}';
const PART = `(?:${TIME}|${V1}|${OTHER})`;
const PARTS: HeaderForm = {
  maxLength: 2048,
  pattern: new RegExp(`^${PART}(?:,${PART}){1,20}$`),
  says: '"t=" and the time once, and one to ten times "v1=" and 64 digits of lower-case hex, divided by commas',
};

/** Endpoints have 32 letters and digits after the prefix, the command line 64. */
const SECRET = /^whsec_[A-Za-z0-9+/=_-]{24,249}$/;

/** https://docs.stripe.com/webhooks#verify-manually */
export const stripe: Scheme<StripeConfig> = {
  name: 'stripe',
  config: stripeConfig,

  secretOrigin: () => 'given',

  secretProblem(secret) {
    if (SECRET.test(secret)) return null;
    return 'The secret must be the signing secret that Stripe shows for its endpoint: "whsec_" and at least 24 letters and digits, without blanks.';
  },

  /** In the form of those that Stripe makes. */
  newSecret(random) {
    return `whsec_${toHex(random(new Uint8Array(32)))}`;
  },

  async verify({ request: { headers, body }, secrets, now }) {
    const signature = signatureIn(headers);
    if ('outcome' in signature) return signature;
    const { timestamp, macs } = signature;
    if (!isFresh(Number(timestamp) * 1000, now)) return stale;

    const prelude = utf8(`${timestamp}.`);
    const signed = new Uint8Array(prelude.length + body.length);
    signed.set(prelude);
    signed.set(body, prelude.length);
    for (const secret of secrets.filter((text) => SECRET.test(text))) {
      // The whole text is the key; what follows the prefix is no base64 to be decoded, as it is in Standard Webhooks.
      const key = await importHmacKey(utf8(secret));
      for (const mac of macs) {
        // The id of the event stands in the body.
        if (await hmacMatches(key, mac, signed)) return { outcome: 'verified', messageId: null };
      }
    }
    return wrongSignature;
  },

  longIntegers: 'refuse',

  punishesErrors: true,

  takesAccessToken: true,

  read: readStripe,
};

function signatureIn(headers: Headers) {
  const header = headerOnce(headers, HEADER, PARTS);
  if (typeof header !== 'string') return header;
  const parts = header.split(',');
  const valuesOf = (prefix: string) =>
    parts.filter((part) => part.startsWith(prefix)).map((part) => part.slice(prefix.length));
  const [timestamp, ...more] = valuesOf('t=');
  const macs = valuesOf('v1=').flatMap((hex) => fromHex(hex) ?? []);
  const isComplete = more.length === 0 && macs.length > 0 && macs.length <= MOST_SIGNATURES;
  return timestamp !== undefined && isComplete ? { timestamp, macs } : malformed(HEADER, PARTS.says);
}

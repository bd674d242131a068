import type { Verification } from './contract.ts';
import { type HeaderForm, headerOnce } from './headers.ts';

type Malformed = Extract<Verification, { outcome: 'malformed' }>;

/** What the headers say of a delivery. Only the body is signed: none of it is proof. */
export interface Delivery {
  signature: string;
  topic: string;
  /** In lower case. */
  shop: string;
  /** Stays over retries; another subscription to the same topic has another. */
  id: string;
  /** "Send test notification" in the admin. */
  test: boolean;
}

/** Webhooks carry the first, Shopify's next-generation Events the second, or both with the same values. */
const FAMILIES = ['x-shopify-', 'shopify-'] as const;

/** Canonical base64 of the 32 bytes of an HMAC-SHA256: the last character before the padding carries four bits only. */
const SIGNATURE: HeaderForm = {
  maxLength: 44,
  pattern: /^[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$/,
  says: 'the 44 characters of base64 of an HMAC-SHA256',
};

const TOPIC: HeaderForm = {
  maxLength: 100,
  pattern: /^[A-Za-z0-9_]+(?:[/.][A-Za-z0-9_]+)*$/,
  says: 'at most 100 letters, digits and "_", in parts divided by "/" or "."',
};

const SHOP: HeaderForm = {
  maxLength: 255,
  pattern: /^[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+$/,
  says: 'the domain of a shop',
};

/** No slash: it stands between the topic and the id in the id of the message. */
const ID: HeaderForm = {
  maxLength: 128,
  pattern: /^[A-Za-z0-9_.:-]+$/,
  says: 'at most 128 letters, digits, "_", ".", ":" or "-"',
};

/** https://shopify.dev/docs/apps/build/webhooks/delivery-structure and .../events/delivery-structure */
export function deliveryOf(headers: Headers): Delivery | Malformed {
  const [webhooks, events] = FAMILIES;
  const isEvent = headers.has(`${events}hmac-sha256`) && !headers.has(`${webhooks}hmac-sha256`);
  const [family, other] = isEvent ? [events, webhooks] : [webhooks, events];

  function once(name: string, form: HeaderForm): string | Malformed {
    const value = headerOnce(headers, family + name, form);
    const twin = headers.get(other + name);
    if (typeof value !== 'string' || twin === null || twin === value) return value;
    return { outcome: 'malformed', detail: `The headers ${family}${name} and ${other}${name} contradict each other.` };
  }

  const signature = once('hmac-sha256', SIGNATURE);
  if (typeof signature !== 'string') return signature;
  const topic = once('topic', TOPIC);
  if (typeof topic !== 'string') return topic;
  const shop = once('shop-domain', SHOP);
  if (typeof shop !== 'string') return shop;
  const id = once('webhook-id', ID);
  if (typeof id !== 'string') return id;
  return { signature, topic, shop: shop.toLowerCase(), id, test: headers.get(`${family}test`) === 'true' };
}

import { createHmac } from 'node:crypto';

/** The headers of a webhook as Shopify sends them, names in lower case; `family` is `shopify-` for its Events. */
export function signShopify(input: {
  secret: string;
  body: string | Uint8Array;
  topic: string;
  id?: string;
  shop?: string;
  family?: 'x-shopify-' | 'shopify-';
}): Record<string, string> {
  const {
    secret,
    body,
    topic,
    id = 'b54557e4-bdd9-4b37-8a5f-bf7d70bcd043',
    shop = SHOP,
    family = 'x-shopify-',
  } = input;
  return {
    [`${family}hmac-sha256`]: createHmac('sha256', secret).update(body).digest('base64'),
    [`${family}topic`]: topic,
    [`${family}shop-domain`]: shop,
    [`${family}webhook-id`]: id,
  };
}

export const SHOP = 'oak-and-ink.myshopify.com';

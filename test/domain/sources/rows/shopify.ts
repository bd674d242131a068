import * as v from 'valibot';
import { shopify } from '../../../../src/domain/sources/shopify.ts';
import { SHOP, signShopify } from '../../../support/sign-shopify.ts';
import { ID, type KeyName, type Row, random, type Sample } from '../row.ts';

/** A client secret of an app, one from before the prefix, and one of the admin's notifications. */
const secrets: Record<KeyName, string> = {
  current: `shpss_${shopify.newSecret(random).slice(32)}`,
  former: shopify.newSecret(random).slice(32),
  foreign: shopify.newSecret(random),
};

const order: Sample = {
  headers: { topic: 'orders/paid' },
  body: `{"id":6120428917730561987,"admin_graphql_api_id":"gid://shopify/Order/6120428917730561987","financial_status":"paid","cancelled_at":null,
    "processed_at":"2026-03-01T12:00:00+01:00","created_at":"2026-03-01T12:00:01+01:00","updated_at":"2026-03-01T12:00:02+01:00","test":false,"currency":"EUR",
    "taxes_included":true,"subtotal_price":"49.90","total_tax":"8.91","current_subtotal_price":"40.00","current_total_tax":"7.33",
    "current_shipping_price_set":{"shop_money":{"amount":"5.90","currency_code":"EUR"},"presentment_money":{"amount":"5.61","currency_code":"CHF"}},
    "shipping_lines":[{"is_removed":false,"discounted_price":"5.90","tax_lines":[{"price":"0.94"}]}],"email":"noor@example.com",
    "customer":{"id":7402118836540290113,"email":null},"shipping_address":{"address1":"Lindenweg 7","address2":null,"zip":"8001","city":"Zürich","country_code":"CH"},
    "discount_codes":[{"code":"ANNA"}],"discount_applications":[{"title":"Summer"}],"note_attributes":[{"name":"gw","value":"token"}],"landing_site":"/?gw=other"}`,
  notices: [
    {
      kind: 'order',
      externalId: '6120428917730561987',
      currency: 'EUR',
      subtotal: 3361,
      tax: 733,
      shipping: 496,
      customer: { id: '7402118836540290113', email: 'noor@example.com' },
      touches: { clickTokens: ['token', 'other'], codes: ['anna', 'summer'] },
    },
    { kind: 'edit', orderExternalId: '6120428917730561987', subtotal: 3361, tax: 733, shipping: 496 },
  ],
};

const refund: Sample = {
  headers: { topic: 'refunds/create' },
  body: `{"id":9010463372815540127,"order_id":6120428917730561987,"admin_graphql_api_id":"gid://shopify/Refund/9010463372815540127",
    "processed_at":"2026-03-02T12:00:00+01:00","transactions":[{"kind":"refund","status":"success","amount":"19.00","currency":"CHF"}],
    "refund_line_items":[{"subtotal_set":{"shop_money":{"amount":"20.00","currency_code":"EUR"},"presentment_money":{"amount":"19.00","currency_code":"CHF"}}}]}`,
  notices: [
    {
      kind: 'refund',
      externalId: '9010463372815540127',
      orderExternalId: '6120428917730561987',
      currency: 'EUR',
      amount: 2000,
    },
  ],
};

const unknown: Sample = { headers: { topic: 'app/uninstalled' }, body: '{"id":61200448}', notices: [] };

function rowOf(title: string, family: 'x-shopify-' | 'shopify-'): Row {
  return {
    title,
    scheme: shopify,
    source: (inForce) => ({
      config: v.parse(shopify.config, { shop: SHOP }),
      secrets: inForce.map((key) => secrets[key]),
    }),
    sign: ({ key, sample: { body, headers = {} }, id }) =>
      signShopify({ secret: secrets[key], body, topic: headers.topic ?? '', id, family }),
    signatureHeaders: [`${family}hmac-sha256`],
    once: ['hmac-sha256', 'topic', 'shop-domain', 'webhook-id'].map((name) => family + name),
    messageId: `orders/paid/${ID}`,
    timed: false,
    samples: { order, refund, unknown },
  };
}

export const shopifyRows: Row[] = [rowOf('Shopify', 'x-shopify-'), rowOf('Shopify, newer headers', 'shopify-')];

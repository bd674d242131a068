import { createHmac } from 'node:crypto';

/** The headers of a webhook as `WC_Webhook::deliver` sets them, names in lower case. Only the body is signed. */
export function signWooCommerce(input: {
  secret: string;
  body: string | Uint8Array;
  topic: string;
  site?: string;
}): Record<string, string> {
  const { secret, body, topic, site = SITE } = input;
  const [resource = '', event = ''] = topic.split('.');
  return {
    'x-wc-webhook-source': `${site}/`,
    'x-wc-webhook-topic': topic,
    'x-wc-webhook-resource': resource,
    'x-wc-webhook-event': event,
    'x-wc-webhook-signature': createHmac('sha256', decodeSpecialChars(secret)).update(body).digest('base64'),
    'x-wc-webhook-id': '12',
    'x-wc-webhook-delivery-id': 'd60ac57a6f4ca29d4f5ba5b7b3b4f6c9',
  };
}

export const SITE = 'https://shop.example';

/** `wp_specialchars_decode( $secret, ENT_QUOTES )` of WordPress. */
function decodeSpecialChars(text: string): string {
  return text
    .replaceAll(/&lt;|&#0*60;|&#x0*3c;/gi, '<')
    .replaceAll(/&gt;|&#0*62;|&#x0*3e;/gi, '>')
    .replaceAll(/&quot;|&#0*34;|&#x0*22;/gi, '"')
    .replaceAll(/&#0*39;|&#x0*27;/gi, "'")
    .replaceAll(/&amp;|&#0*38;|&#x0*26;/gi, '&');
}

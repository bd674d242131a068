import { beforeEach, describe, expect, it } from 'vitest';
import { createTestApp, type TestApp } from '../support/app.ts';
import { HOUR } from '../support/clock.ts';
import { createShop, type Shop } from '../support/shop.ts';
import { type End, endsOf } from '../support/stories/ends.ts';
import { type Message, openSender, type Platform, type Sender } from '../support/stories/platform.ts';
import { shopify } from '../support/stories/shopify.ts';
import { stripe } from '../support/stories/stripe.ts';
import { woocommerce } from '../support/stories/woocommerce.ts';

describe('an id of a message', () => {
  let app: TestApp;
  let shop: Shop;

  beforeEach(async () => {
    app = await createTestApp();
    shop = await createShop(app);
  });

  function storyOf(platform: Platform, number: number) {
    return platform.story({ number, code: shop.ann.code, paidAt: app.clock.now() - HOUR });
  }

  async function told(sender: Sender, messages: (Message | undefined)[]): Promise<string[]> {
    const statuses: string[] = [];
    for (const message of messages) statuses.push((await sender.post(message ?? { id: '', body: '' })).body.status);
    return statuses;
  }

  async function ends(): Promise<End[]> {
    return Object.values(await endsOf(app));
  }

  it('that WooCommerce gives to all deliveries of one second tells no two orders apart: both are credited', async () => {
    const sender = await openSender(app, shop, woocommerce);
    const [first, second] = [storyOf(woocommerce, 1), storyOf(woocommerce, 2)];
    expect(await told(sender, [first['paid']?.(''), second['paid']?.('')])).toEqual(['credited', 'credited']);
    expect(await ends()).toHaveLength(2);
  });

  it('of Shopify is one within its topic: the same under another topic is another message', async () => {
    const sender = await openSender(app, shop, shopify);
    const story = storyOf(shopify, 1);
    const one = 'b54557e4-bdd9-4b37-8a5f-bf7d70bcd043';
    const messages = [story['paid']?.(one), story['refund 1']?.(one), story['paid']?.(one), story['refund 1']?.(one)];
    expect(await told(sender, messages)).toEqual(['credited', 'recorded', 'duplicate', 'duplicate']);
    expect(await ends()).toMatchObject([{ refunded: 1182, conversions: 1 }]);
  });

  it('is one within its source: two sources of Stripe that repeat it are both heard', async () => {
    const [here, there] = [await openSender(app, shop, stripe), await openSender(app, shop, stripe)];
    const message = storyOf(stripe, 1)['refund 1']?.('1');
    expect(await told(here, [message, message])).toEqual(['parked', 'duplicate']);
    expect(await told(there, [message])).toEqual(['parked']);
  });
});

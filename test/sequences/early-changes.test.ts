import { beforeEach, describe, expect, it } from 'vitest';
import { createTestApp, type TestApp } from '../support/app.ts';
import { DAY, HOUR } from '../support/clock.ts';
import { createShop, type Shop } from '../support/shop.ts';
import { endsOf } from '../support/stories/ends.ts';
import { ownStore } from '../support/stories/own-store.ts';
import { openSender } from '../support/stories/platform.ts';
import { shopify } from '../support/stories/shopify.ts';
import { stripe } from '../support/stories/stripe.ts';
import { woocommerce } from '../support/stories/woocommerce.ts';

/** WooCommerce tells of a refund with the whole order: of one that is cancelled by then, it tells no more than the changes. */
const PLATFORMS = [
  { title: 'code of the store', platform: ownStore, change: 'refund 1', reversed: 100 },
  { title: 'Shopify', platform: shopify, change: 'refund 1', reversed: 100 },
  { title: 'Stripe', platform: stripe, change: 'refund 1', reversed: 100 },
  { title: 'WooCommerce', platform: woocommerce, change: 'cancelled', reversed: 500 },
];

describe.each(PLATFORMS)('what $title tells of an order before the order itself', ({ platform, change, reversed }) => {
  let app: TestApp;
  let shop: Shop;

  beforeEach(async () => {
    app = await createTestApp();
    shop = await createShop(app);
  });

  async function reversedAfter(wait: number): Promise<number | undefined> {
    const sender = await openSender(app, shop, platform);
    const story = platform.story({ number: 1, code: shop.ann.code, paidAt: app.clock.now() - HOUR });
    const post = async (told: string, id: string) => {
      const message = story[told]?.(id) ?? { id, body: '' };
      const { status, text, body } = await sender.post(message);
      expect(status, text).toBe(200);
      return body.status;
    };
    expect(await post(change, 'm1')).toBe('parked');
    app.clock.advance(wait);
    expect(await post('paid', 'm2')).toBe('credited');
    expect(await post(change, 'm3')).toBe('duplicate');
    const [end] = Object.values(await endsOf(app));
    return end?.rewards[0]?.reversed;
  }

  it('is applied when the order comes exactly 30 days later', async () => {
    expect(await reversedAfter(30 * DAY)).toBe(reversed);
  });

  it('is forgotten when it comes a millisecond later than that', async () => {
    expect(await reversedAfter(30 * DAY + 1)).toBe(0);
  });
});

import { describe, expect, it } from 'vitest';
import { createTestApp, type Json } from '../support/app.ts';
import { DAY } from '../support/clock.ts';
import { createShop } from '../support/shop.ts';

const FRIEND = { id: 'ben', email: 'ben@example.com' };

describe('an order', () => {
  it('shows its money, its refunds, its cancellation and its judgement', async () => {
    const app = await createTestApp();
    const shop = await createShop(app);
    const placed = { orderId: 'o-1', currency: 'USD', subtotal: 5000, tax: 400, shipping: 500 };
    const { body } = await shop.post('order.paid', { ...placed, customer: FRIEND, paidAt: '2026-11-21T19:59:00Z' });
    app.clock.advance(DAY);
    await shop.post('order.refunded', { orderId: 'o-1', refundId: 'r-1', currency: 'USD', amount: 1500 });
    await shop.post('order.refunded', { orderId: 'o-1', refundId: 'r-2', currency: 'USD', amount: 500 });
    app.clock.advance(DAY);
    await shop.post('order.cancelled', { orderId: 'o-1' });

    const { items } = (await app.request('GET', '/v1/orders')).body;
    expect(items).toMatchObject([
      {
        externalId: 'o-1',
        sourceId: shop.sourceId,
        currency: 'USD',
        subtotal: 5000,
        tax: 400,
        shipping: 500,
        refunded: 2000,
        test: false,
        placedAt: '2026-11-21T19:59:00.000Z',
        cancelledAt: '2026-11-23T20:00:00.000Z',
        conversionId: body.conversionId,
      },
    ]);
    const { history, ...order } = (await app.request('GET', `/v1/orders/${items[0].id}`)).body;
    expect(order).toEqual(items[0]);
    expect(history).toMatchObject([
      { kind: 'paid', externalId: 'o-1', amount: 5000, occurredAt: '2026-11-21T19:59:00.000Z' },
      { kind: 'refund', externalId: 'r-1', amount: 1500, currency: 'USD', occurredAt: '2026-11-22T20:00:00.000Z' },
      { kind: 'refund', externalId: 'r-2', amount: 500 },
      { kind: 'cancellation', amount: 0, currency: null, receivedAt: '2026-11-23T20:00:00.000Z' },
    ]);
  });

  it('shows what came before it in the history, as we learnt of it', async () => {
    const app = await createTestApp();
    const shop = await createShop(app);
    await shop.post('order.refunded', { orderId: 'o-1', refundId: 'r-1', currency: 'USD', amount: 1500 });
    await shop.post('order.paid', { orderId: 'o-1', currency: 'USD', subtotal: 5000, customer: FRIEND });
    const [{ id, refunded }] = (await app.request('GET', '/v1/orders')).body.items;
    expect(refunded).toBe(1500);
    const { history } = (await app.request('GET', `/v1/orders/${id}`)).body;
    expect(history.map(({ kind }: Json) => kind)).toEqual(['refund', 'paid']);
  });

  it('tells nothing of its customer, in clear or as a digest', async () => {
    const app = await createTestApp();
    const shop = await createShop(app);
    await shop.post('order.paid', { orderId: 'o-1', currency: 'USD', subtotal: 5000, customer: FRIEND });
    const [{ id }] = (await app.request('GET', '/v1/orders')).body.items;
    const { text } = await app.request('GET', `/v1/orders/${id}`);
    expect(text).not.toMatch(/ben|[0-9a-f]{64}/);
  });
});

describe('the list', () => {
  it('holds every order, referred or not, and finds one by the id that the store gave it', async () => {
    const app = await createTestApp();
    const shop = await createShop(app);
    for (const orderId of ['o-1', 'o-2', 'o-3']) {
      await shop.post('order.paid', { orderId, currency: 'USD', subtotal: 100, customer: { id: orderId } });
    }
    const ids = async (query: string) =>
      (await app.request('GET', `/v1/orders${query}`)).body.items.map(({ externalId }: Json) => externalId);
    expect(await ids('')).toEqual(['o-3', 'o-2', 'o-1']);
    expect(await ids('?externalId=o-2')).toEqual(['o-2']);
    expect(await ids('?externalId=o-9')).toEqual([]);
    expect(await ids("?externalId=o-1'%20or%201=1--")).toEqual([]);
  });
});

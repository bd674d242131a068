import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import Stripe from 'stripe';

/** Signs by Stripe's own library; `timestamp` in seconds. */
export function signStripe({ secret, timestamp, body }: { secret: string; timestamp: number; body: string }) {
  const header = Stripe.webhooks.generateTestHeaderString({ payload: body, secret, timestamp });
  return { 'stripe-signature': header };
}

/** One signature as it stands behind its `=`, for headers that the library does not write. */
export function stripeMac({ secret, timestamp, body }: { secret: string; timestamp: number | string; body: string }) {
  return createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex');
}

export function stripeFixture(name: string): string {
  return readFileSync(`${import.meta.dirname}/../fixtures/stripe/${name}.json`, 'utf8');
}

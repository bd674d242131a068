import * as v from 'valibot';
import { expect } from 'vitest';
import type { Notice } from '../../src/domain/notice.ts';
import type { Reading } from '../../src/domain/sources/contract.ts';
import { stripe } from '../../src/domain/sources/stripe.ts';
import { parseStrictJson } from '../../src/domain/strict-json.ts';
import type { Mode } from '../../src/domain/terms.ts';
import { stripeFixture } from './sign-stripe.ts';

export interface StripeEvent {
  id: string;
  type: string;
  created: number;
  data: { object: Record<string, unknown> };
}

export interface StripeSource {
  config?: v.InferInput<typeof stripe.config>;
  mode?: Mode;
  accessToken?: string | null;
}

/** What the fixtures use as a click token; one by its form alone. */
export const TOKEN = 'AAAAAQGcqj1yVnU7n3S5mX0dQwqZAZypyMpqd1eoQn9rT6sYHcPkN2vLx8Ejb4uWfGZaRm';

export const NO_TOUCHES = { clickTokens: [], clickIds: [], codes: [] };

/** The payload as it is documented, with some of its fields changed. */
export function stripeEvent(name: string, object: object = {}, event: object = {}): StripeEvent {
  const json = parseStrictJson(Uint8Array.from(Buffer.from(stripeFixture(name))), stripe);
  if (!json.ok) throw new Error(json.detail);
  const whole = json.value as StripeEvent;
  return { ...whole, ...event, data: { ...whole.data, object: { ...whole.data?.object, ...object } } };
}

export function readStripeEvent(
  json: unknown,
  { config = {}, mode = 'live', accessToken = null }: StripeSource = {},
): Reading {
  const request = { method: 'POST', url: 'https://example.com', headers: new Headers(), body: new Uint8Array() };
  return stripe.read({ json, request, config: v.parse(stripe.config, config), mode, accessToken });
}

export function stripeNotices(json: StripeEvent, source?: StripeSource): Notice[] {
  const reading = readStripeEvent(json, source);
  if (reading.outcome !== 'read') throw new Error(JSON.stringify(reading));
  expect(reading).toMatchObject({ type: json.type, messageId: json.id });
  return reading.notices;
}

import Stripe from 'stripe';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { stripe } from '../../../src/domain/sources/stripe.ts';
import { signStripe, stripeMac } from '../../support/sign-stripe.ts';

const SECRET = 'whsec_Kx7QmZ2vTn9RbW4yLc8HsJ1dGf5pXe3A';
const AT = 1_793_181_542;
const BODY = '{\n  "id": "evt_test_webhook",\n  "object": "event"\n}';
const MAC = stripeMac({ secret: SECRET, timestamp: AT, body: BODY });
const OTHER = stripeMac({ secret: 'whsec_of_another_endpoint', timestamp: AT, body: BODY });

async function verify(
  header: string | null,
  { body = BODY as string | Uint8Array, now = AT, secrets = [SECRET] } = {},
) {
  const headers = new Headers(header === null ? {} : { 'stripe-signature': header });
  const request = { method: 'POST', url: 'https://example.com', headers, body: Uint8Array.from(Buffer.from(body)) };
  const publishedKeys = () => Promise.reject(new Error('No key is published'));
  const seen = await stripe.verify({ request, secrets, config: { checkout: true }, now: now * 1000, publishedKeys });
  return seen.outcome === 'refused' ? `refused: ${seen.step}` : seen.outcome;
}

/** What Stripe's own library says of the same request, its clock at `now`. */
function libraryTakes(header: string, { body = BODY as string | Uint8Array, now = AT } = {}): boolean {
  try {
    return (
      Stripe.webhooks.signature?.verifyHeader(Buffer.from(body), header, SECRET, 300, undefined, now * 1000) ?? false
    );
  } catch (error) {
    if (error instanceof Stripe.errors.StripeSignatureVerificationError) return false;
    throw error;
  }
}

describe('Stripe', () => {
  test('verifies what the library of Stripe signs', async () => {
    const { 'stripe-signature': header } = signStripe({ secret: SECRET, timestamp: AT, body: BODY });
    expect(header).toBe(`t=${AT},v1=${MAC}`);
    expect(await verify(header)).toBe('verified');
    expect(libraryTakes(header)).toBe(true);
  });

  test.each([
    ['both of a rotating secret', `t=${AT},v1=${OTHER},v1=${MAC}`, 'verified'],
    ['v0 of test mode before and behind', `v0=${OTHER},t=${AT},v1=${MAC},v0=6ffbb59b`, 'verified'],
    ['a version to come', `t=${AT},v1=${MAC},v2=Zm9v+/=_-`, 'verified'],
    ['the time at the end', `v1=${MAC},t=${AT}`, 'verified'],
    ['the right signature as v0', `t=${AT},v1=${OTHER},v0=${MAC}`, 'refused: signature'],
    ['ten signatures', `t=${AT}${`,v1=${OTHER}`.repeat(9)},v1=${MAC}`, 'verified'],
    ['no time', `v1=${MAC}`, 'malformed'],
    ['no signature', `t=${AT}`, 'malformed'],
    ['v0 alone', `t=${AT},v0=${MAC}`, 'malformed'],
    ['upper case', `t=${AT},v1=${MAC.toUpperCase()}`, 'malformed'],
    ['half a signature', `t=${AT},v1=${MAC.slice(32)}`, 'malformed'],
    ['a blank behind the comma', `t=${AT}, v1=${MAC}`, 'malformed'],
    ['nothing between commas', `t=${AT},,v1=${MAC}`, 'malformed'],
    ['a comma at the end', `t=${AT},v1=${MAC},`, 'malformed'],
    ['a part without a name', `t=${AT},v1=${MAC},${MAC}`, 'malformed'],
    ['a part that is no signature', `t=${AT},v1=${MAC},alg=none`, 'malformed'],
    ["stripe-node's bad header", 'bad_header', 'malformed'],
    ["stripe-node's unreal header", "I'm not even a real signature header", 'malformed'],
    ['nothing', '', 'malformed'],
    ['no header', null, 'malformed'],
  ])('with %s', async (_, header, outcome) => {
    expect(await verify(header)).toBe(outcome);
    // Nothing is verified here that the library would refuse.
    if (outcome === 'verified') expect(libraryTakes(header ?? '')).toBe(true);
  });

  test.each([
    ['a clock that runs ahead', `t=${AT},v1=${MAC}`, { now: AT - 86_400 }, 'refused: freshness'],
    ['a first time that is not meant', `t=1,t=${AT},v1=${MAC}`, {}, 'malformed'],
    ['letters behind the time', `t=${AT}abc,v1=${MAC}`, {}, 'malformed'],
    ['a fraction of a second', `t=${AT}.9,v1=${MAC}`, {}, 'malformed'],
    ['a leading zero', `t=0${AT},v1=${MAC}`, {}, 'malformed'],
    ['a plus', `t=+${AT},v1=${MAC}`, {}, 'malformed'],
    ['a second value', `t=${AT}=1,v1=${MAC}`, {}, 'malformed'],
    ['something else beside the signature', `t=${AT},v1=${MAC},v1=potato`, {}, 'malformed'],
    ['an eleventh signature', `t=${AT},v1=${MAC}${`,v1=${OTHER}`.repeat(10)}`, {}, 'malformed'],
    ['a byte-order mark nobody signed', `t=${AT},v1=${MAC}`, { body: `\ufeff${BODY}` }, 'refused: signature'],
  ])('is stricter than the library about %s', async (_, header, at, outcome) => {
    expect(libraryTakes(header, at)).toBe(true);
    expect(await verify(header, at)).toBe(outcome);
  });

  test('is stricter than the library about bytes that are no UTF-8', async () => {
    const header = `t=${AT},v1=${stripeMac({ secret: SECRET, timestamp: AT, body: '"\ufffd"' })}`;
    const body = Uint8Array.of(0x22, 0xff, 0x22);
    expect(libraryTakes(header, { body })).toBe(true);
    expect(await verify(header, { body })).toBe('refused: signature');
    expect(await verify(header, { body: '"\ufffd"' })).toBe('verified');
  });

  test('the key is the whole text of the secret, not what it might decode to', async () => {
    const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
    const decoded = Buffer.alloc(32, 7).toString('latin1');
    const header = (key: string) => `t=${AT},v1=${stripeMac({ secret: key, timestamp: AT, body: BODY })}`;
    expect(await verify(header(secret), { secrets: [secret] })).toBe('verified');
    expect(await verify(header(decoded), { secrets: [secret] })).toBe('refused: signature');
    expect(await verify(header(secret.slice('whsec_'.length)), { secrets: [secret] })).toBe('refused: signature');
  });

  test('Stripe makes the secret, so the operator has to give it', () => {
    expect(stripe.secretOrigin({ checkout: true })).toBe('given');
    // Of an endpoint, and of the command line.
    for (const secret of [SECRET, `whsec_${'0f'.repeat(32)}`]) {
      expect(stripe.secretProblem(secret, { checkout: true })).toBeNull();
    }
  });

  test.each([
    ['an API key', 'sk_live_51S8uAaLkdIwHu7ixKx7QmZ2vTn9RbW4yLc8HsJ1d'],
    ['no prefix', SECRET.slice('whsec_'.length)],
    ['too few characters', 'whsec_test_secret'],
    ['a blank at the end', `${SECRET} `],
    ['a line break at the end', `${SECRET}\n`],
    ['stars for what the dashboard hides', 'whsec_••••••••••••••••••••••••••••••••'],
    ['300 characters', `whsec_${'a'.repeat(294)}`],
  ])('cannot use a secret with %s, and does not repeat it', (_, secret) => {
    const problem = stripe.secretProblem(secret, { checkout: true });
    expect(problem).toContain('whsec_');
    expect(problem).not.toContain(secret.slice(6));
  });

  test('has two things to set, and both can be left out', () => {
    expect(v.parse(stripe.config, {})).toEqual({ checkout: true });
    expect(v.is(stripe.config, { account: 'acct_1Nv0FGQ9RKHgCVdK', checkout: false })).toBe(true);
    for (const account of ['1Nv0FGQ9RKHgCVdK', 'acct_', 'acct_1/../x', 'acct_1\nx', '', null]) {
      expect(v.is(stripe.config, { account })).toBe(false);
    }
    expect(v.is(stripe.config, { tolerance: 3600 })).toBe(false);
  });
});

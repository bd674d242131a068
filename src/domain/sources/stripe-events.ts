import * as v from 'valibot';
import type { Mode } from '../terms.ts';
import type { Lookup, ReadInput, Reading } from './contract.ts';
import { readDispute, readRefund } from './stripe-changes.ts';
import type { StripeConfig } from './stripe-config.ts';
import { stripeId } from './stripe-fields.ts';
import { readInvoice, readInvoicePayment } from './stripe-invoices.ts';
import type { Reader } from './stripe-reader.ts';
import { readSession } from './stripe-sessions.ts';
import { unusable } from './unusable.ts';

const MOST_LOOKUPS = 5;

const READERS = new Map<string, Reader>([
  ['checkout.session.completed', readSession],
  ['checkout.session.async_payment_succeeded', readSession],
  ['invoice.paid', readInvoice],
  ['invoice_payment.paid', readInvoicePayment],
  ['charge.refunded', readRefund],
  ['charge.dispute.created', readDispute],
  ['charge.dispute.funds_withdrawn', readDispute],
  ['charge.dispute.closed', readDispute],
]);

const envelope = v.looseObject({
  id: stripeId,
  object: v.string(),
  type: v.pipe(v.string(), v.maxLength(128)),
  livemode: v.boolean(),
  account: v.nullish(v.string(), null),
});

type Envelope = v.InferOutput<typeof envelope>;

export function readStripe({ json, config, mode, accessToken }: ReadInput<StripeConfig>): Reading {
  const parsed = v.safeParse(envelope, json, { abortPipeEarly: true });
  if (!parsed.success) return unusable(parsed.issues);
  const event = parsed.output;
  const { id: messageId, type } = event;
  const nothing: Reading = { outcome: 'read', type, notices: [], messageId };
  // Thin events (v2.core.event) say that something happened, and not what.
  if (event.object !== 'event') return nothing;
  const error = misdirection(event, config, mode);
  if (error !== null) return { outcome: 'unusable', type, errors: [error] };
  const reader = READERS.get(type);
  if (reader === undefined || isForeign(event, config, mode)) return nothing;

  const tell = (codes: string[], asked: boolean): Reading => {
    const told = reader(json, { config, codes });
    if ('issues' in told) return { ...unusable(told.issues), type };
    const lookups = asked ? [] : lookupsFor(told.promotionCodes, config, accessToken);
    if (lookups.length === 0) return { outcome: 'read', type, notices: told.notices, messageId };
    return { outcome: 'incomplete', type, lookups, read: (found) => tell(codesOf(found), true) };
  };
  return tell([], false);
}

/** What cannot be right however often it is sent: the endpoint and the source do not belong together. */
function misdirection({ account, livemode }: Envelope, config: StripeConfig, mode: Mode) {
  const at = (pointer: string, detail: string) => ({ pointer, detail });
  if (account === null && config.account !== undefined) {
    return at(
      '/account',
      'This event is of your own account, and the source is set to a connected one. In Stripe, let the endpoint listen to connected accounts; or leave `account` out of the configuration of the source.',
    );
  }
  if (account !== null && config.account === undefined) {
    return at(
      '/account',
      'This event is of a connected account. Name the account that is this store in the configuration of the source, as `account`.',
    );
  }
  if (livemode && mode === 'test') {
    return at(
      '/livemode',
      'This is a live event, and a test store. Give the address of a source of the live store to the endpoint of Stripe’s live mode.',
    );
  }
  if (!livemode && mode === 'live' && account === null) {
    return at(
      '/livemode',
      'This is a test event, and a live store. Give the address of a source of the test store to the endpoint of Stripe’s test mode or sandbox.',
    );
  }
  return null;
}

/** An endpoint on Stripe Connect hears of all connected accounts, and in live mode of their tests as well. */
function isForeign({ account, livemode }: Envelope, config: StripeConfig, mode: Mode): boolean {
  return account !== null && (account !== config.account || livemode !== (mode === 'live'));
}

function lookupsFor(promotionCodes: string[], { account }: StripeConfig, accessToken: string | null): Lookup[] {
  if (accessToken === null) return [];
  const headers = {
    authorization: `Bearer ${accessToken}`,
    ...(account === undefined ? {} : { 'stripe-account': account }),
  };
  return promotionCodes
    .filter((id) => /^promo_[A-Za-z0-9]{1,64}$/.test(id))
    .slice(0, MOST_LOOKUPS)
    .map((id) => ({ url: `https://api.stripe.com/v1/promotion_codes/${id}`, headers }));
}

function codesOf(found: unknown[]): string[] {
  return found.flatMap((json) => {
    const { success, output } = v.safeParse(v.looseObject({ code: v.string() }), json);
    return success ? [output.code] : [];
  });
}

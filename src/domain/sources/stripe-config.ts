import * as v from 'valibot';

export const stripeConfig = v.strictObject({
  account: v.exactOptional(
    v.pipe(
      v.string(),
      v.regex(/^acct_[A-Za-z0-9]{1,64}$/, 'Must be the id of a connected account, such as acct_1Nv0FGQ9RKHgCVdK.'),
      v.description(
        'For platforms on Stripe Connect: the connected account that is this store. Leave it out for an endpoint in the own account of the store.',
      ),
    ),
  ),
  checkout: v.optional(
    v.pipe(
      v.boolean(),
      v.description(
        'Whether friends pay for the first time through Stripe Checkout, a Payment Link, a pricing table or a buy button. Its session tells of that payment and of how the friend came, and the invoice that Stripe makes for it is not counted again. Set to false if you make subscriptions and invoices through the API: then every paid invoice is an order.',
      ),
    ),
    true,
  ),
});

export type StripeConfig = v.InferOutput<typeof stripeConfig>;
